import { useSyncExternalStore } from "react";
import type { Draft } from "./draft.ts";

/** Settings saved under a name, in this browser; shared by exporting them. */
export interface OwnPreset {
	readonly name: string;
	readonly engine: string;
	readonly options: Draft["options"];
	readonly engineOptions: Draft["engineOptions"];
	readonly formats: Draft["formats"];
}

interface PresetFile {
	readonly lunarNovaPresets: 1;
	readonly presets: readonly OwnPreset[];
}

const ITEM = "lunar.presets";
const listeners = new Set<() => void>();
let cached: readonly OwnPreset[] | undefined;

export function ownPresets(): readonly OwnPreset[] {
	cached ??= parsePresets(localStorage.getItem(ITEM) ?? "") ?? [];
	return cached;
}

export function useOwnPresets(): readonly OwnPreset[] {
	return useSyncExternalStore((listener) => {
		listeners.add(listener);
		return () => listeners.delete(listener);
	}, ownPresets);
}

/** Adds presets; one of the same name is replaced. */
export function savePresets(added: readonly OwnPreset[]): void {
	const names = new Set(added.map(({ name }) => name));
	store([...ownPresets().filter(({ name }) => !names.has(name)), ...added]);
}

export function deletePreset(name: string): void {
	store(ownPresets().filter((preset) => preset.name !== name));
}

/** The text of a preset file. */
export function exportPresets(): string {
	const file: PresetFile = { lunarNovaPresets: 1, presets: ownPresets() };
	return JSON.stringify(file, null, 2);
}

/** Undefined where the text is not a preset file. */
export function parsePresets(text: string): readonly OwnPreset[] | undefined {
	try {
		const file = JSON.parse(text) as Partial<PresetFile>;
		if (file.lunarNovaPresets !== 1 || !Array.isArray(file.presets))
			return undefined;
		return file.presets.filter(isPreset);
	} catch {
		return undefined;
	}
}

function isPreset(value: unknown): value is OwnPreset {
	const { name, engine, options, engineOptions, formats } = (value ??
		{}) as Partial<Record<keyof OwnPreset, unknown>>;
	return (
		typeof name === "string" &&
		name !== "" &&
		typeof engine === "string" &&
		typeof options === "object" &&
		options !== null &&
		typeof engineOptions === "object" &&
		engineOptions !== null &&
		Array.isArray(formats)
	);
}

function store(next: readonly OwnPreset[]): void {
	const file: PresetFile = { lunarNovaPresets: 1, presets: next };
	localStorage.setItem(ITEM, JSON.stringify(file));
	cached = next;
	for (const listener of listeners) listener();
}
