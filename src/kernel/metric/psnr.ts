import type { Image } from "../../core/image.ts";

/** What identical pictures score: finite, so that reports stay JSON. */
export const PSNR_CAP_DB = 99;

/**
 * Peak signal-to-noise ratio of two pictures over sRGB red, green and blue, in dB; alpha is ignored.
 * `where` limits it to the pixels that are not zero there; with none left it is the cap.
 */
export function psnrDb(
	a: Image,
	b: Image,
	where?: Uint8Array, // [height × width]
): number {
	if (a.width !== b.width || a.height !== b.height)
		throw new RangeError(
			`pictures differ in size: ${a.width} × ${a.height} and ${b.width} × ${b.height}`,
		);
	const pixelCount = a.width * a.height;
	if (where && where.length !== pixelCount)
		throw new RangeError(
			`selection has ${where.length} pixels, the pictures ${pixelCount}`,
		);
	const dataA = a.data;
	const dataB = b.data;
	let sum = 0;
	let count = 0;
	for (let i = 0, o = 0; i < pixelCount; i++, o += 4) {
		if (where && where[i] === 0) continue;
		const red = dataA[o] - dataB[o];
		const green = dataA[o + 1] - dataB[o + 1];
		const blue = dataA[o + 2] - dataB[o + 2];
		sum += red * red + green * green + blue * blue;
		count += 3;
	}
	if (sum === 0) return PSNR_CAP_DB;
	return Math.min(PSNR_CAP_DB, 10 * Math.log10((255 * 255 * count) / sum));
}
