import { basename, dirname, extname, resolve } from "node:path";
import { LunarError } from "../../../core/errors.ts";
import {
	MODEL_FORMATS,
	type ModelFormat,
} from "../../../pipeline/model-formats.ts";
import { packModel } from "../../../pipeline/pack-model.ts";
import type { Command } from "../command.ts";
import { describeFlags, type Flag, parseFlags } from "../flags.ts";
import { loadModel } from "../load-model.ts";
import { writeOutputs } from "../write-outputs.ts";

const FLAGS: readonly Flag[] = [
	{ name: "json", type: "boolean", description: "Machine-readable, on stdout" },
];

export const convertCommand: Command = {
	name: "convert",
	help: () => `usage: lunar convert IN OUT

IN   GLB, glTF, OBJ, PLY or STL
OUT  a name that ends in ${MODEL_FORMATS.map((format) => `.${format}`).join(", ")}

${describeFlags(FLAGS)}
`,
	async run(args, terminal) {
		const { values, positionals } = parseFlags(args, FLAGS);
		if (positionals.length !== 2)
			throw new LunarError(
				"OPTION_INVALID",
				`convert takes IN and OUT, ${positionals.length} names were given`,
			);
		const [source, target] = positionals;
		const extension = extname(target).slice(1).toLowerCase();
		if (!(MODEL_FORMATS as readonly string[]).includes(extension))
			throw new LunarError(
				"OPTION_INVALID",
				`${target}: the formats are ${MODEL_FORMATS.join(", ")}`,
			);
		const opened = await loadModel(source);
		const files = await packModel(
			opened,
			extension as ModelFormat,
			basename(target, extname(target)),
		);
		const paths = await writeOutputs(resolve(dirname(target)), files);
		for (const { message } of opened.notices) terminal.err(`! ${message}\n`);
		terminal.out(
			values.json
				? `${JSON.stringify({ files: paths, notices: opened.notices })}\n`
				: `${paths.join("\n")}\n`,
		);
		return 0;
	},
};
