import type { Image } from "../../core/image.ts";
import { lanczosResize } from "../../kernel/image/lanczos-resize.ts";
import type { NeuralTensor } from "../runtime.ts";
import type { BackgroundSession } from "./sessions.ts";

/**
 * The picture as a network for background removal takes it: squashed to its square, divided by the largest value in
 * it (not by 255), normalised. Alpha is left out, not blended.
 */
export function normalizePicture(
	{ width, height, data }: Image,
	{ side, mean, std }: Pick<BackgroundSession, "side" | "mean" | "std">,
): NeuralTensor /* [1, 3, side, side] */ {
	const rgb = new Uint8Array(width * height * 3);
	for (let p = 0; p < width * height; p++) {
		rgb[p * 3] = data[p * 4];
		rgb[p * 3 + 1] = data[p * 4 + 1];
		rgb[p * 3 + 2] = data[p * 4 + 2];
	}
	const small = lanczosResize(rgb, width, height, 3, side, side);
	let largest = 1e-6;
	for (let i = 0; i < small.length; i++)
		if (small[i] > largest) largest = small[i];
	const plane = side * side;
	const values = new Float32Array(3 * plane);
	for (let c = 0; c < 3; c++)
		for (let p = 0; p < plane; p++)
			values[c * plane + p] = (small[p * 3 + c] / largest - mean[c]) / std[c];
	return { data: values, shape: [1, 3, side, side] };
}
