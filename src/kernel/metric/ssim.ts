import type { Image } from "../../core/image.ts";

const RADIUS = 5;
const SIGMA = 1.5;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** The window, normalised to 1 along one axis. */
const WINDOW: Float64Array = (() => {
	const w = Float64Array.from({ length: 2 * RADIUS + 1 }, (_, k) =>
		Math.exp(-((k - RADIUS) ** 2) / (2 * SIGMA * SIGMA)),
	);
	const sum = w.reduce((total, value) => total + value, 0);
	return w.map((value) => value / sum);
})(); // [11]

/**
 * Mean structural similarity of two pictures' luma, −1 to 1. Wang, Bovik, Sheikh and Simoncelli, 2004: 11 × 11
 * Gaussian window with sigma 1.5, K1 = 0.01, K2 = 0.03, no downsampling, averaged where the window fits the
 * picture. Luma is Rec. 601 on sRGB values; alpha is ignored. Sides must be 11 pixels or more.
 */
export function ssim(a: Image, b: Image): number {
	const { width, height } = a;
	if (width !== b.width || height !== b.height)
		throw new RangeError(
			`pictures differ in size: ${width} × ${height} and ${b.width} × ${b.height}`,
		);
	if (Math.min(width, height) < WINDOW.length)
		throw new RangeError(
			`picture is ${width} × ${height}; structural similarity needs 11 × 11 or more`,
		);

	// (1) Where a window sees no difference the similarity is exactly 1: only work on the rest.
	let left = width;
	let right = -1;
	let top = height;
	let bottom = -1;
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const o = (y * width + x) * 4;
			if (
				a.data[o] === b.data[o] &&
				a.data[o + 1] === b.data[o + 1] &&
				a.data[o + 2] === b.data[o + 2]
			)
				continue;
			if (x < left) left = x;
			if (x > right) right = x;
			if (y < top) top = y;
			bottom = y;
		}
	const centreCount = (width - 2 * RADIUS) * (height - 2 * RADIUS);
	if (right < 0) return 1;
	const x0 = Math.max(RADIUS, left - RADIUS); // first and last window centres
	const x1 = Math.min(width - 1 - RADIUS, right + RADIUS);
	const y0 = Math.max(RADIUS, top - RADIUS);
	const y1 = Math.min(height - 1 - RADIUS, bottom + RADIUS);
	const columns = x1 - x0 + 1;
	const rows = y1 - y0 + 1;

	// (2) Blur a, b, a², b², ab along the rows …
	const lumaA = new Float64Array(columns + 2 * RADIUS);
	const lumaB = new Float64Array(columns + 2 * RADIUS);
	const blurredRows = rows + 2 * RADIUS;
	const blurred = new Float32Array(blurredRows * columns * 5);
	for (let y = 0; y < blurredRows; y++) {
		const row = ((y0 - RADIUS + y) * width + x0 - RADIUS) * 4;
		for (let x = 0; x < lumaA.length; x++) {
			lumaA[x] = luma(a.data, row + x * 4);
			lumaB[x] = luma(b.data, row + x * 4);
		}
		for (let x = 0; x < columns; x++) {
			let sumA = 0;
			let sumB = 0;
			let sumAA = 0;
			let sumBB = 0;
			let sumAB = 0;
			for (let k = 0; k <= 2 * RADIUS; k++) {
				const w = WINDOW[k];
				const va = lumaA[x + k];
				const vb = lumaB[x + k];
				sumA += w * va;
				sumB += w * vb;
				sumAA += w * va * va;
				sumBB += w * vb * vb;
				sumAB += w * va * vb;
			}
			const o = (y * columns + x) * 5;
			blurred[o] = sumA;
			blurred[o + 1] = sumB;
			blurred[o + 2] = sumAA;
			blurred[o + 3] = sumBB;
			blurred[o + 4] = sumAB;
		}
	}

	// (3) … then along the columns, and compare.
	let total = centreCount - columns * rows;
	for (let y = 0; y < rows; y++)
		for (let x = 0; x < columns; x++) {
			let meanA = 0;
			let meanB = 0;
			let meanAA = 0;
			let meanBB = 0;
			let meanAB = 0;
			for (let k = 0; k <= 2 * RADIUS; k++) {
				const w = WINDOW[k];
				const o = ((y + k) * columns + x) * 5;
				meanA += w * blurred[o];
				meanB += w * blurred[o + 1];
				meanAA += w * blurred[o + 2];
				meanBB += w * blurred[o + 3];
				meanAB += w * blurred[o + 4];
			}
			const product = meanA * meanB;
			const squares = meanA * meanA + meanB * meanB;
			total +=
				((2 * product + C1) * (2 * (meanAB - product) + C2)) /
				((squares + C1) * (meanAA + meanBB - squares + C2));
		}
	return total / centreCount;
}

function luma(data: Uint8ClampedArray, o: number): number {
	return 0.299 * data[o] + 0.587 * data[o + 1] + 0.114 * data[o + 2];
}
