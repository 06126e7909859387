import type { Asset } from "../core/asset.ts";
import type { Engine } from "../core/engine.ts";
import { INLINE } from "../core/parallel.ts";
import type { Cutout, Photo } from "../core/photo.ts";
import type { QualityReport } from "../core/report.ts";
import { type RunContext, withParallel } from "../core/run-context.ts";
import type { View } from "../core/view.ts";
import { reportMeshTask } from "../kernel/mesh/report-mesh.ts";
import { prepareLook } from "../kernel/raster/prepare-look.ts";
import type { BackgroundRemover } from "../neural/background/background-remover.ts";
import { cleanMesh } from "./clean-mesh.ts";
import {
	type PreviewHandler,
	reconstructWithPreview,
} from "./coarse-preview.ts";
import { cutOut } from "./cut-out.ts";
import { openThreads } from "./open-threads.ts";
import type { RunOptions } from "./options.ts";
import { packAsset } from "./pack-asset.ts";
import { placeViews } from "./place-views.ts";
import { provenanceOf } from "./provenance.ts";
import { beginPreviews, type Previews } from "./render-previews.ts";
import { type Fidelity, reportQuality } from "./report-quality.ts";
import { takeCameras } from "./take-cameras.ts";
import { textureMesh } from "./texture-mesh.ts";
import { toMesh } from "./to-mesh.ts";
import { validateAsset } from "./validate-asset.ts";

export interface PipelineResult {
	readonly asset: Asset;
	readonly report: Omit<QualityReport, "notices">;
	/** The pictures behind the report's numbers, one entry per input view. */
	readonly fidelity: readonly Fidelity[];
	readonly previews: Previews;
	readonly cutouts: readonly Cutout[];
	readonly views: readonly View[];
}

/** What a run may use beyond the engine; who calls decides what there is. */
export interface PipelineTools {
	/** The network for background removal that `options.background` names, or that `auto` may use. */
	readonly remover?: BackgroundRemover;
	/** Takes a quick, coarse GLB long before the result. */
	readonly onPreview?: PreviewHandler;
}

/** Pictures in, a validated asset and an honest report out. Nothing else knows the order.
 * Each step's share of the progress is its share of the time for six views of 512 px. */
export async function imagesToAsset<O>(
	photos: readonly Photo[],
	engine: Engine<O>,
	engineOptions: O,
	options: RunOptions,
	context: RunContext,
	{ remover, onPreview }: PipelineTools = {},
): Promise<PipelineResult> {
	await using threads = context.parallel ? undefined : openThreads();
	const ctx = threads ? withParallel(context, threads) : context;
	const cutouts = await ctx.step("foreground", 0.03, (c) =>
		cutOut(photos, options, c, remover),
	);
	const made = provenanceOf(photos, engine, engineOptions, options, cutouts);
	const placed = await ctx.step("views", 0.01, (c) =>
		placeViews(cutouts, c, engine.lens),
	);
	const shape = await ctx.step("shape", 0.06, (c) =>
		reconstructWithPreview(engine, placed, engineOptions, c, made, onPreview),
	);
	const views = takeCameras(placed, shape);
	const rough = await ctx.step("surface", 0.08, (c) =>
		toMesh(shape, options, c),
	);
	const mesh = await ctx.step("clean", 0.23, (c) =>
		cleanMesh(rough, options, c),
	);
	// Elsewhere, until the report: seams change nothing about the form.
	const { positions, indices } = mesh;
	using measuring = (ctx.parallel ?? INLINE).begin(reportMeshTask, undefined, [
		{ positions, indices },
	]);
	const textured = await ctx.step("texture", 0.28, (c) =>
		textureMesh(mesh, views, shape, options, c),
	);
	const look = prepareLook(textured);
	using drawing = beginPreviews(textured, { closed: true, look }, ctx); // elsewhere, until the last step
	const packed = await ctx.step("pack", 0.02, (c) =>
		packAsset(textured, made, c),
	);
	const asset = await ctx.step("validate", 0.02, (c) =>
		validateAsset(packed, c),
	);
	const { report, fidelity } = await ctx.step("report", 0.19, (c) =>
		reportQuality(asset, views, cutouts, look, measuring, c),
	);
	const previews = await ctx.step("previews", 0.08, (c) =>
		drawing.finish(c.checkpoint),
	);
	return { asset, report, fidelity, previews, cutouts, views };
}
