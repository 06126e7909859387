import type { Lattice } from "./grid-field.ts";

/** Raster order, or against it. */
export type Direction = 1 | -1;

/** A neighbour of a lattice point. */
export interface Neighbour {
	/** To its index. */
	readonly step: number;
	readonly distance: number; // lattice steps
}

/** Calls `visit` with every point but those of the outermost layer. */
export function sweepLattice(
	[nx, ny, nz]: Lattice["counts"],
	direction: Direction,
	visit: (point: number) => void,
): void {
	for (let c = 1; c < nz - 1; c++)
		for (let b = 1; b < ny - 1; b++)
			for (let a = 1; a < nx - 1; a++) {
				const i = direction > 0 ? a : nx - 1 - a;
				const j = direction > 0 ? b : ny - 1 - b;
				const k = direction > 0 ? c : nz - 1 - c;
				visit((k * ny + j) * nx + i);
			}
}

/** The 13 of a point's 26 neighbours that a sweep has been at before it. */
export function passedNeighbours(
	[nx, ny]: Lattice["counts"],
	direction: Direction,
): Neighbour[] {
	const passed: Neighbour[] = [];
	for (let dz = -1; dz <= 0; dz++)
		for (let dy = -1; dy <= 1; dy++)
			for (let dx = -1; dx <= 1; dx++) {
				if (dz === 0 && (dy > 0 || (dy === 0 && dx >= 0))) continue;
				passed.push({
					step: direction * (dz * nx * ny + dy * nx + dx),
					distance: Math.hypot(dx, dy, dz),
				});
			}
	return passed;
}
