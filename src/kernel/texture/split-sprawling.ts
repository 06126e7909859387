import { chartFrame, groupByChart } from "./flatten-charts.ts";
import {
	connectedPieces,
	fitAxes,
	type Segmentation,
} from "./segment-charts.ts";

/** A cut must bring the rectangles of the two parts below this share of the whole one. */
const GAIN = 0.74;
/** Rectangles smaller than this share of the surface pack well enough as they are. */
const MIN_SHARE = 0.03;
/** No chart longer than this share of the atlas's likely side. */
const MAX_LENGTH = 0.93;
const ANGLES = 12; // over a quarter turn
const BINS = 24;
const MAX_ROUNDS = 5;

/**
 * Cuts charts that waste their rectangle (an aeroplane seen from above) or are too long for the
 * atlas, straight across where that saves most.
 */
export function splitSprawling(
	positions: Float32Array, // [vertexCount × 3]
	indices: Uint32Array, // [triangleCount × 3]
	neighbours: Int32Array, // [triangleCount × 3]
	normals: Float64Array, // [triangleCount × 3]
	areas: Float64Array, // [triangleCount]
	segmentation: Segmentation,
): Segmentation {
	let totalArea = 0;
	for (let t = 0; t < areas.length; t++) totalArea += areas[t];
	const longest = MAX_LENGTH * Math.sqrt(totalArea / 0.7);
	let current = segmentation;
	for (let round = 0; round < MAX_ROUNDS; round++) {
		const { chartCount, axes } = current;
		const { start, triangles } = groupByChart(
			current.chartOfTriangle,
			chartCount,
		);
		const labels = Int32Array.from(current.chartOfTriangle);
		let cuts = 0;
		for (let c = 0; c < chartCount; c++) {
			const own = triangles.subarray(start[c], start[c + 1]);
			let area = 0;
			for (let i = 0; i < own.length; i++) area += areas[own[i]];
			if (own.length < 16 || area < 0.2 * MIN_SHARE * totalArea) continue;
			if (
				cut(
					positions,
					indices,
					own,
					axes,
					c,
					totalArea,
					longest,
					labels,
					chartCount + cuts,
				)
			)
				cuts++;
		}
		if (cuts === 0) break;
		const { pieceOfTriangle, count } = connectedPieces(labels, neighbours);
		current = {
			chartOfTriangle: pieceOfTriangle,
			chartCount: count,
			axes: fitAxes(pieceOfTriangle, count, normals, areas),
		};
	}
	return current;
}

