import type { Box } from "../../core/mesh.ts";
import type { Field } from "../../core/shape.ts";
import type { SilhouetteCone } from "../../kernel/field/hull-field.ts";
import { cameraCentre } from "../../kernel/math/camera.ts";

/** Cosine of the angle within which lines of sight count as one. */
const PARALLEL = 0.9;
/** Depth at the outline, as a share of the radius: grids must not lose it. */
const LEAST_DEPTH = 0.1;
/** Points along each side of the plane on which the widest place is looked for. */
const GRID = 96;

/** The one line along which all views look, and where the object is taken to stand on it. */
export interface OpenLine {
	readonly direction: readonly [number, number, number]; // unit
	readonly middle: number; // world units along it
	/** Radius of the widest ball between the outlines, world units. */
	readonly radius: number;
}

/** Null where the views look along more than one line: then they bound the depth themselves. */
export function findOpenLine(
	field: Field,
	cones: readonly SilhouetteCone[],
): OpenLine | null {
	const sight = cones.map(({ camera: { worldFromCamera: m } }) => [
		-m[2],
		-m[6],
		-m[10],
	]);
	const [x, y, z] = sight[0];
	for (const [a, b, c] of sight)
		if (Math.abs(a * x + b * y + c * z) < PARALLEL) return null;
	const { min, max } = field.bounds;
	const centre = [0, 1, 2].map((k) => (min[k] + max[k]) / 2);
	const eyes = cones.map(({ camera }) => cameraCentre(camera));
	const along = eyes.map(([a, b, c]) => a * x + b * y + c * z);
	const opposed = Math.max(...along) - Math.min(...along) > 1e-3;
	const middle = opposed
		? (Math.max(...along) + Math.min(...along)) / 2
		: centre[0] * x + centre[1] * y + centre[2] * z;
	// Points of the plane through the middle, across the line.
	const side = Math.max(...[0, 1, 2].map((k) => max[k] - min[k]));
	const up = Math.abs(y) < 0.7 ? [0, 1, 0] : [1, 0, 0];
	const u = [
		up[1] * z - up[2] * y,
		up[2] * x - up[0] * z,
		up[0] * y - up[1] * x,
	];
	const uLength = Math.hypot(u[0], u[1], u[2]);
	for (let k = 0; k < 3; k++) u[k] /= uLength;
	const v = [y * u[2] - z * u[1], z * u[0] - x * u[2], x * u[1] - y * u[0]];
	const toMiddle = middle - (centre[0] * x + centre[1] * y + centre[2] * z);
	const points = new Float32Array(GRID * GRID * 3);
	for (let n = 0; n < GRID * GRID; n++) {
		const s = side * (((n % GRID) + 0.5) / GRID - 0.5);
		const t = side * ((Math.floor(n / GRID) + 0.5) / GRID - 0.5);
		for (let k = 0; k < 3; k++)
			points[n * 3 + k] =
				centre[k] + toMiddle * sight[0][k] + s * u[k] + t * v[k];
	}
	const values = new Float32Array(GRID * GRID);
	field.sample(points, values, GRID * GRID);
	let radius = 0;
	for (const value of values) if (-value > radius) radius = -value;
	return radius > 0 ? { direction: [x, y, z], middle, radius } : null;
}

/**
 * The field rounded off along the open line: as deep as wide, like a body inflated between its outlines. A guess, but
 * a believable one; the hull itself would be a long prism.
 */
export function roundOff(
	field: Field,
	{ direction: [x, y, z], middle, radius }: OpenLine,
	bounds: Box,
): Field {
	return {
		bounds,
		sample(points, out, count) {
			field.sample(points, out, count);
			for (let n = 0; n < count; n++) {
				const inside = -out[n];
				if (inside <= 0) continue;
				const half =
					LEAST_DEPTH * radius +
					(inside >= radius
						? radius
						: Math.sqrt(inside * (2 * radius - inside)));
				const beyond =
					Math.abs(
						x * points[n * 3] +
							y * points[n * 3 + 1] +
							z * points[n * 3 + 2] -
							middle,
					) - half;
				if (beyond > out[n]) out[n] = beyond;
			}
		},
	};
}

/** The box cut to where the rounded field can be. */
export function roundedBox(
	{ min, max }: Box,
	{ direction, middle, radius }: OpenLine,
): Box {
	const axis = direction.findIndex((d) => Math.abs(d) > 0.99);
	if (axis < 0) return { min, max };
	const at = middle / direction[axis];
	const low = [...min] as [number, number, number];
	const high = [...max] as [number, number, number];
	low[axis] = Math.max(low[axis], at - (1.05 + LEAST_DEPTH) * radius);
	high[axis] = Math.min(high[axis], at + (1.05 + LEAST_DEPTH) * radius);
	return low[axis] < high[axis] ? { min: low, max: high } : { min, max };
}
