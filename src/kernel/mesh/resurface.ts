import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { extractSurface } from "../field/extract-surface.ts";
import { gridField } from "../field/grid-field.ts";
import { createSurfaceGrid, type SurfaceGrid } from "../field/surface-grid.ts";
import { buildBvh } from "./bvh.ts";
import { closestDistances } from "./closest-point.ts";
import { measureBounds, surfaceArea } from "./measure.ts";
import { windingNumbers } from "./winding-numbers.ts";

/** Cells along the longest side: about one per edge of the mesh, within these bounds. */
const LEAST_RESOLUTION = 96;
const MOST_RESOLUTION = 256;
/** Cells about the given places in which the solid is made thicker, and by how much at most. */
const THICK_REACH = 3;
const THICKER = 0.6;

/**
 * The surface of all that a closed mesh encloses, extracted anew on a fine grid: overlapping
 * solids become one, parts turned inside out count as solid, and nothing crosses, because
 * triangles of different cells do not meet. About `places` the solid is made thicker by up to
 * 0.6 cells on either side, so that parts worn to nothing there stay whole.
 *
 * Inside is where the winding number is not 0 (Jacobson, Kavan and Sorkine-Hornung, "Robust
 * inside-outside segmentation using generalized winding numbers", 2013); it is counted exactly.
 * Edges sharper than a cell, 1/96 to 1/224 of the longest side, are blunted.
 */
export function resurface(
	mesh: Mesh,
	places: Float32Array, // [placeCount × 3]
	checkpoint?: Checkpoint,
): Mesh {
	const bounds = measureBounds(mesh);
	const longest = Math.max(
		...[0, 1, 2].map((k) => bounds.max[k] - bounds.min[k]),
	);
	// A little air, so that what is made thicker stays inside.
	const air = (2 * longest) / LEAST_RESOLUTION;
	const box = {
		min: shifted(bounds.min, -air),
		max: shifted(bounds.max, air),
	};
	const resolution = resolutionFor(mesh, longest);
	const grid = createSurfaceGrid(box, resolution);
	const counts = [
		grid.cells[0] + 1,
		grid.cells[1] + 1,
		grid.cells[2] + 1,
	] as const;
	// (1) What is inside.
	const winding = windingNumbers(mesh, grid.origin, grid.spacing, counts);
	checkpoint?.(0.2);
	// (2) Distances where they decide: at both ends of edges that cross the surface, and at places.
	const values = new Float32Array(winding.length);
	for (let n = 0; n < values.length; n++)
		values[n] = winding[n] === 0 ? grid.spacing : -grid.spacing;
	const thicker = markPlaces(grid, counts, places);
	const band = surfaceBand(winding, counts, thicker);
	const points = new Float32Array(band.length * 3);
	for (let n = 0; n < band.length; n++) {
		points[n * 3] = grid.origin[0] + (band[n] % counts[0]) * grid.spacing;
		points[n * 3 + 1] =
			grid.origin[1] +
			(Math.floor(band[n] / counts[0]) % counts[1]) * grid.spacing;
		points[n * 3 + 2] =
			grid.origin[2] +
			Math.floor(band[n] / (counts[0] * counts[1])) * grid.spacing;
	}
	const distances = closestDistances(buildBvh(mesh), points, (fraction) =>
		checkpoint?.(0.2 + 0.4 * fraction),
	);
	for (let n = 0; n < band.length; n++) {
		const at = band[n];
		values[at] =
			(winding[at] === 0 ? distances[n] : -distances[n]) -
			(THICKER * grid.spacing * thicker[at]) / 255;
	}
	// (3) The surface.
	return extractSurface(
		gridField(box, values, counts, grid.spacing, grid.origin),
		{ resolution },
		(fraction) => checkpoint?.(0.6 + 0.4 * fraction),
	);
}

function shifted(
	[x, y, z]: readonly [number, number, number],
	by: number,
): [number, number, number] {
	return [x + by, y + by, z + by];
}

function resolutionFor(mesh: Mesh, longest: number): number {
	// Equilateral triangles of the mean area have this side.
	const area = surfaceArea(mesh) / (mesh.indices.length / 3);
	const side = Math.sqrt((4 / Math.sqrt(3)) * area);
	return Math.round(
		Math.min(
			MOST_RESOLUTION,
			Math.max(LEAST_RESOLUTION, (1.5 * longest) / side),
		),
	);
}

/** How much thicker, 0–255, at each grid point: full at a place, none `THICK_REACH` cells off. */
function markPlaces(
	{ origin, spacing }: SurfaceGrid,
	[nx, ny, nz]: readonly [number, number, number],
	places: Float32Array,
): Uint8Array /* [nz × ny × nx] */ {
	const amount = new Uint8Array(nx * ny * nz);
	for (let n = 0; n < places.length; n += 3) {
		const x = (places[n] - origin[0]) / spacing;
		const y = (places[n + 1] - origin[1]) / spacing;
		const z = (places[n + 2] - origin[2]) / spacing;
		const r = THICK_REACH;
		for (let k = atLeast0(z - r); k <= Math.min(nz - 1, z + r); k++)
			for (let j = atLeast0(y - r); j <= Math.min(ny - 1, y + r); j++)
				for (let i = atLeast0(x - r); i <= Math.min(nx - 1, x + r); i++) {
					const off = Math.hypot(i - x, j - y, k - z);
					// Full within one cell, then less and less.
					const share = Math.min(1, Math.max(0, (r - off) / (r - 1)));
					const at = (k * ny + j) * nx + i;
					const here = Math.round(255 * share);
					if (here > amount[at]) amount[at] = here;
				}
	}
	return amount;
}

function atLeast0(x: number): number {
	return Math.max(0, Math.ceil(x));
}

/** Grid points with a neighbour on the other side of the surface, and those marked. */
function surfaceBand(
	winding: Int16Array, // [nz × ny × nx]
	[nx, ny, nz]: readonly [number, number, number],
	marked: Uint8Array,
): Uint32Array {
	let band = new Uint32Array(1 << 16);
	let count = 0;
	const slice = nx * ny;
	for (let k = 1; k < nz - 1; k++)
		for (let j = 1; j < ny - 1; j++)
			for (let i = 1, at = k * slice + j * nx + 1; i < nx - 1; i++, at++) {
				const outside = winding[at] === 0;
				if (
					marked[at] === 0 &&
					(winding[at - 1] === 0) === outside &&
					(winding[at + 1] === 0) === outside &&
					(winding[at - nx] === 0) === outside &&
					(winding[at + nx] === 0) === outside &&
					(winding[at - slice] === 0) === outside &&
					(winding[at + slice] === 0) === outside
				)
					continue;
				if (count === band.length) {
					const grown = new Uint32Array(count * 2);
					grown.set(band);
					band = grown;
				}
				band[count++] = at;
			}
	return band.slice(0, count);
}