/** Gives the triangles beyond the best cut a new label; false where no cut is worth it. */
function cut(
	positions: Float32Array,
	indices: Uint32Array,
	own: Uint32Array,
	axes: Float64Array,
	c: number,
	totalArea: number,
	longest: number,
	labels: Int32Array,
	newLabel: number,
): boolean {
	const frame = new Float64Array(6);
	chartFrame(axes[3 * c], axes[3 * c + 1], axes[3 * c + 2], frame);
	const count = own.length;
	const corners = new Float64Array(6 * count);
	for (let i = 0; i < count; i++)
		for (let k = 0; k < 3; k++) {
			const v = 3 * indices[3 * own[i] + k];
			const x = positions[v];
			const y = positions[v + 1];
			const z = positions[v + 2];
			corners[6 * i + 2 * k] = x * frame[0] + y * frame[1] + z * frame[2];
			corners[6 * i + 2 * k + 1] = x * frame[3] + y * frame[4] + z * frame[5];
		}
	// (1) The smallest rectangle.
	let bestSize = Number.POSITIVE_INFINITY;
	let cos = 1;
	let sin = 0;
	const box = new Float64Array(4); // min x, min y, max x, max y
	const bestBox = new Float64Array(4);
	for (let s = 0; s < ANGLES; s++) {
		const cs = Math.cos((s / ANGLES) * (Math.PI / 2));
		const sn = Math.sin((s / ANGLES) * (Math.PI / 2));
		box.fill(Number.POSITIVE_INFINITY, 0, 2);
		box.fill(Number.NEGATIVE_INFINITY, 2, 4);
		for (let i = 0; i < corners.length; i += 2) {
			const x = cs * corners[i] + sn * corners[i + 1];
			const y = cs * corners[i + 1] - sn * corners[i];
			if (x < box[0]) box[0] = x;
			if (y < box[1]) box[1] = y;
			if (x > box[2]) box[2] = x;
			if (y > box[3]) box[3] = y;
		}
		const size = (box[2] - box[0]) * (box[3] - box[1]);
		if (size < bestSize * (1 - 1e-9)) {
			bestSize = size;
			cos = cs;
			sin = sn;
			bestBox.set(box);
		}
	}
	const length = Math.max(bestBox[2] - bestBox[0], bestBox[3] - bestBox[1]);
	const tooLong = length > longest;
	if (bestSize < MIN_SHARE * totalArea && !tooLong) return false;
	// (2) Boxes of what lies in each of the slices across either axis.
	let bestSum = tooLong ? Number.POSITIVE_INFINITY : GAIN * bestSize;
	let bestAxis = -1;
	let bestSlice = 0;
	const slices = new Float64Array(4 * BINS);
	const before = new Float64Array(BINS);
	for (let axis = 0; axis < 2; axis++) {
		const extent = bestBox[2 + axis] - bestBox[axis];
		if (tooLong && extent < length) continue;
		for (let b = 0; b < BINS; b++) {
			slices.fill(Number.POSITIVE_INFINITY, 4 * b, 4 * b + 2);
			slices.fill(Number.NEGATIVE_INFINITY, 4 * b + 2, 4 * b + 4);
		}
		for (let i = 0; i < count; i++) {
			const b = 4 * sliceOf(corners, i, axis, cos, sin, bestBox[axis], extent);
			for (let k = 6 * i; k < 6 * i + 6; k += 2) {
				const x = cos * corners[k] + sin * corners[k + 1];
				const y = cos * corners[k + 1] - sin * corners[k];
				if (x < slices[b]) slices[b] = x;
				if (y < slices[b + 1]) slices[b + 1] = y;
				if (x > slices[b + 2]) slices[b + 2] = x;
				if (y > slices[b + 3]) slices[b + 3] = y;
			}
		}
		for (let way = 0; way < 2; way++) {
			box.fill(Number.POSITIVE_INFINITY, 0, 2);
			box.fill(Number.NEGATIVE_INFINITY, 2, 4);
			for (let s = 0; s < BINS - 1; s++) {
				const b = 4 * (way === 0 ? s : BINS - 1 - s);
				for (let k = 0; k < 2; k++) {
					box[k] = Math.min(box[k], slices[b + k]);
					box[2 + k] = Math.max(box[2 + k], slices[b + 2 + k]);
				}
				const size =
					Math.max(0, box[2] - box[0]) * Math.max(0, box[3] - box[1]);
				if (way === 0) before[s] = size;
				else {
					const slice = BINS - 2 - s; // the last slice before the cut
					if (tooLong && (slice < BINS / 4 || slice >= (3 * BINS) / 4))
						continue;
					const sum = size + before[slice];
					if (sum > 0 && sum < bestSum) {
						bestSum = sum;
						bestAxis = axis;
						bestSlice = slice;
					}
				}
			}
		}
	}
	if (bestAxis < 0) return false;
	// (3) Cut.
	const extent = bestBox[2 + bestAxis] - bestBox[bestAxis];
	let moved = 0;
	for (let i = 0; i < count; i++)
		if (
			sliceOf(corners, i, bestAxis, cos, sin, bestBox[bestAxis], extent) >
			bestSlice
		) {
			labels[own[i]] = newLabel;
			moved++;
		}
	return moved > 0 && moved < count;
}

/** Slice that the middle of triangle i lies in. */
function sliceOf(
	corners: Float64Array,
	i: number,
	axis: number,
	cos: number,
	sin: number,
	from: number,
	extent: number,
): number {
	const k = 6 * i;
	const x = (corners[k] + corners[k + 2] + corners[k + 4]) / 3;
	const y = (corners[k + 1] + corners[k + 3] + corners[k + 5]) / 3;
	const along = axis === 0 ? cos * x + sin * y : cos * y - sin * x;
	const b = Math.floor(((along - from) / extent) * BINS);
	return b < 0 ? 0 : b >= BINS ? BINS - 1 : b;
}
