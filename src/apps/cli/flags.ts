import { parseArgs } from "node:util";
import { z } from "zod";
import { LunarError } from "../../core/errors.ts";
import { kebabCase } from "../kebab-case.ts";
import { nameBeginning, nearestName } from "../nearest-name.ts";

/** One command line flag. */
export interface Flag {
	readonly name: string; // kebab-case
	readonly type: "boolean" | "string" | "number" | "numbers"; // numbers: 1,2,3
	readonly short?: string;
	/** Shown as --name VALUE. */
	readonly value?: string;
	readonly description: string;
	/** For booleans that are on by default: the flag is written --no-name. */
	readonly negated?: boolean;
}

/** Help is laid out for terminals at least this wide. */
const HELP_COLUMNS = 92;
/** Values of a flag that its help names. */
const SHOWN_CHOICES = 8;

export type FlagValues = Record<
	string,
	string | number | boolean | readonly number[] | undefined
>;

interface JsonProperty {
	readonly type?: string;
	readonly enum?: readonly unknown[];
	readonly const?: unknown;
	readonly anyOf?: readonly JsonProperty[];
	readonly default?: unknown;
	readonly description?: string;
}

/** The flags of a zod object schema: one per property, its describe() text as the help. */
export function flagsOf(schema: z.ZodType): Flag[] {
	const json = z.toJSONSchema(schema, { io: "input" }) as {
		properties?: Record<string, JsonProperty>;
	};
	return Object.entries(json.properties ?? {}).map(([key, property]) => {
		const choices =
			property.enum ?? property.anyOf?.map((option) => option.const);
		const isNumber =
			property.type === "number" ||
			property.type === "integer" ||
			(choices?.every((choice) => typeof choice === "number") ?? false);
		const type =
			property.type === "boolean"
				? "boolean"
				: property.type === "array"
					? "numbers"
					: isNumber
						? "number"
						: "string";
		const negated = type === "boolean" && property.default === true;
		const note =
			property.default === undefined || type === "boolean"
				? ""
				: ` (default ${String(property.default)})`;
		return {
			name: kebabCase(key),
			type,
			...(type === "boolean"
				? {}
				: {
						value: choices
							? listChoices(choices)
							: type === "numbers"
								? "N,N,…"
								: type === "number"
									? "N"
									: "TEXT",
					}),
			...(negated ? { negated } : {}),
			description: `${property.description ?? ""}${note}`,
		};
	});
}

/** Long lists are cut: the description says where the rest is. */
function listChoices(choices: readonly unknown[]): string {
	return choices.length <= SHOWN_CHOICES
		? choices.join("|")
		: `${choices.slice(0, SHOWN_CHOICES).join("|")}|…`;
}

/** The options object of a schema from flag values; only flags that were given. */
export function optionsFrom(
	schema: z.ZodType,
	values: FlagValues,
): Record<string, unknown> {
	const json = z.toJSONSchema(schema, { io: "input" }) as {
		properties?: Record<string, unknown>;
	};
	const options: Record<string, unknown> = {};
	for (const key of Object.keys(json.properties ?? {})) {
		const value = values[kebabCase(key)];
		if (value !== undefined) options[key] = value;
	}
	return options;
}

/** Parses a command line. Throws OPTION_INVALID naming the flag, with the nearest known one. */
export function parseFlags(
	args: readonly string[],
	flags: readonly Flag[],
): { values: FlagValues; positionals: string[] } {
	let parsed: ReturnType<typeof parseArgs>;
	try {
		parsed = parseArgs({
			args: [...args],
			allowPositionals: true,
			strict: true,
			options: Object.fromEntries(
				flags.map((flag) => [
					flag.negated ? `no-${flag.name}` : flag.name,
					{
						type: flag.type === "boolean" ? "boolean" : "string",
						...(flag.short ? { short: flag.short } : {}),
					} as const,
				]),
			),
		});
	} catch (error) {
		throw new LunarError("OPTION_INVALID", explainParseError(error, flags), {
			cause: error,
		});
	}
	const values: FlagValues = {};
	for (const flag of flags) {
		const given = parsed.values[flag.negated ? `no-${flag.name}` : flag.name];
		if (given === undefined) continue;
		if (flag.negated) values[flag.name] = !given;
		else if (flag.type === "number") {
			const number = Number(given);
			if (String(given).trim() === "" || Number.isNaN(number))
				throw new LunarError(
					"OPTION_INVALID",
					`--${flag.name} takes a number, not "${given}"`,
				);
			values[flag.name] = number;
		} else if (flag.type === "numbers") {
			const parts = String(given).split(",");
			const numbers = parts.map(Number);
			if (
				parts.some((part, k) => part.trim() === "" || Number.isNaN(numbers[k]))
			)
				throw new LunarError(
					"OPTION_INVALID",
					`--${flag.name} takes numbers with commas between them, not "${given}"`,
				);
			values[flag.name] = numbers;
		} else values[flag.name] = given as string | boolean;
	}
	return { values, positionals: parsed.positionals };
}

/** Lines of help, aligned. */
export function describeFlags(flags: readonly Flag[]): string {
	const left = flags.map((flag) => {
		const name = `${flag.short ? `-${flag.short}, ` : ""}--${flag.negated ? "no-" : ""}${flag.name}`;
		return flag.value ? `${name} ${flag.value}` : name;
	});
	const width = Math.min(26, Math.max(...left.map((text) => text.length)));
	const indent = " ".repeat(width + 4);
	return flags
		.map((flag, k) => {
			const text = wrap(flag.description, HELP_COLUMNS - indent.length).join(
				`\n${indent}`,
			);
			return left[k].length <= width
				? `  ${left[k].padEnd(width)}  ${text}`
				: `  ${left[k]}\n${indent}${text}`;
		})
		.join("\n");
}

function wrap(text: string, columns: number): string[] {
	const lines = [""];
	for (const word of text.split(" ")) {
		const line = lines[lines.length - 1];
		if (line === "") lines[lines.length - 1] = word;
		else if (line.length + 1 + word.length <= columns)
			lines[lines.length - 1] = `${line} ${word}`;
		else lines.push(word);
	}
	return lines;
}

function explainParseError(error: unknown, flags: readonly Flag[]): string {
	const text = error instanceof Error ? error.message : String(error);
	const unknown = /Unknown option '-{1,2}([^']+)'/.exec(text)?.[1];
	if (unknown === undefined) return text.split(". ")[0];
	const names = flags.map((flag) =>
		flag.negated ? `no-${flag.name}` : flag.name,
	);
	// A beginning of the right name is nearer than any misspelling.
	const nearest = nameBeginning(unknown, names) ?? nearestName(unknown, names);
	const near = nearest === undefined ? "" : `; did you mean --${nearest}?`;
	return `unknown option --${unknown}${near}`;
}
