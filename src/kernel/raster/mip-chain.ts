import type { Image } from "../../core/image.ts";
import { linearToSrgb, SRGB_TO_LINEAR } from "../image/srgb.ts";

/** A picture and its halvings down to 1 × 1. Williams, "Pyramidal parametrics", 1983. */
export interface MipChain {
	readonly levels: readonly Image[]; // level 0 is the picture itself
}

/** Halves the picture until one pixel is left, averaging in linear light. Alpha is ignored. */
export function buildMipChain(image: Image): MipChain {
	const levels = [image];
	let src = image;
	while (src.width > 1 || src.height > 1) {
		src = halve(src);
		levels.push(src);
	}
	return { levels };
}

/** Box filter; an odd last row or column joins its neighbour's box. */
function halve(src: Image): Image {
	const width = Math.max(1, src.width >> 1);
	const height = Math.max(1, src.height >> 1);
	const data = new Uint8ClampedArray(width * height * 4);
	for (let y = 0; y < height; y++) {
		const y0 = y * 2;
		const y1 = y === height - 1 ? src.height : y0 + 2;
		for (let x = 0; x < width; x++) {
			const x0 = x * 2;
			const x1 = x === width - 1 ? src.width : x0 + 2;
			let r = 0;
			let g = 0;
			let b = 0;
			for (let sy = y0; sy < y1; sy++)
				for (let sx = x0; sx < x1; sx++) {
					const i = (sy * src.width + sx) * 4;
					r += SRGB_TO_LINEAR[src.data[i]];
					g += SRGB_TO_LINEAR[src.data[i + 1]];
					b += SRGB_TO_LINEAR[src.data[i + 2]];
				}
			const share = 1 / ((y1 - y0) * (x1 - x0));
			const o = (y * width + x) * 4;
			data[o] = linearToSrgb(r * share);
			data[o + 1] = linearToSrgb(g * share);
			data[o + 2] = linearToSrgb(b * share);
			data[o + 3] = 255;
		}
	}
	return { width, height, data };
}

/** Where a lookup goes, for `addTexture`: fractions travel in an array, since V8 allocates those passed as arguments. */
export const LOOKUP_U = 0;
export const LOOKUP_V = 1;
/** How many texels of level 0 it should cover. */
export const LOOKUP_TEXELS = 2;
export const LOOKUP_WEIGHT = 3;

/**
 * Adds weight × the colour at (u, v) to out[0..2], in linear light. A lookup of 1 texel or less is plain bilinear,
 * a larger one blends the two nearest levels.
 */
export function addTexture(
	chain: MipChain,
	lookup: Float64Array, // [4] u, v, texels, weight
	out: Float64Array, // [3 or more] linear RGB
): void {
	const { levels } = chain;
	const texels = lookup[LOOKUP_TEXELS];
	const weight = lookup[LOOKUP_WEIGHT];
	let lower = 0;
	let blend = 0;
	if (texels > 1) {
		const level = Math.min(Math.log2(texels), levels.length - 1);
		lower = Math.floor(level);
		blend = level - lower;
	}
	const lut = SRGB_TO_LINEAR;
	const last = blend > 0 ? lower + 1 : lower;
	for (let n = lower; n <= last; n++) {
		const { width, height, data } = levels[n];
		const share = n === lower ? weight * (1 - blend) : weight * blend;
		const x = Math.min(width - 1, Math.max(0, lookup[LOOKUP_U] * width - 0.5));
		const y = Math.min(
			height - 1,
			Math.max(0, lookup[LOOKUP_V] * height - 0.5),
		);
		const x0 = x | 0;
		const y0 = y | 0;
		const fx = x - x0;
		const fy = y - y0;
		const i00 = (y0 * width + x0) * 4;
		const right = x0 + 1 < width ? 4 : 0;
		const below = y0 + 1 < height ? width * 4 : 0;
		const i10 = i00 + right;
		const i01 = i00 + below;
		const i11 = i01 + right;
		const w11 = fx * fy * share;
		const w10 = fx * share - w11;
		const w01 = fy * share - w11;
		const w00 = share - w10 - w01 - w11;
		out[0] +=
			w00 * lut[data[i00]] +
			w10 * lut[data[i10]] +
			w01 * lut[data[i01]] +
			w11 * lut[data[i11]];
		out[1] +=
			w00 * lut[data[i00 + 1]] +
			w10 * lut[data[i10 + 1]] +
			w01 * lut[data[i01 + 1]] +
			w11 * lut[data[i11 + 1]];
		out[2] +=
			w00 * lut[data[i00 + 2]] +
			w10 * lut[data[i10 + 2]] +
			w01 * lut[data[i01 + 2]] +
			w11 * lut[data[i11 + 2]];
	}
}
