import type { Lattice } from "./grid-field.ts";
import {
	type Direction,
	passedNeighbours,
	sweepLattice,
} from "./sweep-lattice.ts";

export interface NearestOutside {
	/** How far each point lies below the surface, 0 outside; world units. */
	readonly depth: Float32Array; // [nz × ny × nx]
	/** The lattice point outside that is nearest; itself outside. */
	readonly outside: Int32Array; // [nz × ny × nx]
}

/**
 * How deep inside a solid each lattice point lies, and where the way out is. The nearest point outside is handed from
 * neighbour to neighbour (Danielsson, "Euclidean distance mapping", 1980): now and then it is a little farther off than
 * another one. The outermost layer of the lattice must be outside.
 */
export function nearestOutside(lattice: Lattice): NearestOutside {
	const { values } = lattice;
	const depth = new Float32Array(values.length);
	const outside = new Int32Array(values.length);
	for (let n = 0; n < values.length; n++) {
		const isOutside = values[n] > 0;
		depth[n] = isOutside ? 0 : Infinity;
		outside[n] = isOutside ? n : -1;
	}
	// Twice: one pair leaves corners that both sweeps come to from the wrong side.
	for (let round = 0; round < 2; round++)
		for (const direction of [1, -1] as const)
			sweepNearest(lattice, depth, outside, direction);
	return { depth, outside };
}

/** Unit vector from a point inside to where it is out the soonest. */
export function wayOut(
	{ counts: [nx, ny] }: Lattice,
	{ outside }: NearestOutside,
	point: number,
): [x: number, y: number, z: number] {
	const end = outside[point];
	const x = (end % nx) - (point % nx);
	const y = (Math.floor(end / nx) % ny) - (Math.floor(point / nx) % ny);
	const z = Math.floor(end / (nx * ny)) - Math.floor(point / (nx * ny));
	const length = Math.hypot(x, y, z) || 1;
	return [x / length, y / length, z / length];
}

function sweepNearest(
	{ values, counts, spacing }: Lattice,
	depth: Float32Array,
	outside: Int32Array,
	direction: Direction,
): void {
	const [nx, ny] = counts;
	const passed = passedNeighbours(counts, direction);
	sweepLattice(counts, direction, (n) => {
		if (values[n] > 0) return;
		const x = n % nx;
		const y = Math.floor(n / nx) % ny;
		const z = Math.floor(n / (nx * ny));
		for (const { step } of passed) {
			const end = outside[n + step];
			if (end < 0 || end === outside[n]) continue;
			const way = Math.hypot(
				(end % nx) - x,
				(Math.floor(end / nx) % ny) - y,
				Math.floor(end / (nx * ny)) - z,
			);
			// The surface passes before that point.
			const own = Math.max(0, way * spacing - Math.min(values[end], spacing));
			if (own >= depth[n]) continue;
			depth[n] = own;
			outside[n] = end;
		}
	});
}
