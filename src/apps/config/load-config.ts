import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { z } from "zod";
import { LunarError } from "../../core/errors.ts";
import { type Config, configSchema } from "../../service/config.ts";
import { redactUrl } from "../../service/redact.ts";
import { nearestName } from "../nearest-name.ts";
import { isLoopback } from "./is-loopback.ts";
import { readConfigEnvironment } from "./read-config-environment.ts";
import type { Given } from "./read-config-file.ts";
import { SECTIONS, SETTINGS, type Setting } from "./settings.ts";

/** Looked for in the working folder, in this order. */
const FILE_NAMES = [
	"lunar.config.yaml",
	"lunar.config.yml",
	"lunar.config.json",
];

export interface LoadedConfig {
	readonly config: Config;
	/** The file that was read. */
	readonly file?: string;
	/** Path of a setting to where it was given; those left at their default are not in it. */
	readonly givenBy: ReadonlyMap<string, string>;
}

export interface ConfigSources {
	/** Instead of looking for one in the working folder; also LUNAR_CONFIG. */
	readonly file?: string;
	/** By path of the setting; `undefined` is not given. */
	readonly flags?: Readonly<Record<string, unknown>>;
	/** Default: this process's. */
	readonly env?: NodeJS.ProcessEnv;
	readonly cwd?: string;
}

/** File, then environment, then flags: the last one wins. Throws CONFIG_INVALID naming every key that is wrong and where it stands. */
export async function loadConfig(
	sources: ConfigSources = {},
): Promise<LoadedConfig> {
	const env = sources.env ?? process.env;
	const cwd = sources.cwd ?? process.cwd();
	const file = findFile(sources.file ?? env.LUNAR_CONFIG, cwd);
	const given = new Map<string, Given>();
	if (file !== undefined) {
		// Brings a parser of YAML, which most servers do without.
		const { readConfigFile } = await import("./read-config-file.ts");
		for (const [path, value] of await readConfigFile(file))
			given.set(path, value);
	}
	for (const [path, value] of readConfigEnvironment(env))
		given.set(path, value);
	for (const [path, value] of Object.entries(sources.flags ?? {}))
		if (value !== undefined)
			given.set(path, { value, from: `--${kebab(path)}` });

	const unknown = [...given]
		.filter(([path]) => !SETTINGS.some((setting) => setting.path === path))
		.flatMap(([path, where]) => explainUnknown(path, where));
	const result = configSchema.safeParse(treeOf(given));
	const wrong = result.success
		? []
		: result.error.issues.map((issue) => explainWrong(issue, given));
	if (!result.success || unknown.length > 0)
		throw new LunarError("CONFIG_INVALID", [...unknown, ...wrong].join("\n  "));
	const isPublished =
		result.data.publicUrl !== undefined &&
		!isLoopback(new URL(result.data.publicUrl).hostname);
	if (isPublished && result.data.apiKeysRequired === undefined)
		given.set("apiKeysRequired", { value: true, from: "publicUrl" });
	const fromFile = given.get("dataPath")?.from.startsWith(`${file}:`) ?? false;
	return {
		config: {
			...result.data,
			...(given.get("apiKeysRequired")?.from === "publicUrl"
				? { apiKeysRequired: true }
				: {}),
			dataPath: expandPath(
				given.has("dataPath") ? result.data.dataPath : defaultDataPath(env),
				fromFile && file !== undefined ? dirname(file) : cwd,
				env,
			),
		},
		...(file === undefined ? {} : { file }),
		givenBy: new Map(
			[...given]
				.filter(([, { value }]) => value !== null)
				.map(([path, { from }]) => [path, from]),
		),
	};
}

/** What may be shown of a value. */
export function presentValue(setting: Setting, value: unknown): unknown {
	if (value === undefined || setting.secret === undefined) return value;
	return setting.secret === "url" ? redactUrl(String(value)) : "(set, hidden)";
}

function findFile(asked: string | undefined, cwd: string): string | undefined {
	if (asked) {
		const path = resolve(cwd, asked);
		if (!existsSync(path))
			throw new LunarError("CONFIG_INVALID", `there is no config file ${path}`);
		return path;
	}
	return FILE_NAMES.map((name) => join(cwd, name)).find((path) =>
		existsSync(path),
	);
}

/** Known settings only, as the schema wants them. */
function treeOf(given: ReadonlyMap<string, Given>): Record<string, unknown> {
	const tree: Record<string, Record<string, unknown> | unknown> = {};
	for (const { path } of SETTINGS) {
		const value = given.get(path)?.value ?? undefined;
		if (value === undefined) continue;
		const [section, key] = path.split(".");
		const sized = path.endsWith("Bytes") ? parseSize(value) : value;
		if (key === undefined) tree[section] = sized;
		else {
			tree[section] ??= {};
			(tree[section] as Record<string, unknown>)[key] = sized;
		}
	}
	return tree;
}

/** '20MB' is 20 000 000, '2GiB' 2 × 2^30; anything else is left as it is. */
function parseSize(value: unknown): unknown {
	if (typeof value !== "string") return value;
	const match = /^(\d+(?:\.\d+)?)\s*(?:([kMGT])(i?))?B?$/i.exec(value.trim());
	if (match === null) return value;
	const [, digits, unit, binary] = match;
	const power = unit ? "kmgt".indexOf(unit.toLowerCase()) + 1 : 0;
	return Math.round(Number(digits) * (binary ? 1024 : 1000) ** power);
}

function explainUnknown(path: string, { value, from }: Given): string[] {
	if (SECTIONS.includes(path))
		return value === null
			? []
			: [
					`${from}: ${path} is a section: give keys below it, as in lunar config example`,
				];
	const known = SETTINGS.map((setting) => setting.path);
	const nearest =
		nearestName(path, known) ??
		known.find((name) => name.endsWith(`.${path.split(".").at(-1)}`));
	return [
		`${from}: there is no setting ${path}${nearest === undefined ? "" : `; did you mean ${nearest}?`}`,
	];
}

function explainWrong(
	issue: z.core.$ZodIssue,
	given: ReadonlyMap<string, Given>,
): string {
	const path = issue.path.filter((key) => typeof key === "string").join(".");
	const setting = SETTINGS.find((known) => known.path === path);
	if (setting === undefined) return `${path}: ${issue.message}`;
	const { value, from } = given.get(path) ?? {};
	const shown = JSON.stringify(presentValue(setting, value)) ?? "its default";
	const rule =
		issue.code === "custom" || setting.secret === "whole"
			? issue.message
			: `must be ${setting.range}`;
	return `${from === undefined ? "" : `${from}: `}${path} is ${shown}; it ${rule}`;
}

function defaultDataPath(env: NodeJS.ProcessEnv): string {
	return env.XDG_DATA_HOME && isAbsolute(env.XDG_DATA_HOME)
		? join(env.XDG_DATA_HOME, "lunar-nova")
		: "~/.local/share/lunar-nova";
}

function expandPath(
	path: string,
	base: string,
	env: NodeJS.ProcessEnv,
): string {
	const home = env.HOME || homedir();
	return resolve(base, path.replace(/^~(?=$|[/\\])/, home));
}

function kebab(path: string): string {
	return path
		.replaceAll(".", "-")
		.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
