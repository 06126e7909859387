import type { Camera } from "../../core/camera.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";
import type { ColorLevel } from "../image/color-pyramid.ts";
import { resizeCamera } from "../math/camera.ts";
import {
	createCostRooms,
	type OpenCostRoom,
	WINDOW_RADIUS,
} from "./best-two.ts";
import { type DepthRows, sumOverWindows, WORST_MATCH } from "./match-costs.ts";
import type { SmallView } from "./small-view.ts";
import { smoothCosts } from "./smooth-costs.ts";

/** Where one view's rays are in the hull. */
export interface HullDepths {
	/** Depth at which each pixel's ray meets the hull; Infinity where it does not. */
	readonly enter: Float32Array; // [height × width] world units
	/** Depth that the sweep begins from. Default: `enter`. */
	readonly from?: Float32Array; // [height × width] world units
	/** How far behind where the sweep begins the ray leaves the hull for the last time, at most the sweep's depth. */
	readonly reach: Float32Array; // [height × width] world units
}

/** What a sweep found: a depth per pixel and how much to believe it. */
export interface DepthMap {
	readonly camera: Camera;
	readonly depth: Float32Array; // [height × width] world units; 0 where unknown
	/** How far that is behind the hull. */
	readonly behind: Float32Array; // [height × width] world units
	readonly trust: Float32Array; // [height × width] 0–1, times the maps that confirm it
}

export interface SweepOptions {
	/** Depths tried, from a little before where the sweep begins inwards. */
	readonly count: number;
	/** Distance between them, world units. */
	readonly spacing: number;
	/** How many of them lie before. */
	readonly before: number;
	/** Price of a change of depth from pixel to pixel by one spacing, and by more; colour difference. */
	readonly smallStep: number;
	readonly largeStep: number;
}

export const SWEEP_DEFAULTS: SweepOptions = {
	count: 44,
	spacing: 0.0065,
	before: 2,
	smallStep: 0.003,
	largeStep: 0.01,
};

/** Share of the best neighbour in the mean of the best two: often only one sees the place. */
const BEST_SHARE = 0.75;
/** Lead over the next best depth that makes a match certain; depths this near are the same match. */
const CERTAIN_LEAD = 0.012;
const SAME_MATCH = 3;
/** Depth behind the hull that may be noise; world units. */
const ON_HULL = 0.008;
/** Colour difference that each world unit behind the hull must save: flat paint stays on the hull. */
const HOLLOW_PRICE = 0.02;
/** Colour difference that a good match may have. */
const GOOD_MATCH = 0.05;

/** The view made ready for sweeping: colours un-premultiplied. */
export function sweepView(camera: Camera, level: ColorLevel): SmallView {
	const { width, height, data } = level;
	const colors = new Float32Array(data.length);
	for (let i = 0; i < data.length; i += 4) {
		const alpha = data[i + 3];
		const solid = alpha >= 0.5;
		colors[i] = solid ? data[i] / alpha : Number.NaN;
		colors[i + 1] = solid ? data[i + 1] / alpha : Number.NaN;
		colors[i + 2] = solid ? data[i + 2] / alpha : Number.NaN;
		colors[i + 3] = solid ? 1 : 0;
	}
	return { camera: resizeCamera(camera, width, height), colors };
}

