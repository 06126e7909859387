import type { Convolution } from "./convolve.ts";
import { createPlanes, type Planes } from "./planes.ts";

/** The definition, pixel by pixel. */
export function convolveByDefinition(src: Planes, layer: Convolution): Planes {
	const { inputs, outputs, kernel, stride, weight, bias } = layer;
	const dst = createPlanes(
		outputs,
		Math.ceil(src.height / stride),
		Math.ceil(src.width / stride),
	);
	for (let o = 0; o < outputs; o++)
		for (let y = 0; y < dst.height; y++)
			for (let x = 0; x < dst.width; x++) {
				let sum = bias[o];
				for (let c = 0; c < inputs; c++)
					for (let j = 0; j < kernel; j++)
						for (let i = 0; i < kernel; i++) {
							const row = y * stride + j - (kernel - 1) / 2;
							const column = x * stride + i - (kernel - 1) / 2;
							if (row < 0 || column < 0) continue;
							if (row >= src.height || column >= src.width) continue;
							sum +=
								weight[((o * inputs + c) * kernel + j) * kernel + i] *
								src.data[(c * src.height + row) * src.width + column];
						}
				dst.data[(o * dst.height + y) * dst.width + x] = sum;
			}
	return dst;
}
