import { createRowMixer } from "../../kernel/network/row-mixer.ts";
import type { SummedPlanes } from "./triplane.ts";

/** Samples summed planes at many points: what the decoder's first neurons receive there. */
export interface PlaneSampler {
	/** At points anywhere. The answer [count × H] is good until the next call but one. */
	at(
		points: Float32Array, // [count × 3] world units
	): Float32Array;
	/** At points of a lattice of `size` points per axis from −radius to radius, by number: ix + size × (iy + size × iz). */
	onLattice(
		points: Uint32Array, // [count]
		size: number,
	): Float32Array;
}

/** Four pixels of each plane, and the bias. */
const TERMS = 13;

/** Room for `capacity` points a call. Bilinear, pixel centres at +0.5, nothing beyond the planes' edges. */
export function createPlaneSampler(
	{ values, bias, side, radius }: SummedPlanes,
	capacity: number,
): PlaneSampler {
	const neurons = bias.length;
	const biasRow = 3 * side * side;
	const firstOut = [biasRow + 1, biasRow + 1 + capacity];
	const mixer = createRowMixer(
		neurons,
		biasRow + 1 + 2 * capacity,
		capacity * TERMS,
	);
	mixer.rows.set(values);
	mixer.rows.set(bias, biasRow * neurons);
	const { row, weight } = mixer.terms;
	const rowBytes = neurons * 4;
	// Where a point lies on the planes, axis by axis: the lower pixel, the upper, and their weights.
	const lower = new Int32Array(3);
	const upper = new Int32Array(3);
	const ofLower = new Float64Array(3);
	const ofUpper = new Float64Array(3);

	const locate = (axis: number, x: number): void => {
		const low = Math.floor(x);
		// Pixels off the plane weigh nothing; which pixel stands in for them does not matter.
		const isNear = low >= -1 && low < side;
		ofLower[axis] = isNear && low >= 0 ? 1 - (x - low) : 0;
		ofUpper[axis] = isNear && low + 1 < side ? x - low : 0;
		lower[axis] = isNear && low >= 0 ? low : 0;
		upper[axis] = isNear && low + 1 < side ? low + 1 : 0;
	};
	const note = (n: number): void => {
		let t = 2 * TERMS * n;
		for (let plane = 0; plane < 3; plane++) {
			const u = plane === 2 ? 1 : 0;
			const v = plane === 0 ? 1 : 2;
			const above = (plane * side + lower[v]) * side;
			const below = (plane * side + upper[v]) * side;
			row[t] = (above + lower[u]) * rowBytes;
			weight[t + 1] = ofLower[v] * ofLower[u];
			row[t + 2] = (above + upper[u]) * rowBytes;
			weight[t + 3] = ofLower[v] * ofUpper[u];
			row[t + 4] = (below + lower[u]) * rowBytes;
			weight[t + 5] = ofUpper[v] * ofLower[u];
			row[t + 6] = (below + upper[u]) * rowBytes;
			weight[t + 7] = ofUpper[v] * ofUpper[u];
			t += 8;
		}
		row[t] = biasRow * rowBytes;
		weight[t + 1] = 1;
	};
	const mix = (count: number): Float32Array => {
		const [first] = firstOut;
		firstOut.reverse();
		mixer.mix(count, TERMS, first);
		return mixer.rows.subarray(first * neurons, (first + count) * neurons);
	};

	return {
		at(points) {
			const count = points.length / 3;
			for (let n = 0; n < count; n++) {
				for (let axis = 0; axis < 3; axis++)
					locate(axis, ((points[n * 3 + axis] / radius + 1) * side - 1) / 2);
				note(n);
			}
			return mix(count);
		},
		onLattice(points, size) {
			const step = side / (size - 1);
			for (let n = 0; n < points.length; n++) {
				const point = points[n];
				const line = Math.floor(point / size);
				locate(0, (point - line * size) * step - 0.5);
				locate(1, (line % size) * step - 0.5);
				locate(2, Math.floor(line / size) * step - 0.5);
				note(n);
			}
			return mix(points.length);
		},
	};
}
