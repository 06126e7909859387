import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { View } from "../../core/view.ts";
import { balanceExposure, type ExposureBalance } from "./balance-exposure.ts";
import { type LevelledViews, levelViews } from "./level-views.ts";
import {
	createPointSamples,
	createProjector,
	type ProjectionOptions,
	type Projector,
	projectorBytes,
	type SurfacePoints,
	samplePoints,
} from "./project-view.ts";
import { sampleVertices } from "./sample-vertices.ts";

export interface BlendOptions extends ProjectionOptions {
	/** Even out exposure and white balance where the overlaps of views prove a difference. Default true. */
	readonly balanceExposure?: boolean;
	/** From `projectorTask` with the defaults, when they were made ahead. Default: made when they are needed. */
	readonly projectors?: readonly Projector[]; // [viewCount]
}

/** Points that know where on the mesh they lie. */
export interface MeshPoints extends SurfacePoints {
	readonly triangles: Uint32Array; // [count]
	readonly bary: Float32Array; // [count × 2] weights of corners b and c
}

/** Colours of points, blended from all views that see them. */
export interface Blend {
	readonly color: Float32Array; // [count × 3] linear RGB
	readonly confidence: Float32Array; // [count] 0–1; 0: no view
	readonly viewCount: Uint8Array; // [count] views that see the point
	/** What was found about exposure, where there were views to compare. */
	readonly exposure?: ExposureBalance;
}

/** Least say of a view that sees a point. */
const LEAST = 1e-7;
/** What is left of a view's say at the border of what it sees. */
const LEAST_FADE = 0.01;
/** Projectors are kept for the second look at the views while they fit into this. */
const KEPT_BYTES = 256e6;
/** More vertices × views than this are blended without levelling. */
const MAX_LEVELLED = 24e6;
/** Share of the work that comes before the points. */
const LEVEL_SHARE = 0.5;

/**
 * The views' colours at each point, in linear light: detail from the best view, brightness and tint
 * from all of them (see `levelViews`). `onView` sees each view's visibility in turn.
 */
export function blendViews(
	mesh: Mesh,
	views: readonly View[],
	points: MeshPoints,
	options: BlendOptions = {},
	checkpoint?: Checkpoint,
	onView?: (seen: Uint8Array, viewIndex: number) => void,
): Blend {
	const { count } = points;
	const projectorOf = keepProjectors(mesh, views, options);
	const compared =
		views.length > 1 && views.length * mesh.positions.length < 3 * MAX_LEVELLED;
	let exposure: ExposureBalance | undefined;
	let levelled: LevelledViews | undefined;
	if (compared) {
		const seen = sampleVertices(
			mesh,
			views.length,
			projectorOf,
			checkpoint && ((f) => checkpoint(0.8 * LEVEL_SHARE * f)),
		);
		if (options.balanceExposure !== false) exposure = balanceExposure(seen);
		levelled = levelViews(
			seen,
			exposure?.gains,
			checkpoint && ((f) => checkpoint((0.8 + 0.2 * f) * LEVEL_SHARE)),
		);
	}
	const sums = {
		color: new Float32Array(3 * count),
		total: new Float32Array(count),
		confidence: new Float32Array(count),
		viewCount: new Uint8Array(count),
	};
	const samples = createPointSamples(count);
	const indices = levelled && mesh.indices.map((v) => levelled.srcToDst[v]);
	for (let view = 0; view < views.length; view++) {
		const before = compared ? LEVEL_SHARE : 0;
		samplePoints(
			projectorOf(view),
			points,
			samples,
			checkpoint &&
				((f) =>
					checkpoint(before + ((1 - before) * (view + f)) / views.length)),
			sums.total,
		);
		if (exposure?.applied)
			multiply(samples.color, exposure.gains.subarray(3 * view, 3 * view + 3));
		if (levelled && indices) level(samples, points, indices, levelled, view);
		addSamples(samples, sums);
		onView?.(samples.seen, view);
	}
	const { color, total, confidence, viewCount } = sums;
	for (let i = 0; i < count; i++) {
		if (total[i] === 0) continue;
		const inverse = 1 / total[i];
		for (let k = 3 * i; k < 3 * i + 3; k++)
			color[k] = color[k] > 0 ? color[k] * inverse : 0;
	}
	return { color, confidence, viewCount, ...(exposure ? { exposure } : {}) };
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

function multiply(
	color: Float32Array, // [count × 3]
	[r, g, b]: Float64Array, // [3]
): void {
	for (let i = 0; i < color.length; i += 3) {
		color[i] *= r;
		color[i + 1] *= g;
		color[i + 2] *= b;
	}
}

type Samples = ReturnType<typeof createPointSamples>;

/** Multiplies one view's colours by its factor on the surface, and fades its say. */
function level(
	{ color, weight }: Samples,
	{ count, triangles, bary }: MeshPoints,
	indices: Uint32Array, // welded
	levelled: LevelledViews,
	view: number,
): void {
	const factor = levelled.factor[view];
	const fade = levelled.fade[view];
	for (let i = 0; i < count; i++) {
		if (weight[i] === 0) continue;
		const t = 3 * triangles[i];
		const a = indices[t];
		const b = indices[t + 1];
		const c = indices[t + 2];
		const wb = bary[2 * i];
		const wc = bary[2 * i + 1];
		const wa = 1 - wb - wc;
		weight[i] *= wa * fade[a] + wb * fade[b] + wc * fade[c] + LEAST_FADE;
		for (let k = 0; k < 3; k++)
			color[3 * i + k] *=
				wa * factor[3 * a + k] +
				wb * factor[3 * b + k] +
				wc * factor[3 * c + k];
	}
}

/** Adds a view's colours with the cube of its say (cos¹⁸ of the angle): the best one has nearly all of it. */
function addSamples(
	samples: Samples,
	sums: {
		color: Float32Array;
		total: Float32Array;
		confidence: Float32Array;
		viewCount: Uint8Array;
	},
): void {
	const { color, total, confidence, viewCount } = sums;
	for (let i = 0; i < total.length; i++) {
		if (samples.seen[i] !== 0 && viewCount[i] < 255) viewCount[i]++;
		if (samples.confidence[i] > confidence[i])
			confidence[i] = samples.confidence[i];
		let w = samples.weight[i];
		if (w === 0) continue;
		if (w < LEAST) w = LEAST;
		w = w * w * w;
		total[i] += w;
		color[3 * i] += w * samples.color[3 * i];
		color[3 * i + 1] += w * samples.color[3 * i + 1];
		color[3 * i + 2] += w * samples.color[3 * i + 2];
	}
}
