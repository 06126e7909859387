import type { Camera } from "../../core/camera.ts";

/** A small picture with its camera. Colours straight; off the object alpha is 0 and the others NaN. */
export interface SmallView {
	/** Of the size of the picture. */
	readonly camera: Camera;
	readonly colors: Float32Array; // [height × width × 4] 0–1 sRGB
}

/** Colour between four pixels; false where one of them is off the object or beyond the picture. */
export function colorAt(
	{ camera: { width, height }, colors }: SmallView,
	u: number, // pixels, centres at whole numbers
	v: number,
	out: Float64Array, // [3]
): boolean {
	if (!(u >= 0 && v >= 0 && u < width - 1 && v < height - 1)) return false;
	const column = u | 0;
	const row = v | 0;
	const q = (row * width + column) * 4;
	const r = q + width * 4;
	const w11 = (u - column) * (v - row);
	const w10 = u - column - w11;
	const w01 = v - row - w11;
	const w00 = 1 - w10 - w01 - w11;
	for (let c = 0; c < 3; c++)
		out[c] =
			w00 * colors[q + c] +
			w10 * colors[q + 4 + c] +
			w01 * colors[r + c] +
			w11 * colors[r + 4 + c];
	return out[0] >= 0;
}
