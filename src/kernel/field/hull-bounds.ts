import type { Box } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";
import { cameraCentre, pixelRay, projectionMatrix } from "../math/camera.ts";
import { hullField, type SilhouetteCone } from "./hull-field.ts";

export interface HullBounds {
	readonly box: Box;
	/** True where the views leave the hull so long that the box had to cut it. */
	readonly cut: boolean;
}

/** Cells along the longest side, for each pass of carving. */
const PASSES = [32, 40, 48];

/**
 * Box round the visual hull, at any scale and place: a cube about the point the silhouettes look
 * at, as large as the largest of them, carved coarsely and shrunk to what is left.
 * Null where nothing is left.
 */
export function hullBounds(
	cones: readonly SilhouetteCone[],
	checkpoint?: Checkpoint,
): HullBounds | null {
	const outlines = cones.map(outlineBox);
	if (outlines.some((outline) => outline === null)) return null;
	const boxes = outlines as OutlineBox[];
	const target = commonTarget(cones, boxes);
	const half = Math.max(
		...cones.map((cone, v) => worldRadius(cone, boxes[v], target)),
	);
	let box: Box = {
		min: [target[0] - half, target[1] - half, target[2] - half],
		max: [target[0] + half, target[1] + half, target[2] + half],
	};
	let cut = false;
	for (let pass = 0; pass < PASSES.length; pass++) {
		const kept = carve(cones, box, PASSES[pass], (fraction) =>
			checkpoint?.((pass + fraction) / PASSES.length),
		);
		if (kept === null) return null;
		if (pass === 0) cut = kept.solidAtRim;
		box = kept.box;
	}
	return { box, cut };
}

/** Pixel box of the inside of a silhouette. */
interface OutlineBox {
	readonly minU: number;
	readonly minV: number;
	readonly maxU: number;
	readonly maxV: number;
}

function outlineBox({ silhouette }: SilhouetteCone): OutlineBox | null {
	const { columns, rows, step, data } = silhouette;
	let minI = columns;
	let minJ = rows;
	let maxI = -1;
	let maxJ = -1;
	for (let j = 0; j < rows; j++)
		for (let i = 0; i < columns; i++) {
			if (data[j * columns + i] >= 0) continue;
			if (i < minI) minI = i;
			if (i > maxI) maxI = i;
			if (j < minJ) minJ = j;
			if (j > maxJ) maxJ = j;
		}
	if (maxI < 0) return null;
	return {
		minU: minI * step,
		minV: minJ * step,
		maxU: (maxI + 1) * step,
		maxV: (maxJ + 1) * step,
	};
}

/**
 * The point nearest to the rays through the middles of all silhouettes (least squares). Along a
 * direction that the rays leave open, the point stays near the world's origin if every camera
 * sees that, else near the middle of the cameras.
 */
function commonTarget(
	cones: readonly SilhouetteCone[],
	outlines: readonly OutlineBox[],
): [number, number, number] {
	const a = new Float64Array(9);
	const b = new Float64Array(3);
	const middle = [0, 0, 0];
	for (let v = 0; v < cones.length; v++) {
		const { camera } = cones[v];
		const { minU, minV, maxU, maxV } = outlines[v];
		const ray = pixelRay(camera, (minU + maxU) / 2, (minV + maxV) / 2);
		const eye = cameraCentre(camera);
		for (let r = 0; r < 3; r++) {
			middle[r] += eye[r] / cones.length;
			for (let c = 0; c < 3; c++) {
				const weight = (r === c ? 1 : 0) - ray[r] * ray[c];
				a[r * 3 + c] += weight;
				b[r] += weight * eye[c];
			}
		}
	}
	const originSeen = cones.every(
		({ camera }) => projectionMatrix(camera)[11] > 0,
	);
	const weight = 1e-3 * cones.length;
	for (let r = 0; r < 3; r++) {
		a[r * 4] += weight;
		b[r] += weight * (originSeen ? 0 : middle[r]);
	}
	return solve3(a, b);
}

/** Solves a · x = b by Cramer's rule. */
function solve3(a: Float64Array, b: Float64Array): [number, number, number] {
	const determinant = (m: Float64Array): number =>
		m[0] * (m[4] * m[8] - m[5] * m[7]) -
		m[1] * (m[3] * m[8] - m[5] * m[6]) +
		m[2] * (m[3] * m[7] - m[4] * m[6]);
	const whole = determinant(a);
	const component = (column: number): number => {
		const m = a.slice();
		for (let r = 0; r < 3; r++) m[r * 3 + column] = b[r];
		return determinant(m) / whole;
	};
	return [component(0), component(1), component(2)];
}

