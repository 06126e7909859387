import type { AnyEngineInfo, JsonSchema, MachineStatus } from "../api/types.ts";
import { optionTitle, strings } from "../strings.ts";
import { formatBytes } from "../ui/format.ts";
import type { Draft } from "./draft.ts";
import { WEAK_MASK } from "./picture-tile.tsx";
import { outOfRange } from "./schema-field.tsx";

/** Something to know before the job starts. Those that stop it are said first. */
export interface Warning {
	readonly id: string;
	readonly stops: boolean;
	readonly severity: "warn" | "info";
	readonly title: string;
	readonly remedy?: string | undefined;
	/** The picture it is about. */
	readonly picture?: string;
}

const SMALL_SIDE = 512;

/** What the server would refuse, and what would disappoint, told before any time is spent. */
export function findWarnings(
	draft: Draft,
	engines: readonly AnyEngineInfo[],
	machine: MachineStatus | undefined,
	schema: JsonSchema | undefined,
): readonly Warning[] {
	const engine = engines.find(({ id }) => id === draft.engine);
	const all = [
		...sideWarnings(draft),
		...engineWarnings(draft, engine),
		...optionWarnings(draft, engine, schema),
		...pictureWarnings(draft),
		...memoryWarnings(engine, machine),
	];
	return all.toSorted((a, b) => Number(b.stops) - Number(a.stops));
}

function sideWarnings({ pictures, camera }: Draft): Warning[] {
	if (camera) return [];
	if (pictures.length === 1)
		return [
			{
				id: "lone",
				stops: false,
				severity: "info",
				title: strings.warnings.lone,
				remedy: strings.warnings.loneRemedy,
			},
		];
	const loose = pictures.filter(({ view }) => view === undefined);
	if (loose.length === 0) return [];
	const labels = loose.slice(0, 4).map(({ label }) => label);
	if (loose.length > 4) labels.push("…");
	return [
		{
			id: "sides",
			stops: true,
			severity: "warn",
			title: strings.warnings.needSides(labels.join(", ")),
			remedy: strings.warnings.needSidesRemedy,
		},
	];
}

function engineWarnings(
	{ pictures }: Draft,
	engine: AnyEngineInfo | undefined,
): Warning[] {
	if (!engine) return [];
	const [min, max] = engine.views;
	const found: Warning[] = [];
	const add = (id: string, stops: boolean, title: string, remedy?: string) =>
		found.push({
			id,
			stops,
			severity: stops ? "warn" : "info",
			title,
			...(remedy ? { remedy } : {}),
		});
	if (engine.status === "needs-weights" || engine.status === "error")
		add(
			"cannot-run",
			true,
			engine.reason ?? strings.warnings.cannotRun(engine.title),
			engine.remedy ?? strings.warnings.chooseOther,
		);
	if (pictures.length > max)
		add(
			"too-many",
			true,
			strings.warnings.tooMany(engine.title, max, pictures.length),
			strings.warnings.chooseOther,
		);
	if (pictures.length > 0 && pictures.length < min)
		add(
			"too-few",
			true,
			strings.warnings.tooFew(engine.title, min, pictures.length),
			strings.warnings.chooseOther,
		);
	if (engine.licence.commercial === "no")
		add(
			"licence",
			false,
			strings.warnings.licence(engine.title, engine.licence.name),
		);
	return found;
}

function optionWarnings(
	draft: Draft,
	engine: AnyEngineInfo | undefined,
	schema: JsonSchema | undefined,
): Warning[] {
	const check = (
		properties: JsonSchema["properties"],
		values: Readonly<Record<string, unknown>>,
	): Warning[] =>
		Object.entries(values).flatMap(([name, value]) => {
			const wrong = properties?.[name] && outOfRange(properties[name], value);
			return wrong
				? [
						{
							id: `option-${name}`,
							stops: true,
							severity: "warn" as const,
							title: `${optionTitle(name)}: ${wrong}`,
						},
					]
				: [];
		});
	const own = engine?.optionsSchema as JsonSchema | undefined;
	return [
		...check(schema?.properties, draft.options),
		...check(own?.properties, draft.engineOptions[draft.engine] ?? {}),
	];
}

function pictureWarnings({ pictures }: Draft): Warning[] {
	const seen = new Map<string, string>();
	return pictures.flatMap((picture): Warning[] => {
		const { key, label, foreground, upload, problem, correction } = picture;
		const about = { stops: false, severity: "warn", picture: key } as const;
		const found: Warning[] = [];
		if (problem)
			found.push({
				...about,
				id: `problem-${key}`,
				stops: problem.code !== "NO_FOREGROUND" || !correction,
				title:
					problem.code === "NO_FOREGROUND"
						? strings.warnings.noForeground(label)
						: `${label}: ${problem.message}`,
				remedy:
					problem.code === "NO_FOREGROUND"
						? strings.warnings.weakRemedy
						: problem.hint,
			});
		else if (foreground && !correction && foreground.confidence < WEAK_MASK)
			found.push({
				...about,
				id: `weak-${key}`,
				title: strings.warnings.weak(
					label,
					Math.round(foreground.confidence * 100),
				),
				remedy: strings.warnings.weakRemedy,
			});
		const side = Math.max(upload?.width ?? 0, upload?.height ?? 0);
		if (side > 0 && side < SMALL_SIDE)
			found.push({
				...about,
				id: `small-${key}`,
				severity: "info",
				title: strings.warnings.small(label, side),
				remedy: strings.warnings.smallRemedy,
			});
		const twin = upload && seen.get(upload.sha256);
		if (twin)
			found.push({
				...about,
				id: `twin-${key}`,
				title: strings.warnings.twice(twin, label),
			});
		if (upload) seen.set(upload.sha256, label);
		return found;
	});
}

function memoryWarnings(
	engine: AnyEngineInfo | undefined,
	machine: MachineStatus | undefined,
): Warning[] {
	if (!engine || !machine) return [];
	const needed = engine.memoryMB * 1e6;
	const free = machine.memory.freeBytes;
	if (needed <= free) return [];
	return [
		{
			id: "memory",
			stops: false,
			severity: "warn",
			title: strings.warnings.memory(formatBytes(needed), formatBytes(free)),
			remedy: strings.warnings.memoryRemedy,
		},
	];
}
