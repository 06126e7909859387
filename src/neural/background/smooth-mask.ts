import type { Mask } from "../../core/image.ts";
import { gaussianBlur } from "../../kernel/image/gaussian-blur.ts";

const SIGMA = 2; // pixels
const THRESHOLD = 127;

/** A hard mask with a smooth outline: specks of one pixel go, corners round off. What rembg calls post-processing. */
export function smoothMask({ width, height, data }: Mask): Mask {
	const opened = cross(
		cross(data, width, height, Math.min),
		width,
		height,
		Math.max,
	);
	const soft = gaussianBlur(Float32Array.from(opened), width, height, SIGMA);
	const out = new Uint8Array(data.length);
	for (let p = 0; p < out.length; p++)
		out[p] = Math.round(soft[p]) < THRESHOLD ? 0 : 255;
	return { width, height, data: out };
}

/** Least or largest value of each pixel and its four neighbours; outside the picture there is none. */
function cross(
	src: Uint8Array, // [height × width]
	width: number,
	height: number,
	choose: (a: number, b: number) => number,
): Uint8Array {
	const out = new Uint8Array(src.length);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const p = y * width + x;
			let value = src[p];
			if (x > 0) value = choose(value, src[p - 1]);
			if (x + 1 < width) value = choose(value, src[p + 1]);
			if (y > 0) value = choose(value, src[p - width]);
			if (y + 1 < height) value = choose(value, src[p + width]);
			out[p] = value;
		}
	return out;
}
