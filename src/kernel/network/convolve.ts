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
	const { inputs, outputs, kernel, stride, bias } = layer;
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
	memory.rows.fill(0);
	unroll(src, kernel, stride, dst, memory.rows);
	memory.weights.set(inTiles(layer));
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
	const least = rectify ? 0 : Number.NEGATIVE_INFINITY;
	for (let o = 0; o < outputs; o++) {
		const from = o * paddedSize;
		const to = o * size;
		const shift = bias[o];
		for (let n = 0; n < size; n++) {
			const value = memory.out[from + n] + shift + (add ? add.data[to + n] : 0);
			dst.data[to + n] = value < least ? least : value;
		}
	}
	return dst;
}

const packed = new WeakMap<Convolution, Float32Array>();

/** A layer's weights in the order of the product: for every four outputs the first weight of each, the second, … */
function inTiles(
	layer: Convolution,
): Float32Array /* [outputs / 4 × length × 4] */ {
	const known = packed.get(layer);
	if (known) return known;
	const { outputs, weight } = layer;
	const length = weight.length / outputs;
	const out = new Float32Array(
		Math.ceil(outputs / TILE_OUTPUTS) * TILE_OUTPUTS * length,
	);
	for (let o = 0; o < outputs; o++) {
		const at =
			Math.floor(o / TILE_OUTPUTS) * length * TILE_OUTPUTS + (o % TILE_OUTPUTS);
		for (let k = 0; k < length; k++)
			out[at + k * TILE_OUTPUTS] = weight[o * length + k];
	}
	packed.set(layer, out);
	return out;
}

/** For every eight output pixels their windows side by side: the first value of each, the second of each, … */
function unroll(
	{ channels, height, width, data }: Planes,
	kernel: number,
	stride: number,
	dst: Planes,
	rows: Float32Array, // [dst pixels / 8 × channels × kernel × kernel × 8] zeros
): void {
	const half = (kernel - 1) / 2;
	const pixels = dst.height * dst.width;
	// Runs of pixels that lie in one row of the picture and in one tile.
	const run = Math.min(TILE_PIXELS, dst.width);
	const aligned = TILE_PIXELS % run === 0 && dst.width % run === 0 ? run : 1;
	const length = channels * kernel * kernel;
	for (let n = 0; n < pixels; n += aligned) {
		const y = Math.floor(n / dst.width);
		const x = (n - y * dst.width) * stride - half;
		let at =
			Math.floor(n / TILE_PIXELS) * length * TILE_PIXELS + (n % TILE_PIXELS);
		for (let c = 0; c < channels; c++)
			for (let j = 0; j < kernel; j++) {
				const row = y * stride + j - half;
				if (row < 0 || row >= height) {
					at += kernel * TILE_PIXELS;
					continue;
				}
				const base = (c * height + row) * width;
				for (let i = 0; i < kernel; i++, at += TILE_PIXELS) {
					const left = x + i;
					const first = left >= 0 ? 0 : Math.ceil(-left / stride);
					const room = Math.ceil((width - left) / stride);
					const end = room < aligned ? room : aligned;
					let from = base + left + first * stride;
					for (let to = at + first; to < at + end; to++, from += stride)
						rows[to] = data[from];
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
