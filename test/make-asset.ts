import { readFileSync } from "node:fs";
import { join } from "node:path";
import { engineById } from "../src/apps/wiring.ts";
import type { Engine } from "../src/core/engine.ts";
import type { Photo } from "../src/core/photo.ts";
import {
	createRunContext,
	type RunContextOptions,
} from "../src/core/run-context.ts";
import { VIEW_NAMES, type ViewName } from "../src/core/view.ts";
import { decodePicture } from "../src/formats/picture/decode.ts";
import {
	type RunOptionsInput,
	resolveRunOptions,
} from "../src/pipeline/options.ts";
import {
	imagesToAsset,
	type PipelineResult,
} from "../src/pipeline/pipeline.ts";
import { COW } from "./run-lunar.ts";

export function cowViews(
	names: readonly ViewName[] = VIEW_NAMES,
): Promise<Photo[]> {
	return Promise.all(
		names.map(async (name) => {
			const bytes = readFileSync(join(COW, `${name}.png`));
			return (await decodePicture(bytes, `${name}.png`, { name })).photo;
		}),
	);
}

/** The whole pipeline in this process, small and fast unless told otherwise. */
export async function makeAsset(
	options: {
		// biome-ignore lint/suspicious/noExplicitAny: each engine has options of its own
		readonly engine?: Engine<any>;
		readonly views?: readonly ViewName[];
		readonly run?: RunOptionsInput;
		readonly context?: RunContextOptions;
	} = {},
): Promise<PipelineResult> {
	const engine = options.engine ?? engineById("visual-hull");
	const { ctx } = createRunContext(options.context);
	return imagesToAsset(
		await cowViews(options.views),
		engine,
		engine.options.parse({}),
		resolveRunOptions({
			resolution: 64,
			faces: 3000,
			textureSize: 512,
			...options.run,
		}),
		ctx,
	);
}
