import { z } from "zod";
import { LunarError } from "../core/errors.ts";
import type { Photo } from "../core/photo.ts";
import type { Notice, RunContext, RunRecord } from "../core/run-context.ts";
import type { AnyEngine } from "../engines/index.ts";
import type { OutputFile } from "../formats/output-file.ts";
import type { BackgroundRemover } from "../neural/background/background-remover.ts";
import type { PreviewHandler } from "../pipeline/coarse-preview.ts";
import type { RunOptions } from "../pipeline/options.ts";
import { imagesToAsset, type PipelineResult } from "../pipeline/pipeline.ts";
import { type ResultNaming, resultFiles } from "../pipeline/result-files.ts";
import { checkOptions } from "./check-options.ts";
import { chooseRemover } from "./choose-remover.ts";
import { chooseEngine, engineById, RUNTIME } from "./wiring.ts";

// A run, as the command line and the engine hosts make it: what must be known first, then pictures in and files out.

/** What a run uses, all found to be there. */
export interface PreparedRun {
	readonly engine: AnyEngine;
	readonly engineOptions: unknown;
	readonly options: RunOptions;
	readonly remover?: BackgroundRemover;
}

/** Everything that can be refused without reading a picture. */
export async function prepareRun(
	wish: {
		/** Undefined: the best that can run on these inputs. */
		readonly engine?: string;
		readonly engineOptions: Readonly<Record<string, unknown>>;
		readonly options: RunOptions;
		readonly pictureCount: number;
	},
	onNotice: (notice: Notice) => void,
): Promise<PreparedRun> {
	const { pictureCount, options } = wish;
	const engine =
		wish.engine === undefined
			? await chooseEngine(pictureCount)
			: engineById(wish.engine);
	const [min, max] = engine.needs.views;
	if (pictureCount < min || pictureCount > max)
		throw new LunarError(
			"ENGINE_CANNOT_RUN",
			`${engine.id} takes ${min === max ? min : `${min} to ${max}`} pictures, ${pictureCount} were given`,
		);
	const readiness = (await engine.readiness?.()) ?? { ready: true };
	if (!readiness.ready)
		throw new LunarError(
			"WEIGHTS_MISSING",
			`${engine.id} cannot run: ${readiness.reason}. ${readiness.remedy}`,
		);
	const engineOptions = checkOptions(engine.options, {
		...(hasPreset(engine) ? { preset: options.quality } : {}),
		...wish.engineOptions,
	});
	const remover = await chooseRemover(
		options.background,
		process.env,
		RUNTIME,
		onNotice,
	);
	return { engine, engineOptions, options, ...(remover ? { remover } : {}) };
}

/** Whether how much work an engine does can be asked for in the words of `quality`, which then decides it. */
function hasPreset({ options }: AnyEngine): boolean {
	return options instanceof z.ZodObject && "preset" in options.shape;
}

/** The run itself. Its steps take 0.92 of the context; the rest is for whoever keeps the files. */
export async function runJob(
	prepared: PreparedRun,
	readPhotos: (ctx: RunContext) => Promise<readonly Photo[]>,
	naming: ResultNaming,
	{ ctx, record }: { readonly ctx: RunContext; readonly record: RunRecord },
	onPreview?: PreviewHandler,
): Promise<{ readonly result: PipelineResult; readonly files: OutputFile[] }> {
	const { engine, engineOptions, options, remover } = prepared;
	const photos = await ctx.step("read", 0.06, readPhotos);
	// The pipeline brings its own shares; here it is one step among others.
	const result = await imagesToAsset(
		photos,
		engine,
		engineOptions,
		options,
		{
			...ctx,
			step: (name, share, work) => ctx.step(name, share * 0.84, work),
		},
		{ ...(remover ? { remover } : {}), ...(onPreview ? { onPreview } : {}) },
	);
	const files = await ctx.step("files", 0.08, () =>
		resultFiles(result, record, naming),
	);
	return { result, files };
}

/** For what waits: aborted soon after a flag in shared memory is set. */
export function signalFor(isCancelled: () => boolean): {
	readonly signal: AbortSignal;
	readonly stop: () => void;
} {
	const controller = new AbortController();
	const timer = setInterval(() => {
		if (isCancelled()) controller.abort();
	}, CANCEL_POLL_MS).unref();
	return { signal: controller.signal, stop: () => clearInterval(timer) };
}
const CANCEL_POLL_MS = 100;
