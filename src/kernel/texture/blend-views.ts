import type { Mesh } from "../../core/mesh.ts";
import { mapTask, type TaskContext } from "../../core/parallel.ts";
import type { View } from "../../core/view.ts";
import { balanceExposure, type ExposureBalance } from "./balance-exposure.ts";
import {
	addView,
	type BlendLook,
	type BlendSums,
	blendTask,
	createBlendSums,
	type MeshPoints,
	POINTS_PER_RANGE,
} from "./blend-range.ts";
import { levelViews } from "./level-views.ts";
import {
	createPointSamples,
	createProjector,
	type ProjectionOptions,
	type Projector,
	projectorBytes,
} from "./project-view.ts";
import { sampleVertices } from "./sample-vertices.ts";

export interface BlendOptions extends ProjectionOptions {
	/** Even out exposure and white balance where the overlaps of views prove a difference. Default true. */
	readonly balanceExposure?: boolean;
	/** From `projectorTask` with the defaults, when they were made ahead. Default: made when they are needed. */
	readonly projectors?: readonly Projector[]; // [viewCount]
}

/** Colours of points, blended from all views that see them. */
export interface Blend {
	readonly color: Float32Array; // [count × 3] linear RGB
	readonly confidence: Float32Array; // [count] 0–1; 0: no view
	readonly viewCount: Uint8Array; // [count] views that see the point
	/** Which views see each point: bit v % 32 of word v / 32. */
	readonly seen: Uint32Array; // [⌈viewCount / 32⌉ × count]
	/** What was found about exposure, where there were views to compare. */
	readonly exposure?: ExposureBalance;
}

/** Projectors are kept for the second look at the views while they fit into this. */
const KEPT_BYTES = 256e6;
/** More vertices × views than this are blended without levelling. */
const MAX_LEVELLED = 24e6;
/** Share of the work that comes before the points. */
const LEVEL_SHARE = 0.5;

/**
 * The views' colours at each point, in linear light: detail from the best view, brightness and tint
 * from all of them (see `levelViews`).
 */
export async function blendViews(
	mesh: Mesh,
	views: readonly View[],
	points: MeshPoints,
	options: BlendOptions = {},
	{ parallel, checkpoint }: TaskContext = {},
): Promise<Blend> {
	const { count } = points;
	const part = (from: number, to: number): TaskContext => ({
		parallel,
		checkpoint: (f) => checkpoint?.(from + (to - from) * f),
	});
	const projectorOf = keepProjectors(mesh, views, options);
	const compared =
		views.length > 1 && views.length * mesh.positions.length < 3 * MAX_LEVELLED;
	let exposure: ExposureBalance | undefined;
	let levelled: BlendLook["levelled"];
	if (compared) {
		const seen = sampleVertices(
			mesh,
			views.length,
			projectorOf,
			part(0, 0.8 * LEVEL_SHARE).checkpoint,
		);
		if (options.balanceExposure !== false) exposure = balanceExposure(seen);
		const { factor, fade, srcToDst } = levelViews(
			seen,
			exposure?.gains,
			part(0.8 * LEVEL_SHARE, LEVEL_SHARE).checkpoint,
		);
		const indices = mesh.indices.map((v) => srcToDst[v]);
		levelled = { factor, fade, indices };
	}
	const look = {
		gains: exposure?.applied ? exposure.gains : undefined,
		levelled,
	};
	const sums = createBlendSums(count, views.length);
	const ctx = part(compared ? LEVEL_SHARE : 0, 1);
	const starts = Array.from(
		{ length: Math.ceil(count / POINTS_PER_RANGE) },
		(_, k) => k * POINTS_PER_RANGE,
	);
	if (options.projectors) {
		const { projectors } = options;
		await mapTask(blendTask, { points, projectors, look, sums }, starts, ctx);
	} else {
		// Not all projectors fit into memory: view by view.
		const samples = createPointSamples(POINTS_PER_RANGE);
		for (let view = 0; view < views.length; view++) {
			ctx.checkpoint?.(view / views.length);
			const projector = projectorOf(view);
			for (const from of starts) {
				const to = Math.min(count, from + POINTS_PER_RANGE);
				addView(points, from, to, projector, view, look, sums, samples);
			}
		}
	}
	const { color, total, confidence, seen } = sums;
	for (let i = 0; i < count; i++) {
		if (total[i] === 0) continue;
		const inverse = 1 / total[i];
		for (let k = 3 * i; k < 3 * i + 3; k++)
			color[k] = color[k] > 0 ? color[k] * inverse : 0;
	}
	return {
		color,
		confidence,
		viewCount: countViews(sums),
		seen,
		...(exposure ? { exposure } : {}),
	};
}

function countViews({
	total,
	seen,
}: BlendSums): Uint8Array /* [count] at most 255 */ {
	const out = new Uint8Array(total.length);
	for (let n = 0; n < seen.length; n++) {
		const i = n % total.length;
		let bits = seen[n];
		let views = out[i];
		for (; bits !== 0; bits &= bits - 1) views++;
		out[i] = views > 255 ? 255 : views;
	}
	return out;
}

/** Makes each view's projector when it is asked for, and keeps those that fit into memory. */
function keepProjectors(
	mesh: Mesh,
	views: readonly View[],
	options: BlendOptions,
): (view: number) => Projector {
	const { projectors } = options;
	if (projectors) return (view) => projectors[view];
	const kept: (Projector | undefined)[] = views.map(() => undefined);
	let left = KEPT_BYTES;
	return (view) => {
		const known = kept[view];
		if (known) return known;
		const made = createProjector(mesh, views[view], options);
		const bytes = projectorBytes(made);
		if (bytes <= left) {
			kept[view] = made;
			left -= bytes;
		}
		return made;
	};
}
