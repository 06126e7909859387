import type { Image, Mask } from "../../core/image.ts";
import { createPlanes, type Planes } from "../network/planes.ts";
import { linearToSrgb, SRGB_TO_LINEAR } from "./srgb.ts";

/** A square of a picture, in its pixels. */
export interface Crop {
	readonly centreU: number;
	readonly centreV: number;
	readonly halfSide: number;
}

/** Pixels along the side of what our networks look at. */
export const CROP_SIZE = 128;
/** Samples along the side of one of them, at most. */
const MAX_TAPS = 8;

/** The crop as the networks were shown pictures: colours around grey, times the cover; the cover. All −1 to 1. */
export function cropPicture(
	image: Image,
	mask: Mask,
	{ centreU, centreV, halfSide }: Crop,
): Planes {
	const size = CROP_SIZE;
	const { width, height, data } = image;
	const pixel = (2 * halfSide) / size; // picture pixels
	const taps = Math.max(2, Math.min(MAX_TAPS, Math.ceil(pixel)));
	const out = createPlanes(4, size, size);
	const plane = size * size;
	for (let j = 0; j < size; j++)
		for (let i = 0; i < size; i++) {
			let cover = 0;
			let r = 0;
			let g = 0;
			let b = 0;
			for (let tap = 0; tap < taps * taps; tap++) {
				const x = Math.floor(
					centreU + (i + ((tap % taps) + 0.5) / taps - size / 2) * pixel,
				);
				const y = Math.floor(
					centreV +
						(j + (Math.floor(tap / taps) + 0.5) / taps - size / 2) * pixel,
				);
				if (x < 0 || y < 0 || x >= width || y >= height) continue;
				const at = y * width + x;
				const share = mask.data[at] / 255;
				cover += share;
				r += share * SRGB_TO_LINEAR[data[at * 4]];
				g += share * SRGB_TO_LINEAR[data[at * 4 + 1]];
				b += share * SRGB_TO_LINEAR[data[at * 4 + 2]];
			}
			const at = j * size + i;
			const alpha = cover / (taps * taps);
			out.data[3 * plane + at] = alpha * 2 - 1;
			if (cover === 0) continue;
			out.data[at] = signed(r / cover) * alpha;
			out.data[plane + at] = signed(g / cover) * alpha;
			out.data[2 * plane + at] = signed(b / cover) * alpha;
		}
	return out;
}

/** Linear light as sRGB from −1 to 1. */
function signed(linear: number): number {
	return (linearToSrgb(linear) / 255 - 0.5) * 2;
}
