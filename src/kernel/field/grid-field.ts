import type { Box } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";

/** A field known at the points of a lattice, straight between them. */
export interface GridField extends Field {
	readonly values: Float32Array; // [nz × ny × nx]
	readonly counts: readonly [nx: number, ny: number, nz: number];
	readonly spacing: number;
	readonly origin: readonly [number, number, number];
}

/** Samples a field at lattice points over its bounds, and one more all round. */
export function sampleToGrid(
	field: Field,
	resolution: number,
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
	const points = new Float32Array(nx * ny * 3);
	const slice = new Float32Array(nx * ny);
	for (let k = 0; k < nz; k++) {
		checkpoint?.(k / nz);
		for (let j = 0, n = 0; j < ny; j++)
			for (let i = 0; i < nx; i++, n++) {
				points[n * 3] = origin[0] + i * spacing;
				points[n * 3 + 1] = origin[1] + j * spacing;
				points[n * 3 + 2] = origin[2] + k * spacing;
			}
		field.sample(points, slice, nx * ny);
		values.set(slice, k * nx * ny);
	}
	return gridField(field.bounds, values, [nx, ny, nz], spacing, origin);
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
