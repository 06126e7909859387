import { sharedBytes, type Task } from "../../core/parallel.ts";
import {
	createPointSamples,
	type PointSamples,
	type Projector,
	type SurfacePoints,
	samplePoints,
} from "./project-view.ts";

/** Points that know where on the mesh they lie. */
export interface MeshPoints extends SurfacePoints {
	readonly triangles: Uint32Array; // [count]
	readonly bary: Float32Array; // [count × 2] weights of corners b and c
}

/** Sums over views of what they say about points; in memory that other threads see. */
export interface BlendSums {
	readonly color: Float32Array; // [count × 3] linear RGB, times the cube of the say
	readonly total: Float32Array; // [count] cubes of the say
	readonly confidence: Float32Array; // [count] 0–1, the most
	/** Which views see each point: bit v % 32 of word v / 32. */
	readonly seen: Uint32Array; // [⌈viewCount / 32⌉ × count]
}

/** How the views' colours are made alike. */
export interface BlendLook {
	/** To multiply each view's colours by. */
	readonly gains: Float64Array | undefined; // [viewCount × 3]
	/** From `levelViews`, and the mesh's triangles in its vertices. */
	readonly levelled:
		| {
				readonly factor: readonly Float32Array[];
				readonly fade: readonly Float32Array[];
				readonly indices: Uint32Array;
		  }
		| undefined;
}

/** Least say of a view that sees a point. */
const LEAST = 1e-7;
/** What is left of a view's say at the border of what it sees. */
const LEAST_FADE = 0.01;

export function createBlendSums(count: number, viewCount: number): BlendSums {
	const floats = (length: number): Float32Array =>
		new Float32Array(sharedBytes(4 * length));
	return {
		color: floats(3 * count),
		total: floats(count),
		confidence: floats(count),
		seen: new Uint32Array(sharedBytes(4 * Math.ceil(viewCount / 32) * count)),
	};
}

function clearSums(
	{ color, total, confidence, seen }: BlendSums,
	from: number,
	to: number,
): void {
	color.fill(0, 3 * from, 3 * to);
	total.fill(0, from, to);
	confidence.fill(0, from, to);
	for (let words = 0; words < seen.length; words += total.length)
		seen.fill(0, words + from, words + to);
}

/** Adds what one view says about the points from `from` to before `to`; `samples` has room for them. */
export function addView(
	points: MeshPoints,
	from: number,
	to: number,
	projector: Projector,
	view: number,
	{ gains, levelled }: BlendLook,
	sums: BlendSums,
	samples: PointSamples,
): void {
	const count = to - from;
	const range: MeshPoints = {
		count,
		positions: points.positions.subarray(3 * from, 3 * to),
		normals: points.normals.subarray(3 * from, 3 * to),
		spacing: points.spacing.subarray(from, to),
		triangles: points.triangles.subarray(from, to),
		bary: points.bary.subarray(2 * from, 2 * to),
	};
	samplePoints(projector, range, samples, sums.total.subarray(from, to));
	if (gains) multiply(samples, count, gains.subarray(3 * view, 3 * view + 3));
	if (levelled)
		level(
			samples,
			range,
			levelled.indices,
			levelled.factor[view],
			levelled.fade[view],
		);
	addSamples(samples, from, to, view, sums);
}

function multiply(
	{ color }: PointSamples,
	count: number,
	[r, g, b]: Float64Array, // [3]
): void {
	for (let i = 0; i < 3 * count; i += 3) {
		color[i] *= r;
		color[i + 1] *= g;
		color[i + 2] *= b;
	}
}

/** Multiplies one view's colours by its factor on the surface, and fades its say. */
function level(
	{ color, weight }: PointSamples,
	{ count, triangles, bary }: MeshPoints,
	indices: Uint32Array, // welded
	factor: Float32Array, // [vertexCount × 3]
	fade: Float32Array, // [vertexCount]
): void {
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
	samples: PointSamples,
	from: number,
	to: number,
	view: number,
	{ color, total, confidence, seen }: BlendSums,
): void {
	const words = (view >>> 5) * total.length;
	const bit = 1 << (view & 31);
	for (let i = from, k = 0; i < to; i++, k++) {
		const own = samples.confidence[k];
		let w = samples.weight[k];
		if (samples.seen[k] !== 0) seen[words + i] |= bit;
		else if (own === 0 && w === 0) continue; // as most points are
		if (own > confidence[i]) confidence[i] = own;
		if (w === 0) continue;
		if (w < LEAST) w = LEAST;
		w = w * w * w;
		total[i] += w;
		color[3 * i] += w * samples.color[3 * k];
		color[3 * i + 1] += w * samples.color[3 * k + 1];
		color[3 * i + 2] += w * samples.color[3 * k + 2];
	}
}

/** Points that are coloured in one go: few enough for what is known of them to stay in the cache. */
export const POINTS_PER_RANGE = 16_384;

export interface BlendShared {
	readonly points: MeshPoints;
	readonly projectors: readonly Projector[]; // [viewCount]
	readonly look: BlendLook;
	readonly sums: BlendSums;
}

/** All views' say about a range of points, from the number given on: into its places of the sums. */
export const blendTask: Task<BlendShared, number, null> = {
	module: import.meta.url,
	name: "blendTask",
	open({ points, projectors, look, sums }) {
		const samples = createPointSamples(POINTS_PER_RANGE);
		return (from) => {
			const to = Math.min(points.count, from + POINTS_PER_RANGE);
			clearSums(sums, from, to); // a thread may have died half way
			for (let view = 0; view < projectors.length; view++)
				addView(points, from, to, projectors[view], view, look, sums, samples);
			return null;
		};
	},
};
