import type { Box } from "../../core/mesh.ts";
import { inSharedMemory } from "../../core/parallel.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";

/** Values at the points of a lattice: a record that can be handed to another thread. */
export interface Lattice {
	readonly bounds: Box;
	readonly values: Float32Array; // [nz × ny × nx]
	readonly counts: readonly [nx: number, ny: number, nz: number];
	readonly spacing: number;
	readonly origin: readonly [number, number, number];
}

/** A field known at the points of a lattice, straight between them. */
export interface GridField extends Field, Lattice {}

/** Points along the side of a block that gets one value where it is far from the surface. */
const BLOCK = 4;

/**
 * Samples a field at lattice points over its bounds, and one more all round. Where the field states
 * a Lipschitz bound, blocks that no surface can cross are told only from their centre; the field
 * may be `near` that far from its surface and is sampled there.
 */
export function sampleToGrid(
	field: Field,
	resolution: number,
	near: number, // world units
	checkpoint?: Checkpoint,
): GridField {
	const { min, max } = field.bounds;
	const size = [0, 1, 2].map((k) => max[k] - min[k]);
	const spacing = Math.max(...size) / resolution;
	const [nx, ny, nz] = size.map((s) => Math.ceil(s / spacing) + 3);
	const origin = [0, 1, 2].map((k) => min[k] - spacing) as [
		number,
		number,
		number,
	];
	const values = new Float32Array(nx * ny * nz);
	const reach =
		(field.lipschitz ?? Infinity) * spacing * ((BLOCK - 1) / 2) * Math.sqrt(3) +
		near;
	const points = new Float32Array(BLOCK ** 3 * 3);
	const results = new Float32Array(BLOCK ** 3);
	const centres = new Float32Array(Math.ceil(nx / BLOCK) * 3);
	const atCentres = new Float32Array(Math.ceil(nx / BLOCK));
	for (let k0 = 0; k0 < nz; k0 += BLOCK) {
		checkpoint?.(k0 / nz);
		for (let j0 = 0; j0 < ny; j0 += BLOCK) {
			for (let n = 0; n < atCentres.length; n++) {
				centres[n * 3] = origin[0] + (n * BLOCK + (BLOCK - 1) / 2) * spacing;
				centres[n * 3 + 1] = origin[1] + (j0 + (BLOCK - 1) / 2) * spacing;
				centres[n * 3 + 2] = origin[2] + (k0 + (BLOCK - 1) / 2) * spacing;
			}
			field.sample(centres, atCentres, atCentres.length);
			for (let n = 0; n < atCentres.length; n++) {
				const i0 = n * BLOCK;
				const iEnd = Math.min(nx, i0 + BLOCK);
				const jEnd = Math.min(ny, j0 + BLOCK);
				const kEnd = Math.min(nz, k0 + BLOCK);
				const far = Math.abs(atCentres[n]) > reach;
				let count = 0;
				for (let k = k0; k < kEnd; k++)
					for (let j = j0; j < jEnd; j++)
						for (let i = i0; i < iEnd; i++) {
							if (far) {
								values[(k * ny + j) * nx + i] = atCentres[n];
								continue;
							}
							points[count * 3] = origin[0] + i * spacing;
							points[count * 3 + 1] = origin[1] + j * spacing;
							points[count * 3 + 2] = origin[2] + k * spacing;
							count++;
						}
				if (far) continue;
				field.sample(points, results, count);
				count = 0;
				for (let k = k0; k < kEnd; k++)
					for (let j = j0; j < jEnd; j++)
						for (let i = i0; i < iEnd; i++)
							values[(k * ny + j) * nx + i] = results[count++];
			}
		}
	}
	return gridField(field.bounds, values, [nx, ny, nz], spacing, origin);
}

/** What of a lattice, or of a grid's field, can be handed to other threads: its values in memory that all of them see. */
export function sharedLattice({
	bounds,
	values,
	counts,
	spacing,
	origin,
}: Lattice): Lattice {
	return { bounds, values: inSharedMemory(values), counts, spacing, origin };
}

export function latticeField(lattice: Lattice): GridField {
	const { bounds, values, counts, spacing, origin } = lattice;
	return gridField(bounds, values, counts, spacing, origin);
}

export function gridField(
	bounds: Box,
	values: Float32Array, // [nz × ny × nx]
	counts: readonly [nx: number, ny: number, nz: number],
	spacing: number,
	origin: readonly [number, number, number],
): GridField {
	const [nx, ny, nz] = counts;
	const perCell = 1 / spacing;
	const slice = nx * ny;
	return {
		bounds,
		values,
		counts,
		spacing,
		origin,
		sample(points, out, count) {
			for (let n = 0; n < count; n++) {
				const x = clampTo((points[n * 3] - origin[0]) * perCell, nx);
				const y = clampTo((points[n * 3 + 1] - origin[1]) * perCell, ny);
				const z = clampTo((points[n * 3 + 2] - origin[2]) * perCell, nz);
				const i = x | 0;
				const j = y | 0;
				const k = z | 0;
				const fx = x - i;
				const fy = y - j;
				const at = k * slice + j * nx + i;
				const low =
					mix(values[at], values[at + 1], fx) * (1 - fy) +
					mix(values[at + nx], values[at + nx + 1], fx) * fy;
				const up = at + slice;
				const high =
					mix(values[up], values[up + 1], fx) * (1 - fy) +
					mix(values[up + nx], values[up + nx + 1], fx) * fy;
				out[n] = low + (high - low) * (z - k);
			}
		},
	};
}

function mix(a: number, b: number, share: number): number {
	return a + (b - a) * share;
}

function clampTo(value: number, count: number): number {
	const most = count - 1.0001;
	return value > 0 ? (value < most ? value : most) : 0;
}
