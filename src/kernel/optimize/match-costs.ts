import type { Camera } from "../../core/camera.ts";
import { projectionMatrix } from "../math/camera.ts";
import { colorAt, type SmallView } from "./small-view.ts";

/** The part of a picture that is looked at. */
export interface PixelBox {
	readonly left: number;
	readonly top: number;
	readonly columns: number;
	readonly rows: number;
}

/** Depths tried for each pixel of a box. */
export interface DepthRows {
	readonly box: PixelBox;
	/** The first depth of each pixel. */
	readonly first: Float32Array; // [rows × columns] world units
	/** How many are tried; 0 off the object. */
	readonly ends: Int32Array; // [rows × columns]
	/** Most that any pixel can have. */
	readonly count: number;
	readonly spacing: number; // world units
}

/** Colour difference beyond which a sample is simply wrong. */
export const WORST_MATCH = 0.4;

/**
 * For each pixel of a box that depths are tried for: where another view shows what lies at depth d of its ray, as a line:
 * at (line[0] + line[3] d, line[1] + line[4] d) / (line[2] + line[5] d). Depths that are not tried are given what they cost: the
 * most, and nothing off the object.
 */
export function rowsOfRays(
	{ camera }: Pick<SmallView, "camera">,
	other: Camera,
	{ box, first, ends, count }: DepthRows,
	out: Float32Array, // [rows × columns × count]
	visit: (
		n: number, // pixel of the box
		end: number, // depths tried
		first: number, // the first of them
		line: Float64Array, // [6]
		at: number, // where the pixel's colour is
	) => void,
): void {
	const { left, top, columns, rows } = box;
	const { worldFromCamera: m, cx, cy, fx, fy } = camera;
	const p = projectionMatrix(other);
	const line = Float64Array.of(
		p[0] * m[3] + p[1] * m[7] + p[2] * m[11] + p[3],
		p[4] * m[3] + p[5] * m[7] + p[6] * m[11] + p[7],
		p[8] * m[3] + p[9] * m[7] + p[10] * m[11] + p[11],
		0,
		0,
		0,
	);
	for (let y = 0, n = 0; y < rows; y++)
		for (let x = 0; x < columns; x++, n++) {
			const end = ends[n];
			out.fill(end === 0 ? 0 : WORST_MATCH, n * count + end, (n + 1) * count);
			if (end === 0) continue;
			const rx = (x + left + 0.5 - cx) / fx;
			const ry = (cy - y - top - 0.5) / fy;
			const dx = m[0] * rx + m[1] * ry - m[2];
			const dy = m[4] * rx + m[5] * ry - m[6];
			const dz = m[8] * rx + m[9] * ry - m[10];
			line[3] = p[0] * dx + p[1] * dy + p[2] * dz;
			line[4] = p[4] * dx + p[5] * dy + p[6] * dz;
			line[5] = p[8] * dx + p[9] * dy + p[10] * dz;
			visit(n, end, first[n], line, ((y + top) * camera.width + x + left) * 4);
		}
}

/**
 * Colour difference between each pixel of a box and the place where another picture would show it,
 * were it at each of a row of depths. Depths that are not tried cost the most, pixels off the object
 * nothing.
 */
export function matchCosts(
	view: SmallView,
	other: SmallView,
	depths: DepthRows,
	out: Float32Array, // [rows × columns × count]
): void {
	const { colors } = view;
	const { count, spacing } = depths;
	const color = new Float64Array(3);
	rowsOfRays(view, other.camera, depths, out, (n, end, first, line, i) => {
		const [a, b, c, da, db, dc] = line;
		const from = n * count;
		for (let k = 0, d = first; k < end; k++, d += spacing) {
			const depth = c + dc * d;
			const u = (a + da * d) / depth - 0.5;
			const v = (b + db * d) / depth - 0.5;
			let difference = WORST_MATCH;
			if (depth > 0 && colorAt(other, u, v, color)) {
				const sum =
					Math.abs(color[0] - colors[i]) +
					Math.abs(color[1] - colors[i + 1]) +
					Math.abs(color[2] - colors[i + 2]);
				if (sum < 3 * WORST_MATCH) difference = sum / 3;
			}
			out[from + k] = difference;
		}
	});
}

/** Replaces each row of values by the sum over a window of pixels. Running sums, one axis after the other. */
export function sumOverWindows(
	values: Float32Array, // [rows × columns × count]
	scratch: Float32Array, // [rows × columns × count]
	{ columns, rows }: PixelBox,
	count: number,
	radius: number,
): void {
	const line = columns * count;
	const sums = new Float64Array(line);
	for (let y = 0; y < rows; y++) {
		const row = y * line;
		for (let k = 0; k < count; k++) sums[k] = 0;
		for (let i = 0; i < Math.min(radius, columns) * count; i++)
			sums[i % count] += values[row + i];
		for (let x = 0; x < columns; x++) {
			const at = row + x * count;
			const ahead = at + radius * count;
			const behind = at - radius * count;
			if (x + radius < columns)
				for (let k = 0; k < count; k++) sums[k] += values[ahead + k];
			for (let k = 0; k < count; k++) scratch[at + k] = sums[k];
			if (x >= radius)
				for (let k = 0; k < count; k++) sums[k] -= values[behind + k];
		}
	}
	sums.fill(0);
	for (let y = 0; y < Math.min(radius, rows); y++)
		for (let i = 0; i < line; i++) sums[i] += scratch[y * line + i];
	for (let y = 0; y < rows; y++) {
		const ahead = (y + radius) * line;
		const behind = (y - radius) * line;
		const row = y * line;
		if (y + radius < rows)
			for (let i = 0; i < line; i++) sums[i] += scratch[ahead + i];
		for (let i = 0; i < line; i++) values[row + i] = sums[i];
		if (y >= radius)
			for (let i = 0; i < line; i++) sums[i] -= scratch[behind + i];
	}
}
