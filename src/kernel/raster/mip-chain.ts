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

/**
 * Adds `weight` × the colour at (u, v) to out[0..2], in linear light. `texels` is how many texels of level 0
 * one lookup should cover: 1 or less is a plain bilinear lookup, more blends the two nearest levels.
 */
export function addTexture(
	chain: MipChain,
	u: number,
	v: number,
	texels: number,
	weight: number,
	out: Float64Array, // [3 or more] linear RGB
): void {
	const { levels } = chain;
	if (texels <= 1) {
		addBilinear(levels[0], u, v, weight, out);
		return;
	}
	const level = Math.min(Math.log2(texels), levels.length - 1);
	const lower = Math.floor(level);
	const blend = level - lower;
	addBilinear(levels[lower], u, v, weight * (1 - blend), out);
	if (blend > 0) addBilinear(levels[lower + 1], u, v, weight * blend, out);
}

function addBilinear(
	image: Image,
	u: number,
	v: number,
	weight: number,
	out: Float64Array,
): void {
	const { width, height, data } = image;
	const x = Math.min(width - 1, Math.max(0, u * width - 0.5));
	const y = Math.min(height - 1, Math.max(0, v * height - 0.5));
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
	const w11 = fx * fy * weight;
	const w10 = fx * weight - w11;
	const w01 = fy * weight - w11;
	const w00 = weight - w10 - w01 - w11;
	const lut = SRGB_TO_LINEAR;
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
