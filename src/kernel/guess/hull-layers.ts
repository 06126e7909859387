import type { Camera } from "../../core/camera.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { GridField } from "../field/grid-field.ts";

/** Where the rays of a picture are inside a solid. Depths along the view axis, world units. */
export interface HullLayers {
	/** Of the first surface; 0 where the ray misses. */
	readonly enter: Float32Array; // [height × width]
	/** Of the surface behind it. */
	readonly leave: Float32Array; // [height × width]
}

/** Share of a field's value that is safe to step, and the least step in cells. */
const SAFE = 0.8;
const LEAST_CELLS = 0.4;

/** Follows the rays through a field that is known on a lattice, all of them together. */
export function hullLayers(
	field: GridField,
	camera: Camera,
	checkpoint?: Checkpoint,
): HullLayers {
	const { width, height, worldFromCamera: m, fx, fy, cx, cy } = camera;
	const count = width * height;
	const rays = new Float32Array(count * 3);
	for (let at = 0; at < count; at++) {
		const x = ((at % width) + 0.5 - cx) / fx;
		const y = -(Math.floor(at / width) + 0.5 - cy) / fy;
		rays[at * 3] = m[0] * x + m[1] * y - m[2];
		rays[at * 3 + 1] = m[4] * x + m[5] * y - m[6];
		rays[at * 3 + 2] = m[8] * x + m[9] * y - m[10];
	}
	const [from, to] = depthRange(field, m);
	const every = new Float32Array(count).fill(from);
	const enter = march(field, m, rays, every, to, -1);
	checkpoint?.(0.5);
	// A step inside: at the surface itself the sign is anything.
	const inside = enter.map((d) =>
		d > 0 ? d + LEAST_CELLS * field.spacing : 0,
	);
	const leave = march(field, m, rays, inside, to, 1);
	return { enter, leave };
}

/** Depths between which the field's lattice lies, with a margin. */
function depthRange(
	{ origin, counts, spacing }: GridField,
	m: Float64Array,
): [number, number] {
	let centre = 0;
	let radius = 0;
	for (let k = 0; k < 3; k++) {
		const half = ((counts[k] - 1) * spacing) / 2;
		centre -= m[4 * k + 2] * (origin[k] + half - m[4 * k + 3]);
		radius += half * Math.abs(m[4 * k + 2]);
	}
	return [Math.max(spacing, centre - radius), centre + radius];
}

/**
 * Depth at which each ray, from `starts` on, meets the first value of the wanted sign; 0 where it
 * meets none or where it starts at 0.
 */
function march(
	field: GridField,
	m: Float64Array,
	rays: Float32Array, // [count × 3] per unit of depth
	starts: Float32Array, // [count]
	end: number,
	wanted: 1 | -1,
): Float32Array /* [count] */ {
	const count = starts.length;
	const out = new Float32Array(count);
	const ray = new Int32Array(count);
	const depth = new Float32Array(count);
	const before = new Float32Array(count); // depth and value one step earlier
	const valueBefore = new Float32Array(count);
	const points = new Float32Array(count * 3);
	const values = new Float32Array(count);
	let active = 0;
	for (let at = 0; at < count; at++) {
		if (starts[at] === 0) continue;
		ray[active] = at;
		depth[active] = starts[at];
		before[active] = starts[at];
		valueBefore[active] = 0;
		active++;
	}
	const least = LEAST_CELLS * field.spacing;
	while (active > 0) {
		for (let n = 0; n < active; n++) {
			const d = depth[n];
			const r = ray[n] * 3;
			points[n * 3] = m[3] + d * rays[r];
			points[n * 3 + 1] = m[7] + d * rays[r + 1];
			points[n * 3 + 2] = m[11] + d * rays[r + 2];
		}
		field.sample(points, values, active);
		let kept = 0;
		for (let n = 0; n < active; n++) {
			const value = values[n];
			const d = depth[n];
			if (value * wanted > 0) {
				const whole = value - valueBefore[n];
				const share = whole === 0 ? 1 : value / whole;
				out[ray[n]] = d - (d - before[n]) * Math.min(1, Math.max(0, share));
				continue;
			}
			if (d >= end) continue;
			ray[kept] = ray[n];
			before[kept] = d;
			valueBefore[kept] = value;
			depth[kept] = d + Math.max(least, SAFE * Math.abs(value));
			kept++;
		}
		active = kept;
	}
	return out;
}
