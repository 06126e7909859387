import { gaussianBlur } from "./gaussian-blur.ts";
import { resizePlanes } from "./resize.ts";

/** Working size of the blur: it is wide, so a small copy will do. */
const SMALL_SIDE = 96;

/**
 * The colour of chosen pixels carried smoothly to all others: near them their local mean,
 * far away the mean of the nearest there are.
 */
export function spreadColor(
	colors: Float32Array, // [height × width × 3]
	chosen: Uint8Array, // [height × width] non-zero: known
	width: number,
	height: number,
	sigma: number, // pixels
): Float32Array /* [height × width × 3] */ {
	const count = width * height;
	if (colors.length !== count * 3 || chosen.length !== count)
		throw new RangeError(`colours or set are not ${width} × ${height}`);
	const scale = Math.min(1, SMALL_SIDE / Math.max(width, height));
	const w = Math.max(2, Math.round(width * scale));
	const h = Math.max(2, Math.round(height * scale));
	const weighted = new Float32Array(count * 4);
	for (let p = 0; p < count; p++) {
		if (chosen[p] === 0) continue;
		for (let c = 0; c < 3; c++) weighted[p * 4 + c] = colors[p * 3 + c];
		weighted[p * 4 + 3] = 1;
	}
	const small = resizePlanes(weighted, width, height, 4, w, h);
	const result = new Float32Array(w * h * 3);
	const filled = new Float32Array(w * h); // how sure each pixel is already, 0–1
	// Ever wider means, each only where the ones before found too little, on ever smaller copies.
	for (let wide = sigma * scale, round = 0; round < 4; wide *= 2.5, round++) {
		const fewer = 2 ** -round;
		const rw = Math.max(2, Math.round(w * fewer));
		const rh = Math.max(2, Math.round(h * fewer));
		const known = resizePlanes(small, w, h, 4, rw, rh);
		for (let c = 0; c < 4; c++) {
			const plane = new Float32Array(rw * rh);
			for (let p = 0; p < rw * rh; p++) plane[p] = known[p * 4 + c];
			const mean = gaussianBlur(plane, rw, rh, wide * fewer);
			for (let p = 0; p < rw * rh; p++) known[p * 4 + c] = mean[p];
		}
		const sums = resizePlanes(known, rw, rh, 4, w, h);
		for (let p = 0; p < w * h; p++) {
			const weight = sums[p * 4 + 3];
			if (weight < 1e-6) continue;
			const share = (1 - filled[p]) * Math.min(1, weight * 8);
			for (let c = 0; c < 3; c++)
				result[p * 3 + c] += (share * sums[p * 4 + c]) / weight;
			filled[p] += share;
		}
	}
	for (let p = 0; p < w * h; p++)
		if (filled[p] > 0)
			for (let c = 0; c < 3; c++) result[p * 3 + c] /= filled[p];
	return resizePlanes(result, w, h, 3, width, height);
}
