import type { Camera } from "../../core/camera.ts";
import { CROP_SIZE } from "../image/crop-picture.ts";
import { projectionMatrix } from "../math/camera.ts";
import { CELLS } from "./crop-view.ts";
import type { HullLayers } from "./hull-layers.ts";

/** One view's crop. */
export interface CroppedView {
	/** CROP_SIZE pixels wide and high, and CELLS. */
	readonly camera: Camera;
	readonly cellCamera: Camera;
	readonly picture: Uint8Array; // [CROP_SIZE² × 4] sRGB, straight alpha
	/** At the size of the cells. */
	readonly layers: HullLayers;
	/** Half the crop's side in the middle of the object, world units. */
	readonly unit: number;
}

/** Depths behind the hull at which colours are compared, in units of the view. */
export const OFFSETS: readonly number[] = [0, 0.05, 0.12, 0.25];
/** How far behind another view's hull a point may lie to be seen by it, as a factor of its offset and in units. */
const BEHIND_FACTOR = 1.5;
const BEHIND_UNITS = 0.04;
/** So many other views make a colour as certain as it gets. */
const ENOUGH = 2;

/**
 * Colours that the other views show at points of one view's rays, some way behind the hull: where
 * they differ from its own, the surface is somewhere else. Per offset and cell the mean over the
 * views that may see the point, and how many they are.
 */
export function otherColors(
	views: readonly CroppedView[],
	index: number,
): Uint8Array /* [offsets × 4 × CELLS²] red, green, blue, certainty */ {
	const { cellCamera, layers, unit } = views[index];
	const { worldFromCamera: m, fx, fy, cx, cy } = cellCamera;
	const projections = views.map(({ camera }) => projectionMatrix(camera));
	const plane = CELLS * CELLS;
	const out = new Uint8Array(OFFSETS.length * 4 * plane);
	for (let cell = 0; cell < plane; cell++) {
		const enter = layers.enter[cell];
		if (enter === 0) continue;
		const rx = ((cell % CELLS) + 0.5 - cx) / fx;
		const ry = -(Math.floor(cell / CELLS) + 0.5 - cy) / fy;
		for (let k = 0; k < OFFSETS.length; k++) {
			const d = enter + OFFSETS[k] * unit;
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
				const front = views[o].layers.enter[(v >> 1) * CELLS + (u >> 1)];
				const behind = (BEHIND_FACTOR * OFFSETS[k] + BEHIND_UNITS) * unit;
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
