import type { Camera } from "../../core/camera.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";
import type { ColorLevel } from "../image/color-pyramid.ts";
import {
	cameraCentre,
	pixelRay,
	projectionMatrix,
	resizeCamera,
} from "../math/camera.ts";

/** One view at the size of the sweep. */
export interface SweepView {
	/** Of the same size as the pictures below. */
	readonly camera: Camera;
	/** Depth at which each pixel's ray meets the hull; Infinity where it does not. */
	readonly hullDepth: Float32Array; // [height × width] world units
	/** How far behind that the ray stays in the hull, at most the sweep's depth. */
	readonly hullReach: Float32Array; // [height × width] world units
	/** Straight colours in sRGB; alpha 0 off the object. */
	readonly colors: Float32Array; // [height × width × 4] 0–1
}

/** What a sweep found: a depth per pixel and how much to believe it. */
export interface DepthMap {
	readonly camera: Camera;
	readonly depth: Float32Array; // [height × width] world units; 0 where unknown
	readonly trust: Float32Array; // [height × width] 0–1
}

export interface SweepOptions {
	/** Depths tried, from a little before the hull inwards. */
	readonly count: number;
	/** Distance between them, world units. */
	readonly spacing: number;
	/** How many of them lie before the hull. */
	readonly before: number;
	/** Half side of the window over which colours are compared, pixels. */
	readonly windowRadius: number;
}

export const SWEEP_DEFAULTS: SweepOptions = {
	count: 44,
	spacing: 0.0065,
	before: 2,
	windowRadius: 4,
};

/** Colour difference beyond which a sample is simply wrong. */
const WORST = 0.4;
/** Lead over the next best depth that makes a match certain; depths this near are the same match. */
const CERTAIN_LEAD = 0.012;
const SAME_MATCH = 3;
/** Share of the hull's thickness along a ray that a depth may eat: thin parts are real, whatever lies behind. */
const DEEPEST = 0.8;
/** Depth behind the hull that may be noise; world units. */
const ON_HULL = 0.008;
/** Colour difference that each world unit behind the hull must save: flat paint stays on the hull. */
const HOLLOW_PRICE = 0.06;
/** Colour difference that a good match may have. */
const GOOD_MATCH = 0.02;

/** The view made ready for sweeping: colours un-premultiplied. */
export function sweepView(
	camera: Camera,
	level: ColorLevel,
	hullDepth: Float32Array, // [height × width]
	hullReach: Float32Array, // [height × width]
): SweepView {
	const { width, height, data } = level;
	const colors = new Float32Array(data.length);
	for (let i = 0; i < data.length; i += 4) {
		const alpha = data[i + 3];
		if (alpha < 0.5) continue;
		colors[i] = data[i] / alpha;
		colors[i + 1] = data[i + 1] / alpha;
		colors[i + 2] = data[i + 2] / alpha;
		colors[i + 3] = 1;
	}
	return {
		camera: resizeCamera(camera, width, height),
		hullDepth,
		hullReach,
		colors,
	};
}

/** How far each ray stays inside a field behind the depth where it enters. */
export function reachInside(
	field: Field,
	camera: Camera, // of the size of the picture
	enterDepth: Float32Array, // [height × width]
	{ count, spacing, before }: SweepOptions = SWEEP_DEFAULTS,
): Float32Array /* [height × width] world units */ {
	const { width, height, worldFromCamera: m } = camera;
	const steps = count - before;
	const reach = new Float32Array(width * height);
	const points = new Float32Array(steps * 3);
	const values = new Float32Array(steps);
	for (let at = 0; at < reach.length; at++) {
		const enter = enterDepth[at];
		if (!(enter < Infinity)) continue;
		const x = ((at % width) + 0.5 - camera.cx) / camera.fx;
		const y = -(Math.floor(at / width) + 0.5 - camera.cy) / camera.fy;
		const dx = m[0] * x + m[1] * y - m[2];
		const dy = m[4] * x + m[5] * y - m[6];
		const dz = m[8] * x + m[9] * y - m[10];
		for (let k = 0; k < steps; k++) {
			const d = enter + (k + 1) * spacing;
			points[k * 3] = m[3] + d * dx;
			points[k * 3 + 1] = m[7] + d * dy;
			points[k * 3 + 2] = m[11] + d * dz;
		}
		field.sample(points, values, steps);
		let k = 0;
		while (k < steps && values[k] <= 0) k++;
		reach[at] = k * spacing;
	}
	return reach;
}

/**
 * Depth of one view by comparing its colours with its neighbours' at a row of depths that follow
 * the hull, which slants the windows for free (plane sweep: Collins, 1996). Per depth the two
 * neighbours that agree best count: the others may not see the place.
 */
