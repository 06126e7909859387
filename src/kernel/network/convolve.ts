import { createPlanes, type Planes } from "./planes.ts";
import {
	openProduct,
	type ProductMemory,
	TILE_OUTPUTS,
	TILE_PIXELS,
} from "./product-tiles.ts";

/** A convolution with zeros around the picture; `kernel` is odd and its middle lies on the pixel. */
export interface Convolution {
	readonly inputs: number;
	readonly outputs: number;
	readonly kernel: number;
	readonly stride: number;
	readonly weight: Float32Array; // [outputs × inputs × kernel × kernel]
	readonly bias: Float32Array; // [outputs]
}

export interface ConvolveOptions {
	/** Negative results become 0. Default false. */
	readonly rectify?: boolean;
	/** Added to the result before that. */
	readonly add?: Planes;
}

/** What matrix products of a size need. */
interface Sizes {
	readonly rows: number; // floats
	readonly weights: number; // floats
	readonly out: number; // floats
}

/** Every output pixel is the sum over a window of all inputs, weighted: unrolled and then one matrix product. */
export function convolve(
	src: Planes,
	layer: Convolution,
	options: ConvolveOptions = {},
): Planes {
	const { inputs, outputs, kernel, stride, weight, bias } = layer;
	if (src.channels !== inputs)
		throw new RangeError(
			`the convolution takes ${inputs} channels, not ${src.channels}`,
		);
	const { rectify = false, add } = options;
	const dst = createPlanes(
		outputs,
		Math.ceil(src.height / stride),
		Math.ceil(src.width / stride),
	);
	const length = inputs * kernel * kernel;
	const size = dst.height * dst.width;
	const paddedSize = Math.ceil(size / TILE_PIXELS) * TILE_PIXELS;
	const paddedOutputs = Math.ceil(outputs / TILE_OUTPUTS) * TILE_OUTPUTS;
	// (1) Windows and weights in the order of the product.
	const sizes = {
		rows: paddedSize * length,
		weights: paddedOutputs * length,
		out: paddedOutputs * paddedSize,
	};
	const memory =
		openProduct(sizes.rows, sizes.weights, sizes.out) ?? plainMemory(sizes);
	unroll(src, kernel, stride, dst, memory.rows);
	for (let o = 0; o < outputs; o++) {
		const at = (o >> 2) * length * TILE_OUTPUTS + (o & 3);
		for (let k = 0; k < length; k++)
			memory.weights[at + k * TILE_OUTPUTS] = weight[o * length + k];
	}
	// (2) The product, tile by tile.
	const rowBytes = length * TILE_PIXELS * 4;
	const weightStart = memory.weights.byteOffset;
	const outStart = memory.out.byteOffset;
	for (let n = 0; n < paddedSize / TILE_PIXELS; n++)
		for (let o = 0; o < paddedOutputs / TILE_OUTPUTS; o++)
			memory.tile(
				n * rowBytes,
				weightStart + o * length * TILE_OUTPUTS * 4,
				outStart + (o * TILE_OUTPUTS * paddedSize + n * TILE_PIXELS) * 4,
				(n + 1) * rowBytes,
				paddedSize * 4,
			);
	// (3) What is added to it.
	for (let o = 0; o < outputs; o++)
		for (let n = 0; n < size; n++) {
			const at = o * size + n;
			const value =
				memory.out[o * paddedSize + n] + bias[o] + (add ? add.data[at] : 0);
			dst.data[at] = rectify && value < 0 ? 0 : value;
		}
	return dst;
}

/** For every eight output pixels their windows side by side: the first value of each, the second of each, … */
function unroll(
	{ channels, height, width, data }: Planes,
	kernel: number,
	stride: number,
	dst: Planes,
	rows: Float32Array, // [dst pixels / 8 × channels × kernel × kernel × 8] zeros at first
): void {
	const half = (kernel - 1) / 2;
	const length = channels * kernel * kernel;
	for (let y = 0; y < dst.height; y++)
		for (let x = 0; x < dst.width; x++) {
			const n = y * dst.width + x;
			let at =
				Math.floor(n / TILE_PIXELS) * length * TILE_PIXELS + (n % TILE_PIXELS);
			for (let c = 0; c < channels; c++)
				for (let j = 0; j < kernel; j++) {
					const row = y * stride + j - half;
					const isInside = row >= 0 && row < height;
					const base = (c * height + row) * width + x * stride - half;
					for (let i = 0; i < kernel; i++, at += TILE_PIXELS) {
						const column = x * stride + i - half;
						if (isInside && column >= 0 && column < width)
							rows[at] = data[base + i];
					}
				}
		}
}

/** The same product without vectors. */
export function plainMemory(sizes: Sizes): ProductMemory {
	const buffer = new ArrayBuffer((sizes.rows + sizes.weights + sizes.out) * 4);
	const all = new Float32Array(buffer);
	return {
		rows: new Float32Array(buffer, 0, sizes.rows),
		weights: new Float32Array(buffer, sizes.rows * 4, sizes.weights),
		out: new Float32Array(buffer, (sizes.rows + sizes.weights) * 4, sizes.out),
		tile(row, weight, out, rowEnd, outStep) {
			for (let o = 0; o < TILE_OUTPUTS; o++)
				for (let p = 0; p < TILE_PIXELS; p++) {
					let sum = 0;
					for (
						let r = row / 4 + p, w = weight / 4 + o;
						r < rowEnd / 4;
						r += TILE_PIXELS, w += TILE_OUTPUTS
					)
						sum += all[r] * all[w];
					all[(out + o * outStep) / 4 + p] = sum;
				}
			return 0;
		},
	};
}
