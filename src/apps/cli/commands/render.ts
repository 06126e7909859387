import { basename, dirname, extname, join, resolve } from "node:path";
import { z } from "zod";
import { LunarError } from "../../../core/errors.ts";
import { createRunContext } from "../../../core/run-context.ts";
import type { OutputFile } from "../../../formats/output-file.ts";
import { encodePng, encodeTurntable } from "../../../formats/picture/encode.ts";
import { openThreads } from "../../../pipeline/open-threads.ts";
import {
	PREVIEW_MODES,
	renderPreviews,
} from "../../../pipeline/render-previews.ts";
import { checkOptions } from "../../check-options.ts";
import type { Command } from "../command.ts";
import {
	describeFlags,
	type Flag,
	flagsOf,
	optionsFrom,
	parseFlags,
} from "../flags.ts";
import { loadModel } from "../load-model.ts";
import { writeOutputs } from "../write-outputs.ts";

const schema = z.object({
	size: z
		.number()
		.int()
		.min(16)
		.max(4096)
		.default(512)
		.describe("Side of the square stills in pixels, 16-4096"),
	frames: z
		.number()
		.int()
		.min(0)
		.max(360)
		.default(24)
		.describe("Frames of the turntable, 0-360; 0 leaves it out"),
	mode: z
		.enum(PREVIEW_MODES)
		.default("textured")
		.describe("How the surface is drawn"),
});
const FLAGS: readonly Flag[] = [
	{
		name: "output",
		short: "o",
		type: "string",
		value: "FOLDER",
		description: "Where the pictures go (default <model>-renders beside it)",
	},
	...flagsOf(schema),
	{ name: "json", type: "boolean", description: "Machine-readable, on stdout" },
];

export const renderCommand: Command = {
	name: "render",
	help: () => `usage: lunar render FILE [options]

FILE  GLB, glTF, OBJ, PLY or STL

${describeFlags(FLAGS)}
`,
	async run(args, terminal) {
		const { values, positionals } = parseFlags(args, FLAGS);
		if (positionals.length !== 1)
			throw new LunarError(
				"OPTION_INVALID",
				`render takes one FILE, ${positionals.length} names were given`,
			);
		const [source] = positionals;
		const { size, frames, mode } = checkOptions(
			schema,
			optionsFrom(schema, values),
		);
		const { textured, notices } = await loadModel(source);
		await using threads = openThreads();
		const { ctx } = createRunContext({ parallel: threads });
		const previews = await renderPreviews(
			textured,
			{ stillSize: size, frameCount: frames, mode },
			ctx,
		);
		const files: OutputFile[] = await Promise.all(
			Object.entries(previews.stills).map(async ([name, image]) => ({
				name: `${name}.png`,
				bytes: await encodePng(image),
			})),
		);
		if (frames > 0)
			files.push({
				name: "turntable.webp",
				bytes: await encodeTurntable(previews.turntable),
			});
		const folder =
			values.output === undefined
				? join(
						dirname(resolve(source)),
						`${basename(source, extname(source))}-renders`,
					)
				: resolve(String(values.output));
		const paths = await writeOutputs(folder, files);
		for (const { message } of notices) terminal.err(`! ${message}\n`);
		terminal.out(
			values.json
				? `${JSON.stringify({ files: paths, notices })}\n`
				: `${paths.join("\n")}\n`,
		);
		return 0;
	},
};
