import type { Camera } from "../../core/camera.ts";
import { CROP_SIZE } from "../image/crop-picture.ts";
import { projectionMatrix } from "../math/camera.ts";
import { CELLS } from "./crop-camera.ts";

/** One view's crop, and a first guess of the surface there. Depths in world units, 0 where there is none. */
export interface CroppedView {
	/** CROP_SIZE pixels wide and high, and CELLS. */
	readonly camera: Camera;
	readonly cellCamera: Camera;
	readonly picture: Uint8Array; // [CROP_SIZE² × 4] sRGB, straight alpha
	/** Of the guess: its first and its last surface. */
	readonly first: Float32Array; // [CELLS²]
	readonly last: Float32Array; // [CELLS²]
	/** Of the hull: where the rays enter it, and where they leave it again. */
	readonly enter: Float32Array; // [CELLS²]
	readonly leave: Float32Array; // [CELLS²]
}

/** Half way between the nearest and the farthest depth of a view's guess. */
export function middleOf({
	first,
	last,
}: Pick<CroppedView, "first" | "last">): number {
	let nearest = Infinity;
	let farthest = 0;
	for (let n = 0; n < first.length; n++) {
		if (first[n] === 0) continue;
		nearest = Math.min(nearest, first[n]);
		farthest = Math.max(farthest, last[n]);
	}
	return (nearest + farthest) / 2;
}

/** What depths of a view count in: half the crop's side in the middle of its guess, world units. */
export function unitOf(
	view: Pick<CroppedView, "first" | "last" | "cellCamera">,
): number {
	return (middleOf(view) * CELLS) / 2 / view.cellCamera.fx;
}

/** Depths behind the guess at which colours are compared, in units of the view. */
export const OFFSETS: readonly number[] = [-0.06, 0, 0.06, 0.15];
/** How far behind another view's guess a point may lie to be seen by it, as a factor of its offset and in units. */
const BEHIND_FACTOR = 1.5;
const BEHIND_UNITS = 0.04;
/** So many other views make a colour as certain as it gets. */
const ENOUGH = 2;

/**
 * Colours that the other views show at points of one view's rays, at some depths about the
 * guess: where they differ from its own, the surface is somewhere else. Per offset and cell the mean over the
 * views that may see the point, and how many they are.
 */
export function otherColors(
	views: readonly CroppedView[],
	index: number,
): Uint8Array /* [offsets × 4 × CELLS²] red, green, blue, certainty */ {
	const { cellCamera, first: guess } = views[index];
	const unit = unitOf(views[index]);
	const { worldFromCamera: m, fx, fy, cx, cy } = cellCamera;
	const projections = views.map(({ camera }) => projectionMatrix(camera));
	const plane = CELLS * CELLS;
	const out = new Uint8Array(OFFSETS.length * 4 * plane);
	for (let cell = 0; cell < plane; cell++) {
		const from = guess[cell];
		if (from === 0) continue;
		const rx = ((cell % CELLS) + 0.5 - cx) / fx;
		const ry = -(Math.floor(cell / CELLS) + 0.5 - cy) / fy;
		for (let k = 0; k < OFFSETS.length; k++) {
			const d = from + OFFSETS[k] * unit;
			const x = m[3] + d * (m[0] * rx + m[1] * ry - m[2]);
			const y = m[7] + d * (m[4] * rx + m[5] * ry - m[6]);
			const z = m[11] + d * (m[8] * rx + m[9] * ry - m[10]);
			let red = 0;
			let green = 0;
			let blue = 0;
			let seen = 0;
			for (let o = 0; o < views.length; o++) {
				if (o === index) continue;
				const p = projections[o];
				const depth = p[8] * x + p[9] * y + p[10] * z + p[11];
				const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) / depth;
				const v = (p[4] * x + p[5] * y + p[6] * z + p[7]) / depth;
				if (!(u >= 0 && v >= 0 && u < CROP_SIZE && v < CROP_SIZE)) continue;
				const front = views[o].first[(v >> 1) * CELLS + (u >> 1)];
				const behind =
					(BEHIND_FACTOR * Math.abs(OFFSETS[k]) + BEHIND_UNITS) * unit;
				if (front === 0 || depth > front + behind) continue;
				const { picture } = views[o];
				const at = ((v | 0) * CROP_SIZE + (u | 0)) * 4;
				if (picture[at + 3] < 128) continue;
				red += picture[at];
				green += picture[at + 1];
				blue += picture[at + 2];
				seen++;
			}
			if (seen === 0) continue;
			const first = k * 4 * plane + cell;
			out[first] = red / seen;
			out[first + plane] = green / seen;
			out[first + 2 * plane] = blue / seen;
			out[first + 3 * plane] = 255 * Math.min(1, seen / ENOUGH);
		}
	}
	return out;
}
