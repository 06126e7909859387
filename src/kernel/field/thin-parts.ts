import type { Lattice } from "./grid-field.ts";
import {
	type Direction,
	passedNeighbours,
	sweepLattice,
} from "./sweep-lattice.ts";

/**
 * Which lattice points lie in a part of the solid no ball of this radius fits into: those farther than
 * that from the core, the points at least as deep as the radius. Distances by a chamfer transform
 * (Borgefors, 1986).
 */
export function findThinParts(
	lattice: Lattice,
	radius: number, // world units
): Uint8Array /* [nz × ny × nx] */ {
	const { values, spacing } = lattice;
	const toCore = new Float32Array(values.length);
	for (let n = 0; n < values.length; n++)
		toCore[n] = values[n] < -radius ? 0 : Infinity;
	sweepDistances(toCore, lattice, 1);
	sweepDistances(toCore, lattice, -1);
	const reach = radius + 1.5 * spacing;
	const thin = new Uint8Array(values.length);
	for (let n = 0; n < thin.length; n++) thin[n] = toCore[n] > reach ? 1 : 0;
	return thin;
}

/** One raster pass: each point tries the neighbours the pass has been at. */
function sweepDistances(
	distance: Float32Array,
	{ counts, spacing }: Lattice,
	direction: Direction,
): void {
	const passed = passedNeighbours(counts, direction);
	sweepLattice(counts, direction, (n) => {
		let least = distance[n];
		if (least === 0) return;
		for (const { step, distance: steps } of passed) {
			const through = distance[n + step] + spacing * steps;
			if (through < least) least = through;
		}
		distance[n] = least;
	});
}
