import { CROP_SIZE } from "../image/crop-picture.ts";
import { createPlanes, type Planes } from "../network/planes.ts";
import { CELLS } from "./crop-view.ts";
import { middleOf } from "./hull-layers.ts";
import { type CroppedView, OFFSETS, otherColors } from "./other-colors.ts";

/** In units of the view: nearness and thickness beyond this look alike. As in training/views_data.py. */
const FARTHEST = 2;
/** Cover of a cell from which on its colour can be compared. */
const LEAST_COVER = 0.3;

/** What the network is told of the hull along one view's rays, and of the other views' colours there. */
export function hullInput(
	views: readonly CroppedView[],
	index: number,
): Planes /* (4 + 4 × offsets) × CELLS × CELLS */ {
	const { layers, unit, picture } = views[index];
	const { enter, leave, last } = layers;
	const middle = middleOf(layers);
	const plane = CELLS * CELLS;
	const out = createPlanes(4 + 4 * OFFSETS.length, CELLS, CELLS);
	const { data } = out;
	const others = otherColors(views, index);
	const own = new Float32Array(3);
	for (let cell = 0; cell < plane; cell++) {
		if (enter[cell] === 0) continue;
		const near = (enter[cell] - middle) / unit;
		data[cell] = Math.max(-FARTHEST, Math.min(FARTHEST, near));
		data[plane + cell] = thickness(enter[cell], leave[cell], unit);
		data[2 * plane + cell] = thickness(enter[cell], last[cell], unit);
		data[3 * plane + cell] = 1;
		if (meanColor(picture, cell, own) <= LEAST_COVER) continue;
		for (let k = 0; k < OFFSETS.length; k++) {
			const from = k * 4 * plane + cell;
			const to = (4 + 4 * k) * plane + cell;
			const sure = others[from + 3 * plane] / 255;
			for (let c = 0; c < 3; c++)
				data[to + c * plane] =
					(others[from + c * plane] / 255 - own[c]) * 2 * sure;
			data[to + 3 * plane] = sure;
		}
	}
	return out;
}

function thickness(from: number, to: number, unit: number): number {
	return Math.max(0, Math.min(FARTHEST, (to - from) / unit));
}

/** The mean over a cell's four pixels by their cover; returns the mean cover. */
function meanColor(
	picture: Uint8Array, // [CROP_SIZE² × 4]
	cell: number,
	out: Float32Array, // [3] 0–1
): number {
	const corner = 2 * (Math.floor(cell / CELLS) * CROP_SIZE + (cell % CELLS));
	let cover = 0;
	out.fill(0);
	for (let s = 0; s < 4; s++) {
		const at = (corner + (s & 1) + (s >> 1) * CROP_SIZE) * 4;
		const alpha = picture[at + 3] / 255;
		cover += alpha / 4;
		for (let c = 0; c < 3; c++) out[c] += (picture[at + c] / 255) * (alpha / 4);
	}
	for (let c = 0; c < 3; c++) out[c] /= Math.max(1e-3, cover);
	return cover;
}
