import type { Lattice } from "./grid-field.ts";

/**
 * Which lattice points lie in a part of the solid no ball of this radius fits into: those farther than
 * that from the core, the points at least as deep as the radius. Distances by a chamfer transform
 * (Borgefors, 1986).
 */
export function findThinParts(
	{ values, counts, spacing }: Lattice,
	radius: number, // world units
): Uint8Array /* [nz × ny × nx] */ {
	const [nx, ny, nz] = counts;
	const toCore = new Float32Array(values.length);
	for (let n = 0; n < values.length; n++)
		toCore[n] = values[n] < -radius ? 0 : Infinity;
	sweepDistances(toCore, nx, ny, nz, spacing, 1);
	sweepDistances(toCore, nx, ny, nz, spacing, -1);
	const reach = radius + 1.5 * spacing;
	const thin = new Uint8Array(values.length);
	for (let n = 0; n < thin.length; n++) thin[n] = toCore[n] > reach ? 1 : 0;
	return thin;
}

/** One raster pass: each point tries the 13 neighbours the pass has been at. */
function sweepDistances(
	distance: Float32Array,
	nx: number,
	ny: number,
	nz: number,
	spacing: number,
	direction: 1 | -1,
): void {
	const steps = new Int32Array(13);
	const lengths = new Float64Array(13);
	let stepCount = 0;
	for (let dz = -1; dz <= 0; dz++)
		for (let dy = -1; dy <= 1; dy++)
			for (let dx = -1; dx <= 1; dx++) {
				if (dz === 0 && (dy > 0 || (dy === 0 && dx >= 0))) continue;
				steps[stepCount] = direction * (dz * nx * ny + dy * nx + dx);
				lengths[stepCount++] = spacing * Math.hypot(dx, dy, dz);
			}
	for (let c = 1; c < nz - 1; c++)
		for (let b = 1; b < ny - 1; b++)
			for (let a = 1; a < nx - 1; a++) {
				const i = direction > 0 ? a : nx - 1 - a;
				const j = direction > 0 ? b : ny - 1 - b;
				const k = direction > 0 ? c : nz - 1 - c;
				const n = (k * ny + j) * nx + i;
				let least = distance[n];
				if (least === 0) continue;
				for (let s = 0; s < 13; s++) {
					const through = distance[n + steps[s]] + lengths[s];
					if (through < least) least = through;
				}
				distance[n] = least;
			}
}
