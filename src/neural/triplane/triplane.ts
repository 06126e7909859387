import { createRowMixer, setTerm } from "../../kernel/network/row-mixer.ts";

// C channels of a plane, S side of a plane, H neurons of the decoder's first layer

/** Features on three planes; the decoder sees the three samples of a point one after the other. */
export interface Triplane {
	/** Planes xy, xz and yz: the first coordinate is the column, the second the row. */
	readonly codes: Float32Array; // [3 × C × S × S]
	readonly channels: number; // C
	readonly side: number; // S
	/** The planes cover −radius…radius of each axis, world units. */
	readonly radius: number;
}

/** One linear layer of the decoder, weights as checkpoints hold them. */
export interface DenseLayer {
	readonly weight: Float32Array; // [out × in]
	readonly bias: Float32Array; // [out]
}

/**
 * The planes after the decoder's first linear layer: because it is linear and sampling is too, it
 * may come first. Three sums of H values then stand for 3 C samples and a matrix.
 */
export interface SummedPlanes {
	readonly values: Float32Array; // [3 × S × S × H] plane, row, column, neuron
	readonly bias: Float32Array; // [H]
	readonly side: number;
	readonly radius: number;
}

export function sumPlanes(
	{ codes, channels, side, radius }: Triplane,
	first: DenseLayer,
): SummedPlanes {
	const neurons = first.bias.length;
	const inputs = 3 * channels;
	if (first.weight.length !== neurons * inputs)
		throw new RangeError(
			`the first layer has ${first.weight.length} weights, not ${neurons} × ${inputs}`,
		);
	const area = side * side;
	const values = new Float32Array(3 * area * neurons);
	// Columns of the matrix are summed, each as often as a pixel's code says.
	const mixer = createRowMixer(neurons, inputs + side, side * channels);
	for (let h = 0; h < neurons; h++)
		for (let column = 0; column < inputs; column++)
			mixer.rows[column * neurons + h] = first.weight[h * inputs + column];
	const line = mixer.rows.subarray(inputs * neurons);
	for (let plane = 0; plane < 3; plane++)
		for (let y = 0; y < side; y++) {
			for (let x = 0, term = 0; x < side; x++)
				for (let c = 0; c < channels; c++, term++) {
					const column = plane * channels + c;
					const code = codes[(column * side + y) * side + x];
					setTerm(mixer, term, column, code);
				}
			mixer.mix(side, channels, inputs);
			values.set(line, (plane * area + y * side) * neurons);
		}
	return { values, bias: first.bias, side, radius };
}

/**
 * What the decoder's first neurons receive at any points: bilinear samples of the three planes,
 * pixel centres at +0.5, nothing beyond their edges. The plain version of `createPlaneSampler`.
 */
export function sampleSummed(
	{ values, bias, side, radius }: SummedPlanes,
	points: Float32Array, // [count × 3] world units
	out: Float32Array, // [count × H]
	count: number,
): void {
	const neurons = bias.length;
	for (let n = 0; n < count; n++) {
		const at = n * neurons;
		for (let h = 0; h < neurons; h++) out[at + h] = bias[h];
		for (let plane = 0; plane < 3; plane++) {
			const first = points[n * 3 + (plane === 2 ? 1 : 0)];
			const second = points[n * 3 + (plane === 0 ? 1 : 2)];
			const x = ((first / radius + 1) * side - 1) / 2;
			const y = ((second / radius + 1) * side - 1) / 2;
			const x0 = Math.floor(x);
			const y0 = Math.floor(y);
			if (!(x0 >= -1 && y0 >= -1 && x0 < side && y0 < side)) continue;
			// Pixels off the plane weigh nothing; which pixel stands in for them does not matter.
			const right = x0 + 1 < side ? x - x0 : 0;
			const left = x0 >= 0 ? 1 - (x - x0) : 0;
			const lower = y0 + 1 < side ? y - y0 : 0;
			const upper = y0 >= 0 ? 1 - (y - y0) : 0;
			const c0 = Math.max(0, x0);
			const c1 = Math.min(side - 1, x0 + 1);
			const r0 = (plane * side + Math.max(0, y0)) * side;
			const r1 = (plane * side + Math.min(side - 1, y0 + 1)) * side;
			const i00 = (r0 + c0) * neurons;
			const i01 = (r0 + c1) * neurons;
			const i10 = (r1 + c0) * neurons;
			const i11 = (r1 + c1) * neurons;
			const w00 = upper * left;
			const w01 = upper * right;
			const w10 = lower * left;
			const w11 = lower * right;
			for (let h = 0; h < neurons; h++)
				out[at + h] +=
					w00 * values[i00 + h] +
					w01 * values[i01 + h] +
					w10 * values[i10 + h] +
					w11 * values[i11 + h];
		}
	}
}
