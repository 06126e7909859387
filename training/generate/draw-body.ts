import type { Body } from "./sketch.ts";

/** Samples along a crop's side. */
export const FINE = 256;

/** A camera before the origin: unit axes, and how far away it is. */
export interface Pose {
	readonly right: readonly number[]; // [3]
	readonly up: readonly number[]; // [3]
	readonly back: readonly number[]; // [3] towards the camera
	readonly distance: number;
}

/** A body as one square picture sees it. Memory that is used again for the next. */
export interface Frame {
	readonly near: Float32Array; // [FINE²] 1 / depth of the front surface, 0 outside
	readonly far: Float32Array; // [FINE²] 1 / depth of the back surface
	readonly nearTriangle: Int32Array; // [FINE²]
	readonly farTriangle: Int32Array; // [FINE²]
	/** Vertices in samples from the top left, and 1 / depth. */
	view: Float32Array; // [vertexCount × 3]
}

export function createFrame(): Frame {
	const n = FINE * FINE;
	return {
		near: new Float32Array(n),
		far: new Float32Array(n),
		nearTriangle: new Int32Array(n),
		farTriangle: new Int32Array(n),
		view: new Float32Array(0),
	};
}

/** The square that is seen: its middle, and half its side at depth 1. */
export interface Window {
	readonly cx: number;
	readonly cy: number;
	readonly half: number;
}

/** Draws the body through the window that `place` picks, given the box of the body at depth 1. */
export function drawBody(
	{ positions: p, indices }: Pick<Body, "positions" | "indices">,
	{ right, up, back, distance }: Pose,
	frame: Frame,
	place: (
		min: readonly [number, number],
		max: readonly [number, number],
	) => Window,
): Window {
	const count = p.length / 3;
	const view = new Float32Array(count * 3);
	const min: [number, number] = [Infinity, Infinity];
	const max: [number, number] = [-Infinity, -Infinity];
	for (let v = 0; v < count; v++) {
		const x = p[v * 3];
		const y = p[v * 3 + 1];
		const z = p[v * 3 + 2];
		const inv = 1 / (distance - (x * back[0] + y * back[1] + z * back[2]));
		view[v * 3] = (x * right[0] + y * right[1] + z * right[2]) * inv;
		view[v * 3 + 1] = (x * up[0] + y * up[1] + z * up[2]) * inv;
		view[v * 3 + 2] = inv;
		min[0] = Math.min(min[0], view[v * 3]);
		min[1] = Math.min(min[1], view[v * 3 + 1]);
		max[0] = Math.max(max[0], view[v * 3]);
		max[1] = Math.max(max[1], view[v * 3 + 1]);
	}
	const window = place(min, max);
	const scale = FINE / 2 / window.half;
	for (let v = 0; v < count; v++) {
		view[v * 3] = (view[v * 3] - window.cx) * scale + FINE / 2;
		view[v * 3 + 1] = FINE / 2 - (view[v * 3 + 1] - window.cy) * scale;
	}
	frame.view = view;
	drawBoth(view, indices, frame);
	return window;
}

/** Sample of the cell's covered ones that is nearest to its middle, −1 where none is; and how many are covered. */
export function findMiddle(
	{ near }: Frame,
	i: number, // column
	j: number, // row
	cell: number, // samples along the cell's side
): { readonly at: number; readonly inside: number } {
	let inside = 0;
	let at = -1;
	let nearest = Infinity;
	const middle = 0.4 * cell;
	for (let y = 0; y < cell; y++)
		for (let x = 0; x < cell; x++) {
			const n = (j * cell + y) * FINE + i * cell + x;
			if (near[n] === 0) continue;
			inside++;
			const d = (x - middle) ** 2 + (y - middle) ** 2;
			if (d < nearest) {
				nearest = d;
				at = n;
			}
		}
	return { at, inside };
}

/** Depth buffers of the nearest and the farthest surface. */
function drawBoth(
	view: Float32Array,
	indices: Uint32Array,
	frame: Frame,
): void {
	const { near, far, nearTriangle, farTriangle } = frame;
	near.fill(0);
	far.fill(Infinity);
	for (let t = 0; t < indices.length; t += 3) {
		const a = indices[t] * 3;
		const b = indices[t + 1] * 3;
		const c = indices[t + 2] * 3;
		const ax = view[a];
		const ay = view[a + 1];
		const bx = view[b];
		const by = view[b + 1];
		const cx = view[c];
		const cy = view[c + 1];
		const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5));
		const right = Math.min(FINE - 1, Math.floor(Math.max(ax, bx, cx) - 0.5));
		if (left > right) continue;
		const top = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5));
		const bottom = Math.min(FINE - 1, Math.floor(Math.max(ay, by, cy) - 0.5));
		if (top > bottom) continue;
		const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
		if (Math.abs(area) < 1e-7) continue;
		const inv = 1 / area;
		const w1x = (cy - ay) * inv;
		const w1y = -(cx - ax) * inv;
		const w2x = -(by - ay) * inv;
		const w2y = (bx - ax) * inv;
		const za = view[a + 2];
		const zb = view[b + 2] - za;
		const zc = view[c + 2] - za;
		for (let y = top; y <= bottom; y++) {
			const py = y + 0.5 - ay;
			for (let x = left; x <= right; x++) {
				const px = x + 0.5 - ax;
				const w1 = px * w1x + py * w1y;
				const w2 = px * w2x + py * w2y;
				if (w1 < 0 || w2 < 0 || w1 + w2 > 1) continue;
				const z = za + w1 * zb + w2 * zc;
				const at = y * FINE + x;
				if (z > near[at]) {
					near[at] = z;
					nearTriangle[at] = t / 3;
				}
				if (z < far[at]) {
					far[at] = z;
					farTriangle[at] = t / 3;
				}
			}
		}
	}
}
