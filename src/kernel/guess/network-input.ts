import { CROP_SIZE } from "../image/crop-picture.ts";
import { createPlanes, type Planes } from "../network/planes.ts";
import { CELLS } from "./crop-camera.ts";
import { type CroppedView, middleOf, OFFSETS, unitOf } from "./other-colors.ts";

/** In units of the view: nearness and thickness beyond this, and gaps beyond that, look alike. As in training/views_data.py. */
const FARTHEST = 2;
const WIDEST_GAP = 0.5;
/** Maps before the colours. */
const SHAPES = 5;
/** Cover of a cell from which on its colour can be compared. */
const LEAST_COVER = 0.3;

/** What the network is told of the guess and the hull along one view's rays, and of the other views' colours there. */
export function guessInput(
	view: CroppedView,
	others: Uint8Array, // [offsets × 4 × CELLS²] as `otherColors` gives them
): Planes /* (5 + 4 × offsets) × CELLS × CELLS */ {
	const { first, last, enter, leave, picture } = view;
	const middle = middleOf(view);
	const unit = unitOf(view);
	const within = (value: number, least: number, most: number): number =>
		Math.max(least, Math.min(most, value / unit));
	const plane = CELLS * CELLS;
	const out = createPlanes(SHAPES + 4 * OFFSETS.length, CELLS, CELLS);
	const { data } = out;
	const own = new Float32Array(3);
	for (let cell = 0; cell < plane; cell++) {
		if (first[cell] === 0) continue;
		const near = first[cell];
		data[cell] = within(near - middle, -FARTHEST, FARTHEST);
		data[plane + cell] = within(last[cell] - near, 0, FARTHEST);
		if (enter[cell] > 0) {
			const gap = within(near - enter[cell], -WIDEST_GAP, WIDEST_GAP);
			data[2 * plane + cell] = 4 * gap;
			data[3 * plane + cell] = within(leave[cell] - near, 0, FARTHEST);
		}
		data[4 * plane + cell] = 1;
		if (meanColor(picture, cell, own) <= LEAST_COVER) continue;
		for (let k = 0; k < OFFSETS.length; k++) {
			const from = k * 4 * plane + cell;
			const to = (SHAPES + 4 * k) * plane + cell;
			const sure = others[from + 3 * plane] / 255;
			for (let c = 0; c < 3; c++)
				data[to + c * plane] =
					(others[from + c * plane] / 255 - own[c]) * 2 * sure;
			data[to + 3 * plane] = sure;
		}
	}
	return out;
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
