import { VIEW_NAMES, type ViewName } from "../../core/view.ts";
import { runOptionsSchema } from "../../pipeline/options.ts";
import { checkOptions } from "../check-options.ts";
import type { InputSpec } from "../inputs/find-inputs.ts";
import { ENGINES } from "../wiring.ts";
import {
	describeFlags,
	type Flag,
	type FlagValues,
	flagsOf,
	optionsFrom,
} from "./flags.ts";

// What is given to a run, here or on a server.

export const INPUT_FLAGS: readonly Flag[] = [
	...VIEW_NAMES.map(
		(name): Flag => ({
			name,
			type: "string",
			value: "FILE",
			description: `Picture of the ${name}`,
		}),
	),
	{
		name: "transforms",
		type: "string",
		value: "FILE",
		description:
			"Posed captures: transforms.json (NeRF, Blender) or cameras.json",
	},
	{
		name: "mask",
		type: "string",
		value: "FILE",
		description:
			"Where the object is in the only picture: white (or opaque) in a picture of its size",
	},
];
const RUN_FLAGS = flagsOf(runOptionsSchema);

/** Flags of the run and of every engine, each name once. */
export function runFlags(engineFlag: Flag): Flag[] {
	const flags = [
		engineFlag,
		...RUN_FLAGS,
		...ENGINES.flatMap((engine) => flagsOf(engine.options)),
	];
	return [...new Map(flags.map((flag) => [flag.name, flag])).values()];
}

/** Their part of the help. */
export function describeRunFlags(engineFlag: Flag): string {
	return `reconstruction
${describeFlags([engineFlag, ...RUN_FLAGS])}
${ENGINES.map((engine) => {
	const flags = flagsOf(engine.options);
	return flags.length === 0
		? ""
		: `\nengine ${engine.id}\n${describeFlags(flags)}\n`;
}).join("")}`;
}

/** Pictures as the command line names them. */
export function inputsFrom(
	values: FlagValues,
	positionals: readonly string[],
): InputSpec {
	const named: Partial<Record<ViewName, string>> = {};
	for (const name of VIEW_NAMES)
		if (values[name] !== undefined) named[name] = String(values[name]);
	return {
		paths: positionals,
		named,
		...(values.transforms === undefined
			? {}
			: { transforms: String(values.transforms) }),
		...(values.mask === undefined ? {} : { mask: String(values.mask) }),
	};
}

/** Options of the run that were given, checked. */
export function runOptionsFrom(values: FlagValues): Record<string, unknown> {
	const given = optionsFrom(runOptionsSchema, values);
	checkOptions(runOptionsSchema, given);
	return given;
}

/** Options of these engines that were given. */
export function engineOptionsFrom(
	values: FlagValues,
	engines: readonly { readonly options: (typeof ENGINES)[number]["options"] }[],
): Record<string, unknown> {
	return Object.assign(
		{},
		...engines.map(({ options }) => optionsFrom(options, values)),
	);
}