/** How far from the target the object can reach sideways in a view, seen from its far side. */
function worldRadius(
	{ camera }: SilhouetteCone,
	outline: OutlineBox,
	target: readonly [number, number, number],
): number {
	const p = projectionMatrix(camera);
	const at = (row: number): number =>
		p[row * 4] * target[0] +
		p[row * 4 + 1] * target[1] +
		p[row * 4 + 2] * target[2] +
		p[row * 4 + 3];
	const eye = cameraCentre(camera);
	// A target beside or behind a camera says nothing about depth: use its distance.
	const distance = Math.hypot(
		target[0] - eye[0],
		target[1] - eye[1],
		target[2] - eye[2],
	);
	const depth = at(2) > 0.1 * distance ? at(2) : distance;
	const u = at(2) > 0.1 * distance ? at(0) / depth : camera.cx;
	const v = at(2) > 0.1 * distance ? at(1) / depth : camera.cy;
	const radius =
		depth *
		Math.hypot(
			Math.max(Math.abs(outline.minU - u), Math.abs(outline.maxU - u)) /
				camera.fx,
			Math.max(Math.abs(outline.minV - v), Math.abs(outline.maxV - v)) /
				camera.fy,
		);
	return radius * (1 + Math.min(0.5, radius / depth));
}

/** Cells of a box. */
interface Cells {
	readonly origin: readonly [number, number, number];
	readonly side: number; // world units
	/** A cell is kept where the field at its middle is at most this. */
	readonly reach: number;
	/** Memory of one slice. */
	readonly points: Float32Array;
	readonly values: Float32Array;
}

/** The box of all cells that the hull can reach. */
function carve(
	cones: readonly SilhouetteCone[],
	box: Box,
	resolution: number,
	onSide: (fraction: number) => void,
): { box: Box; solidAtRim: boolean } | null {
	const field = hullField(cones, box);
	const size = [0, 1, 2].map((k) => box.max[k] - box.min[k]);
	const side = Math.max(...size) / resolution;
	const counts = size.map((s) => Math.max(1, Math.ceil(s / side - 1e-6)));
	const perSlice = (field.lipschitz ?? 1) * side;
	const most = Math.max(...counts) ** 2;
	const cells: Cells = {
		origin: box.min,
		side,
		reach: (perSlice * Math.sqrt(3)) / 2,
		points: new Float32Array(most * 3),
		values: new Float32Array(most),
	};
	// (1) From each side inwards to the first slice with a cell that is kept; the next sides need look no farther.
	const low = [0, 0, 0];
	const high = counts.map((count) => count - 1);
	let solidAtRim = false;
	for (let axis = 0; axis < 3; axis++) {
		onSide(axis / 3);
		// How many slices on at least the next cell to be kept is: the field falls no faster than its Lipschitz bound.
		const inwards = (at: number): number => {
			const over =
				leastInSlice(field, cells, axis, at, low, high) - cells.reach;
			return over > 0 ? 1 + Math.floor((0.99 * over) / perSlice) : 0;
		};
		for (let by = 1; by > 0; low[axis] += by) {
			if (low[axis] > high[axis]) return null;
			by = inwards(low[axis]);
		}
		for (let by = 1; by > 0; high[axis] -= by) by = inwards(high[axis]);
	}
	// (2) Only an outermost cell that is kept can be solid.
	for (let axis = 0; axis < 3; axis++)
		for (const at of [0, counts[axis] - 1])
			if (at === low[axis] || at === high[axis])
				solidAtRim ||= leastInSlice(field, cells, axis, at, low, high) < 0;
	const at = (axis: number, index: number): number =>
		Math.min(box.max[axis], box.min[axis] + index * side);
	return {
		box: {
			min: [at(0, low[0]), at(1, low[1]), at(2, low[2])],
			max: [at(0, high[0] + 1), at(1, high[1] + 1), at(2, high[2] + 1)],
		},
		solidAtRim,
	};
}

/** The least value of the field at the middles of one slice's cells, between bounds along the other axes. */
function leastInSlice(
	field: Field,
	{ origin, side, points, values }: Cells,
	axis: number,
	at: number,
	low: readonly number[], // [3]
	high: readonly number[], // [3]
): number {
	const across = (axis + 1) % 3;
	const along = (axis + 2) % 3;
	let count = 0;
	for (let j = low[along]; j <= high[along]; j++)
		for (let i = low[across]; i <= high[across]; i++, count++) {
			points[count * 3 + axis] = origin[axis] + (at + 0.5) * side;
			points[count * 3 + across] = origin[across] + (i + 0.5) * side;
			points[count * 3 + along] = origin[along] + (j + 0.5) * side;
		}
	field.sample(points, values, count);
	let least = Number.POSITIVE_INFINITY;
	for (let n = 0; n < count; n++) if (values[n] < least) least = values[n];
	return least;
}
