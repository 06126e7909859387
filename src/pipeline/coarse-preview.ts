import type { Provenance } from "../core/asset.ts";
import type { Engine } from "../core/engine.ts";
import { asLunarError } from "../core/errors.ts";
import { type RunContext, withPreview } from "../core/run-context.ts";
import type { Shape } from "../core/shape.ts";
import type { View } from "../core/view.ts";
import { writeGlb } from "../formats/glb/write-glb.ts";
import { keepComponents } from "../kernel/mesh/components.ts";
import { vertexNormals } from "../kernel/mesh/normals.ts";
import { simplify } from "../kernel/mesh/simplify.ts";
import { bakeVertexColors } from "../kernel/texture/bake-vertex-colors.ts";
import { takeCameras } from "./take-cameras.ts";
import { surfaceOf } from "./to-mesh.ts";

/** A first sight of the object: closed, coarse, coloured on its vertices, not validated. */
export interface CoarsePreview {
	readonly glb: Uint8Array;
	readonly triangles: number;
}

const MOST_TRIANGLES = 20_000;
/** Cells along the longest side, where the shape is a field. */
const RESOLUTION = 64;
/** Views that colour it: every second, third … of more. */
const MOST_VIEWS = 8;
const CRUMB_SHARE = 0.02;

/** A quick GLB of a coarse shape; undefined where there is nothing in it yet. */
export async function coarsePreview(
	shape: Shape,
	views: readonly View[],
	made: Provenance,
	ctx: RunContext,
): Promise<CoarsePreview | undefined> {
	const raw = await surfaceOf(shape, RESOLUTION, ctx);
	if (raw.indices.length === 0) return undefined;
	ctx.checkpoint(0);
	const large = keepComponents(raw, CRUMB_SHARE);
	const mesh =
		large.indices.length / 3 > MOST_TRIANGLES
			? simplify(large, MOST_TRIANGLES)
			: large;
	ctx.checkpoint(0);
	const solid = { ...mesh, normals: vertexNormals(mesh) };
	const stride = Math.max(1, Math.ceil(views.length / MOST_VIEWS));
	const { colors } = await bakeVertexColors(
		solid,
		takeCameras(views, shape).filter((_, v) => v % stride === 0),
		{
			balanceExposure: false,
			...(shape.color ? { colorField: shape.color } : {}),
		},
	);
	const glb = await writeGlb(
		{ mesh: { ...solid, colors }, roughness: 0.8, metallic: 0 },
		undefined,
		{ lunarNova: { ...made, preview: true } },
		{ generator: made.generator },
	);
	return { glb, triangles: mesh.indices.length / 3 };
}

/** What is done with each preview as it comes. The run waits for it. */
export type PreviewHandler = (preview: CoarsePreview) => void | Promise<void>;

/**
 * Lets the engine work and hands out a preview of every coarse shape it has on the way; of its
 * result, where it had none. A preview that fails is a notice, never the end of the run.
 */
export async function reconstructWithPreview<O>(
	engine: Engine<O>,
	views: readonly View[],
	engineOptions: O,
	ctx: RunContext,
	made: Provenance,
	onPreview: PreviewHandler | undefined,
): Promise<Shape> {
	if (!onPreview) return engine.reconstruct(views, engineOptions, ctx);
	let count = 0;
	const show = (shape: Shape, c: RunContext): Promise<void> =>
		c.step("preview", 0, async (inner) => {
			try {
				const preview = await coarsePreview(shape, views, made, inner);
				if (!preview) return;
				await onPreview(preview);
				count++;
			} catch (error) {
				const { code, message } = asLunarError(error);
				if (code === "CANCELLED") throw error;
				c.notice({
					code: "preview-failed",
					severity: "warning",
					message: `no preview: ${message}`,
				});
			}
		});
	const shape = await engine.reconstruct(
		views,
		engineOptions,
		withPreview(ctx, show),
	);
	if (count === 0) await show(shape, ctx);
	return shape;
}
