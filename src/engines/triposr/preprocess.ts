import { LunarError } from "../../core/errors.ts";
import type { Image, Mask } from "../../core/image.ts";
import { resizeAntialias } from "../../kernel/image/resize-antialias.ts";

/** Share of the picture's side that the object's longer side takes. */
export const FOREGROUND_RATIO = 0.85;
/** Behind the object. */
const GREY = 0.5;

/**
 * The picture as the network was trained to see it, bit for bit as the official program makes it:
 * cropped to the object, centred on a grey square with air around, resized to `size`.
 */
export function conditionImage(
	image: Image,
	mask: Mask,
	size: number,
): Float32Array /* [size × size × 3] sRGB 0–1 */ {
	const everywhere = mask.data.every((coverage) => coverage === 255);
	const square = everywhere
		? withoutAlpha(image)
		: onGrey(centreObject(cutOut(image, mask), FOREGROUND_RATIO));
	const values = new Float32Array(square.rgb.length);
	for (let n = 0; n < values.length; n++) values[n] = square.rgb[n] / 255;
	return resizeAntialias(values, square.width, square.height, 3, size, size);
}

/** 8-bit RGB. */
export interface Rgb {
	readonly width: number;
	readonly height: number;
	readonly rgb: Uint8Array; // [height × width × 3]
}

/**
 * Crops to the object, pads to a square and leaves air around it.
 *
 * The official program ends the crop before the last row and column of the object; so do we, for
 * equal numbers. Throws EMPTY_SHAPE where nothing is left.
 */
export function centreObject(image: Image, ratio: number): Image {
	const { width, data } = image;
	const { left, right, top, bottom } = alphaBox(image);
	const cropWidth = right - left;
	const cropHeight = bottom - top;
	if (cropWidth < 1 || cropHeight < 1)
		throw new LunarError(
			"EMPTY_SHAPE",
			"the object is less than two pixels wide or high",
		);
	const side = Math.max(cropWidth, cropHeight);
	const padded = Math.trunc(side / ratio);
	const x0 = ((side - cropWidth) >> 1) + ((padded - side) >> 1);
	const y0 = ((side - cropHeight) >> 1) + ((padded - side) >> 1);
	const out = new Uint8ClampedArray(padded * padded * 4);
	for (let y = 0; y < cropHeight; y++) {
		const from = ((top + y) * width + left) * 4;
		out.set(
			data.subarray(from, from + cropWidth * 4),
			((y0 + y) * padded + x0) * 4,
		);
	}
	return { width: padded, height: padded, data: out };
}

/** First and last row and column that are not wholly transparent. */
function alphaBox({ width, height, data }: Image): {
	left: number;
	right: number;
	top: number;
	bottom: number;
} {
	let left = width;
	let right = -1;
	let top = height;
	let bottom = -1;
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++)
			if (data[(y * width + x) * 4 + 3] > 0) {
				left = Math.min(left, x);
				right = Math.max(right, x);
				top = Math.min(top, y);
				bottom = Math.max(bottom, y);
			}
	return { left, right, top, bottom };
}

/** Composites on grey, in 32-bit floats, cut (not rounded) to bytes. */
export function onGrey({ width, height, data }: Image): Rgb {
	const { fround } = Math;
	const share = Float32Array.from({ length: 256 }, (_, n) => n / 255);
	const rgb = new Uint8Array(width * height * 3);
	for (let n = 0; n < width * height; n++) {
		const alpha = share[data[n * 4 + 3]];
		const behind = fround(fround(1 - alpha) * GREY);
		for (let c = 0; c < 3; c++)
			rgb[n * 3 + c] = Math.trunc(
				fround(fround(fround(share[data[n * 4 + c]] * alpha) + behind) * 255),
			);
	}
	return { width, height, rgb };
}

/**
 * The mask as alpha. Where the picture came without alpha, the official program's cut-out darkens
 * soft edges by their coverage; it was trained so, and so do we.
 */
function cutOut(image: Image, mask: Mask): Image {
	const { width, height } = image;
	const data = image.data.slice();
	let isOpaque = true;
	for (let n = 3; n < data.length; n += 4)
		if (data[n] !== 255) {
			isOpaque = false;
			break;
		}
	for (let n = 0; n < mask.data.length; n++) {
		const coverage = mask.data[n];
		data[n * 4 + 3] = coverage;
		if (!isOpaque || coverage === 255) continue;
		for (let c = 0; c < 3; c++)
			data[n * 4 + c] = Math.round((data[n * 4 + c] * coverage) / 255);
	}
	return { width, height, data };
}

function withoutAlpha({ width, height, data }: Image): Rgb {
	const rgb = new Uint8Array(width * height * 3);
	for (let n = 0; n < width * height; n++)
		for (let c = 0; c < 3; c++) rgb[n * 3 + c] = data[n * 4 + c];
	return { width, height, rgb };
}