export function sweepDepth(
	view: SweepView,
	neighbours: readonly SweepView[],
	{ count, spacing, before, windowRadius }: SweepOptions = SWEEP_DEFAULTS,
	checkpoint?: Checkpoint,
): DepthMap {
	const { camera, hullDepth, hullReach, colors } = view;
	const { width, height } = camera;
	// (1) The pixels that count, and their box.
	const box = foregroundBox(view);
	const depth = new Float32Array(width * height);
	const trust = new Float32Array(width * height);
	if (box === null || neighbours.length < 2) return { camera, depth, trust };
	const columns = box.right - box.left + 1;
	const rows = box.bottom - box.top + 1;
	const size = columns * rows;
	const inside = new Float32Array(size);
	const rays = new Float64Array(size * 3); // per unit of depth
	const eye = cameraCentre(camera);
	const back = camera.worldFromCamera;
	for (let y = 0, n = 0; y < rows; y++)
		for (let x = 0; x < columns; x++, n++) {
			const at = (y + box.top) * width + x + box.left;
			if (!(hullDepth[at] < Infinity) || colors[at * 4 + 3] === 0) continue;
			inside[n] = 1;
			const ray = pixelRay(camera, x + box.left + 0.5, y + box.top + 0.5);
			const along = -(ray[0] * back[2] + ray[1] * back[6] + ray[2] * back[10]);
			for (let k = 0; k < 3; k++) rays[n * 3 + k] = ray[k] / along;
		}
	const scratch = new Float32Array(size);
	const share = inside.slice();
	boxSum(share, scratch, columns, rows, windowRadius);
	for (let n = 0; n < size; n++) share[n] = inside[n] > 0 ? 1 / share[n] : 0;

	// (2) Each neighbour's cost at each depth, averaged over windows; the best two are kept.
	const costs = new Float32Array(count * size);
	const second = new Float32Array(size);
	const cost = new Float32Array(size);
	const movers = neighbours.map((other) => pixelMover(other, eye, rays, size));
	for (let k = 0; k < count; k++) {
		checkpoint?.(k / count);
		const best = costs.subarray(k * size, (k + 1) * size).fill(WORST);
		second.fill(WORST);
		const offset = (k - before) * spacing;
		for (let m = 0; m < neighbours.length; m++) {
			compareAt(view, neighbours[m], movers[m], box, inside, offset, cost);
			boxSum(cost, scratch, columns, rows, windowRadius);
			for (let n = 0; n < size; n++) {
				const c = cost[n] * share[n];
				if (c < best[n]) {
					second[n] = best[n];
					best[n] = c;
				} else if (c < second[n]) second[n] = c;
			}
		}
		const price = offset > 0 ? HOLLOW_PRICE * offset : 0;
		for (let n = 0; n < size; n++)
			best[n] = 0.5 * (best[n] + second[n]) + price;
	}

	// (3) The least, to a fraction of a step, and its lead.
	for (let n = 0; n < size; n++) {
		if (inside[n] === 0) continue;
		const at =
			(Math.floor(n / columns) + box.top) * width + (n % columns) + box.left;
		const deepest = before + Math.ceil((DEEPEST * hullReach[at]) / spacing);
		const end = Math.min(count, deepest + 1);
		let k = 0;
		for (let j = 1; j < end; j++)
			if (costs[j * size + n] < costs[k * size + n]) k = j;
		const least = costs[k * size + n];
		let next = WORST;
		for (let j = 0; j < count; j++)
			if (
				(j < k - SAME_MATCH || j > k + SAME_MATCH) &&
				costs[j * size + n] < next
			)
				next = costs[j * size + n];
		let fraction = 0;
		if (k > 0 && k < count - 1) {
			const a = costs[(k - 1) * size + n];
			const b = costs[(k + 1) * size + n];
			const curve = a - 2 * least + b;
			if (curve > 0) fraction = (0.5 * (a - b)) / curve;
		}
		depth[at] = hullDepth[at] + hollow((k - before + fraction) * spacing);
		trust[at] =
			Math.min(1, (next - least) / CERTAIN_LEAD) *
			Math.exp(-least / GOOD_MATCH);
	}
	return { camera, depth, trust };
}

/** Depth behind the hull; what is as good as on it is on it: there the outlines know better. */
function hollow(offset: number): number {
	if (offset <= ON_HULL) return 0;
	if (offset >= 2 * ON_HULL) return offset;
	return 2 * (offset - ON_HULL);
}

interface PixelBox {
	readonly left: number;
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
}

function foregroundBox({
	camera,
	hullDepth,
	colors,
}: SweepView): PixelBox | null {
	const { width, height } = camera;
	let left = width;
	let top = height;
	let right = -1;
	let bottom = -1;
	for (let y = 0, at = 0; y < height; y++)
		for (let x = 0; x < width; x++, at++) {
			if (!(hullDepth[at] < Infinity) || colors[at * 4 + 3] === 0) continue;
			if (x < left) left = x;
			if (x > right) right = x;
			if (y < top) top = y;
			bottom = y;
		}
	return right < 0 ? null : { left, top, right, bottom };
}

