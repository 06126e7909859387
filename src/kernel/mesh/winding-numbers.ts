import type { Mesh } from "../../core/mesh.ts";

/**
 * How often a closed mesh winds around each point of a lattice: 1 inside, 0 outside, 2 where two
 * solids overlap, −1 inside a part that is turned inside out.
 *
 * Counted, not integrated: along each line of points in x, every triangle the line pierces adds
 * one on entering and takes one on leaving. A line through an edge pierces exactly one of its
 * triangles, because both decide by the same signed area. A mesh with holes leaves streaks.
 */
export function windingNumbers(
	mesh: Mesh,
	origin: readonly [number, number, number],
	spacing: number,
	[nx, ny, nz]: readonly [number, number, number],
): Int16Array /* [nz × ny × nx] */ {
	const { positions: p, indices } = mesh;
	const winding = new Int16Array(nx * ny * nz);
	// (1) Steps: at the first point past each pierced triangle.
	for (let h = 0; h < indices.length; h += 3) {
		const ia = indices[h];
		const ib = indices[h + 1];
		const ic = indices[h + 2];
		const ay = (p[ia * 3 + 1] - origin[1]) / spacing;
		const az = (p[ia * 3 + 2] - origin[2]) / spacing;
		const by = (p[ib * 3 + 1] - origin[1]) / spacing;
		const bz = (p[ib * 3 + 2] - origin[2]) / spacing;
		const cy = (p[ic * 3 + 1] - origin[1]) / spacing;
		const cz = (p[ic * 3 + 2] - origin[2]) / spacing;
		const area = (by - ay) * (cz - az) - (bz - az) * (cy - ay);
		if (area === 0) continue;
		const minJ = Math.max(0, Math.ceil(Math.min(ay, by, cy)));
		const maxJ = Math.min(ny - 1, Math.floor(Math.max(ay, by, cy)));
		const minK = Math.max(0, Math.ceil(Math.min(az, bz, cz)));
		const maxK = Math.min(nz - 1, Math.floor(Math.max(az, bz, cz)));
		const sign = area > 0 ? 1 : -1;
		for (let k = minK; k <= maxK; k++)
			for (let j = minJ; j <= maxJ; j++) {
				const inA = side(ib, by, bz, ic, cy, cz, j, k) === sign;
				const inB = side(ic, cy, cz, ia, ay, az, j, k) === sign;
				const inC = side(ia, ay, az, ib, by, bz, j, k) === sign;
				if (!(inA && inB && inC)) continue;
				const shareB = ((j - ay) * (cz - az) - (k - az) * (cy - ay)) / area;
				const shareC = ((by - ay) * (k - az) - (bz - az) * (j - ay)) / area;
				const x =
					p[ia * 3] +
					shareB * (p[ib * 3] - p[ia * 3]) +
					shareC * (p[ic * 3] - p[ia * 3]);
				const i = Math.ceil((x - origin[0]) / spacing);
				// Normals that look along −x are met on entering.
				if (i < nx) winding[(k * ny + j) * nx + Math.max(0, i)] -= sign;
			}
	}
	// (2) Sums along x.
	for (let row = 0; row < winding.length; row += nx)
		for (let i = 1; i < nx; i++) winding[row + i] += winding[row + i - 1];
	return winding;
}

/** Side of the line from a to b on which (y, z) lies, 1 or −1: the same for both directions but for the sign. */
function side(
	a: number,
	ay: number,
	az: number,
	b: number,
	by: number,
	bz: number,
	y: number,
	z: number,
): number {
	if (a < b) return (by - ay) * (z - az) - (bz - az) * (y - ay) >= 0 ? 1 : -1;
	return (ay - by) * (z - bz) - (az - bz) * (y - by) >= 0 ? -1 : 1;
}