/**
 * How far behind the depth where it enters each ray leaves a field for the last time. Not for the first time: few views
 * leave slivers of hull before hollows, where there is nothing.
 */
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
		let k = steps;
		while (k > 0 && values[k - 1] > 0) k--;
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
	view: SmallView,
	neighbours: readonly SmallView[],
	hull: HullDepths,
	options: SweepOptions = SWEEP_DEFAULTS,
	openRoom: OpenCostRoom = createCostRooms(),
	checkpoint?: Checkpoint,
): DepthMap {
	const { camera } = view;
	const pixelCount = camera.width * camera.height;
	const depth = new Float32Array(pixelCount);
	const behind = new Float32Array(pixelCount);
	const trust = new Float32Array(pixelCount);
	const { enter, from = enter } = hull;
	const depths = depthRows(view, hull, options);
	if (depths === null || neighbours.length < 2)
		return { camera, depth, behind, trust };
	const { count, spacing, before } = options;
	const { box, ends } = depths;
	const { columns, rows } = box;
	const size = rows * columns;
	const room = openRoom(
		box,
		count,
		sharesOfWindows(depths),
		Math.max(...neighbours.map(({ colors }) => colors.length)),
	);
	const { cost, best, second, scratch } = room;

	// (1) Each neighbour's cost at each depth, averaged over windows; the best two are kept.
	room.clear();
	for (let m = 0; m < neighbours.length; m++) {
		checkpoint?.(m / (neighbours.length + 1));
		room.match(view, neighbours[m], depths);
		room.keepBestTwo();
	}
	const costs = best;
	for (let n = 0; n < size; n++)
		for (let k = 0, i = n * count; k < ends[n]; k++, i++)
			costs[i] =
				BEST_SHARE * best[i] +
				(1 - BEST_SHARE) * second[i] +
				Math.max(0, k - before) * spacing * HOLLOW_PRICE;

	// (2) Places without texture follow their neighbours.
	checkpoint?.(neighbours.length / (neighbours.length + 1));
	smoothCosts({ columns, rows, count, ends, costs }, options, cost, scratch);

	// (3) The least, to a fraction of a step, and its lead.
	for (let n = 0; n < size; n++) {
		const end = ends[n];
		if (end === 0) continue;
		const row = n * count;
		let k = 0;
		for (let j = 1; j < end; j++) if (cost[row + j] < cost[row + k]) k = j;
		const least = cost[row + k];
		let next = WORST_MATCH;
		for (let j = 0; j < end; j++)
			if (Math.abs(j - k) > SAME_MATCH && cost[row + j] < next)
				next = cost[row + j];
		let fraction = 0;
		if (k > 0 && k < end - 1) {
			const a = cost[row + k - 1];
			const b = cost[row + k + 1];
			const curve = a - 2 * least + b;
			if (curve > 0) fraction = (0.5 * (a - b)) / curve;
		}
		const at =
			(Math.floor(n / columns) + box.top) * camera.width +
			(n % columns) +
			box.left;
		const found = from[at] + (k - before + fraction) * spacing;
		behind[at] = hollow(found - enter[at]);
		depth[at] = enter[at] + behind[at];
		trust[at] =
			Math.min(1, (next - least) / CERTAIN_LEAD) *
			Math.exp(-costs[row + k] / GOOD_MATCH);
	}
	return { camera, depth, behind, trust };
}

/** Depth behind the hull; what is as good as on it is on it: there the outlines know better. */
function hollow(offset: number): number {
	if (offset <= ON_HULL) return 0;
	if (offset >= 2 * ON_HULL) return offset;
	return 2 * (offset - ON_HULL);
}

/** The pixels that show the object, their box, and the depths to try for each; null where there are none. */
function depthRows(
	{ camera, colors }: SmallView,
	{ enter, from = enter, reach }: HullDepths,
	{ count, spacing, before }: SweepOptions,
): DepthRows | null {
	const { width, height } = camera;
	const shown = (at: number): boolean =>
		enter[at] < Infinity && from[at] < Infinity && colors[at * 4 + 3] > 0;
	let left = width;
	let top = height;
	let right = -1;
	let bottom = -1;
	for (let y = 0, at = 0; y < height; y++)
		for (let x = 0; x < width; x++, at++) {
			if (!shown(at)) continue;
			if (x < left) left = x;
			if (x > right) right = x;
			if (y < top) top = y;
			bottom = y;
		}
	if (right < 0) return null;
	const columns = right - left + 1;
	const rows = bottom - top + 1;
	const first = new Float32Array(rows * columns);
	const ends = new Int32Array(rows * columns);
	for (let y = 0, n = 0; y < rows; y++)
		for (let x = 0; x < columns; x++, n++) {
			const at = (y + top) * width + x + left;
			if (!shown(at)) continue;
			first[n] = from[at] - before * spacing;
			ends[n] = Math.min(count, before + Math.ceil(reach[at] / spacing) + 1);
		}
	return { box: { left, top, columns, rows }, first, ends, count, spacing };
}

/** 1 / pixels of the object in each pixel's window; 0 for pixels off it. */
function sharesOfWindows({ box, ends }: DepthRows): Float32Array {
	const pixels = Float32Array.from(ends, (end) => (end > 0 ? 1 : 0));
	sumOverWindows(
		pixels,
		new Float32Array(pixels.length),
		box,
		1,
		WINDOW_RADIUS,
	);
	return pixels.map((count, n) => (ends[n] > 0 ? 1 / count : 0));
}
