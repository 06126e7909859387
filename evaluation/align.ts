import type { Mesh } from "../src/core/mesh.ts";
import { createRandom } from "../src/core/run-context.ts";
import { solveSymmetric } from "../src/kernel/image/solve-symmetric.ts";
import { turned } from "../src/kernel/math/rotation.ts";
import { type Bvh, buildBvh } from "../src/kernel/mesh/bvh.ts";
import { closestPoints } from "../src/kernel/mesh/closest-point.ts";
import { sampleSurface } from "../src/kernel/mesh/sample-surface.ts";

const ROUNDS = 12;
const SAMPLES = 4000;
/** Pairs farther apart do not belong together, object size 1. */
const FAR = 0.1;
/** Least weight goes to what is missing or too much: distances beyond this count in proportion, not by their square. */
const NEAR = 0.002;
const IDENTITY: Float64Array = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);

/**
 * Moves, turns and scales a result onto the truth: where cameras are wrong, no one can know the world they stand in.
 * Iterated closest points, point to plane (Chen and Medioni, 1991), in both directions.
 */
export function alignToTruth(result: Mesh, truth: Mesh): Mesh {
	const truthTree = buildBvh(truth);
	const random = createRandom(7);
	const onResult = sampleSurface(result, SAMPLES, random);
	const onTruth = sampleSurface(truth, SAMPLES, random);
	let mesh = result;
	let points = onResult.points;
	for (let round = 0; round < ROUNDS; round++) {
		const a = new Float64Array(49);
		const b = new Float64Array(7);
		addPairs(a, b, points, truthTree, 1);
		addPairs(a, b, onTruth.points, buildBvh(mesh), -1);
		for (let k = 0; k < 7; k++) a[k * 8] += 1e-9;
		const step = solveSymmetric(a, b);
		mesh = { ...mesh, positions: moved(mesh.positions, step) };
		points = moved(points, step);
	}
	return mesh;
}

/** Adds each point's distance to the plane it is nearest to; `sign` −1 where the planes are what moves. */
function addPairs(
	a: Float64Array,
	b: Float64Array,
	points: Float32Array,
	tree: Bvh,
	sign: 1 | -1,
): void {
	const { distances, triangles, points: nearest } = closestPoints(tree, points);
	const { positions: p, indices } = tree.mesh;
	const slope = new Float64Array(7);
	for (let i = 0; i < distances.length; i++) {
		if (distances[i] > FAR) continue;
		const [ia, ib, ic] = [0, 1, 2].map(
			(k) => indices[triangles[i] * 3 + k] * 3,
		);
		const e = [0, 1, 2].map((k) => p[ib + k] - p[ia + k]);
		const f = [0, 1, 2].map((k) => p[ic + k] - p[ia + k]);
		const n = cross(e, f);
		const length = Math.hypot(...n);
		if (!(length > 0)) continue;
		const x = [0, 1, 2].map((k) => (sign > 0 ? points : nearest)[i * 3 + k]);
		const turn = cross(x, n);
		let gap = 0;
		for (let k = 0; k < 3; k++) {
			gap += (points[i * 3 + k] - nearest[i * 3 + k]) * (n[k] / length);
			slope[k] = turn[k] / length;
			slope[3 + k] = n[k] / length;
		}
		slope[6] = (x[0] * n[0] + x[1] * n[1] + x[2] * n[2]) / length;
		const weight = 1 / Math.max(NEAR, Math.abs(gap));
		for (let j = 0; j < 7; j++) {
			b[j] -= weight * sign * slope[j] * gap;
			for (let k = 0; k < 7; k++) a[j * 7 + k] += weight * slope[j] * slope[k];
		}
	}
}

/** Turned by the step's first three, scaled by its last, moved by the rest. */
function moved(points: Float32Array, step: Float64Array): Float32Array {
	const r = turned(IDENTITY, step[0], step[1], step[2]);
	const scale = Math.exp(step[6]);
	const out = new Float32Array(points.length);
	for (let i = 0; i < points.length; i += 3)
		for (let k = 0; k < 3; k++)
			out[i + k] =
				scale *
					(r[k * 3] * points[i] +
						r[k * 3 + 1] * points[i + 1] +
						r[k * 3 + 2] * points[i + 2]) +
				step[3 + k];
	return out;
}

function cross(a: readonly number[], b: readonly number[]): number[] {
	return [
		a[1] * b[2] - a[2] * b[1],
		a[2] * b[0] - a[0] * b[2],
		a[0] * b[1] - a[1] * b[0],
	];
}
