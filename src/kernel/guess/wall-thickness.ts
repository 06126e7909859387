import type { Lattice } from "../field/grid-field.ts";
import { type NearestOutside, wayOut } from "../field/nearest-outside.ts";

/** How thick walls are that face a way: that of a point inside a solid by the way out that is the nearest. */
export type WallThickness = (point: number) => number; // world units

/** How much more the walls count that face the same way: the power of the cosine. */
const SHARPNESS = 8;
/** Of walls that face another way: enough that there is an answer where none faces this one. */
const ANY = 1e-3;
/** Directions are told apart by their coordinates in so many steps from 0 to 1. */
const STEPS = 4;
const SIDE = 2 * STEPS + 1;
const MIDDLE = (SIDE ** 3 - 1) / 2;

/** The median of some walls' depths, by the way that they face. `walls`: lattice points, at least one. */
export function wallThickness(
	lattice: Lattice,
	nearest: NearestOutside,
	walls: readonly number[],
): WallThickness {
	const samples = walls
		.map((n) => ({
			thick: nearest.depth[n],
			faces: wayOut(lattice, nearest, n),
		}))
		.sort((a, b) => a.thick - b.thick);
	const known = new Float32Array(SIDE ** 3).fill(-1);
	return (point) => {
		const [x, y, z] = wayOut(lattice, nearest, point).map((c) =>
			Math.round(c * STEPS),
		);
		const key = (z * SIDE + y) * SIDE + x + MIDDLE;
		if (known[key] < 0) {
			const length = Math.hypot(x, y, z) || 1;
			known[key] = weightedMedian(samples, ({ faces: [a, b, c] }) => {
				const cosine = (x * a + y * b + z * c) / length;
				return Math.max(0, cosine) ** SHARPNESS + ANY;
			});
		}
		return known[key];
	};
}

/** Weights are above 0. */
function weightedMedian<Sample extends { readonly thick: number }>(
	sorted: readonly Sample[],
	weightOf: (sample: Sample) => number,
): number {
	const weights = sorted.map(weightOf);
	const half = weights.reduce((sum, weight) => sum + weight, 0) / 2;
	let sum = 0;
	const at = weights.findIndex((weight) => {
		sum += weight;
		return sum >= half;
	});
	return sorted[at].thick;
}