/** How a view's pixels move in a neighbour with depth d: (a₀ + a₁ d, b₀ + b₁ d, c₀ + c₁ d). */
interface PixelMover {
	readonly start: readonly [number, number, number];
	readonly slopes: Float64Array; // [size × 3]
}

function pixelMover(
	{ camera }: SweepView,
	eye: readonly [number, number, number],
	rays: Float64Array, // [size × 3]
	size: number,
): PixelMover {
	const p = projectionMatrix(camera);
	const slopes = new Float64Array(size * 3);
	for (let i = 0; i < slopes.length; i += 3)
		for (let row = 0; row < 3; row++)
			slopes[i + row] =
				p[row * 4] * rays[i] +
				p[row * 4 + 1] * rays[i + 1] +
				p[row * 4 + 2] * rays[i + 2];
	const start = (row: number): number =>
		p[row * 4] * eye[0] +
		p[row * 4 + 1] * eye[1] +
		p[row * 4 + 2] * eye[2] +
		p[row * 4 + 3];
	return { start: [start(0), start(1), start(2)], slopes };
}

/** Difference of colours between each pixel and its place in the neighbour; 0 off the object. */
function compareAt(
	{ camera: { width }, hullDepth, colors }: SweepView,
	other: SweepView,
	{ start, slopes }: PixelMover,
	box: PixelBox,
	inside: Float32Array, // [rows × columns]
	offset: number,
	out: Float32Array, // [rows × columns]
): void {
	const columns = box.right - box.left + 1;
	const rows = box.bottom - box.top + 1;
	const picture = other.colors;
	const otherWidth = other.camera.width;
	const endU = otherWidth - 1;
	const endV = other.camera.height - 1;
	const a0 = start[0];
	const b0 = start[1];
	const c0 = start[2];
	for (let y = 0, n = 0; y < rows; y++) {
		let at = (y + box.top) * width + box.left;
		for (let x = 0; x < columns; x++, n++, at++) {
			if (inside[n] === 0) {
				out[n] = 0;
				continue;
			}
			out[n] = WORST;
			const d = hullDepth[at] + offset;
			const perDepth = 1 / (c0 + slopes[n * 3 + 2] * d);
			const u = (a0 + slopes[n * 3] * d) * perDepth - 0.5;
			const v = (b0 + slopes[n * 3 + 1] * d) * perDepth - 0.5;
			if (!(u >= 0 && v >= 0 && u < endU && v < endV)) continue;
			const column = u | 0;
			const row = v | 0;
			const q = (row * otherWidth + column) * 4;
			const r = q + otherWidth * 4;
			if (
				picture[q + 3] * picture[q + 7] * picture[r + 3] * picture[r + 7] ===
				0
			)
				continue;
			const fu = u - column;
			const fv = v - row;
			const w10 = fu * (1 - fv);
			const w01 = (1 - fu) * fv;
			const w11 = fu * fv;
			const w00 = 1 - w10 - w01 - w11;
			const i = at * 4;
			const dr =
				w00 * picture[q] +
				w10 * picture[q + 4] +
				w01 * picture[r] +
				w11 * picture[r + 4] -
				colors[i];
			const dg =
				w00 * picture[q + 1] +
				w10 * picture[q + 5] +
				w01 * picture[r + 1] +
				w11 * picture[r + 5] -
				colors[i + 1];
			const db =
				w00 * picture[q + 2] +
				w10 * picture[q + 6] +
				w01 * picture[r + 2] +
				w11 * picture[r + 6] -
				colors[i + 2];
			const difference = (Math.abs(dr) + Math.abs(dg) + Math.abs(db)) / 3;
			if (difference < WORST) out[n] = difference;
		}
	}
}

/** Replaces each value by the sum over the window about it. Running sums, one axis after the other. */
function boxSum(
	values: Float32Array, // [rows × columns]
	scratch: Float32Array, // [rows × columns]
	columns: number,
	rows: number,
	radius: number,
): void {
	for (let y = 0; y < rows; y++) {
		const row = y * columns;
		let sum = 0;
		for (let x = 0; x < Math.min(radius, columns); x++) sum += values[row + x];
		for (let x = 0; x < columns; x++) {
			if (x + radius < columns) sum += values[row + x + radius];
			scratch[row + x] = sum;
			if (x >= radius) sum -= values[row + x - radius];
		}
	}
	const sums = new Float64Array(columns);
	for (let y = 0; y < Math.min(radius, rows); y++)
		for (let x = 0; x < columns; x++) sums[x] += scratch[y * columns + x];
	for (let y = 0; y < rows; y++) {
		const ahead = (y + radius) * columns;
		const behind = (y - radius) * columns;
		const row = y * columns;
		if (y + radius < rows)
			for (let x = 0; x < columns; x++) sums[x] += scratch[ahead + x];
		for (let x = 0; x < columns; x++) values[row + x] = sums[x];
		if (y >= radius)
			for (let x = 0; x < columns; x++) sums[x] -= scratch[behind + x];
	}
}
