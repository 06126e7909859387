import type { Image, Mask } from "../../core/image.ts";

/**
 * Variance of the Laplacian of luma well inside the object, against the variance of luma there:
 * how much of the object's contrast is fine detail. Pech-Pacheco et al., "Diatom autofocusing in
 * brightfield microscopy", 2000, made independent of exposure.
 */
export function sharpness(
	image: Image,
	mask: Mask,
): { ratio: number; contrast: number } {
	const { width, height, data } = image;
	if (mask.width !== width || mask.height !== height)
		throw new RangeError(
			`mask is ${mask.width} × ${mask.height}, the picture ${width} × ${height}`,
		);
	const luma = new Float32Array(width * height);
	for (let p = 0, s = 0; p < luma.length; p++, s += 4)
		luma[p] = 0.2126 * data[s] + 0.7152 * data[s + 1] + 0.0722 * data[s + 2];
	let n = 0;
	let sum = 0;
	let squares = 0;
	let lapSum = 0;
	let lapSquares = 0;
	for (let y = 1; y < height - 1; y++)
		for (let x = 1; x < width - 1; x++) {
			const p = y * width + x;
			if (
				mask.data[p] < 250 ||
				mask.data[p - 1] < 250 ||
				mask.data[p + 1] < 250 ||
				mask.data[p - width] < 250 ||
				mask.data[p + width] < 250
			)
				continue;
			const v = luma[p];
			const lap =
				luma[p - 1] + luma[p + 1] + luma[p - width] + luma[p + width] - 4 * v;
			n++;
			sum += v;
			squares += v * v;
			lapSum += lap;
			lapSquares += lap * lap;
		}
	if (n === 0) return { ratio: 0, contrast: 0 };
	const variance = squares / n - (sum / n) ** 2;
	const lapVariance = lapSquares / n - (lapSum / n) ** 2;
	return {
		ratio: variance > 1e-6 ? lapVariance / variance : 0,
		contrast: Math.sqrt(Math.max(0, variance)),
	};
}
