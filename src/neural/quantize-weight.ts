export interface QuantizedWeight {
	/** The transpose, as 8-bit products take it. */
	readonly values: Int8Array; // [inputs × outputs] −127 to 127
	readonly scales: Float32Array; // [outputs] weight ≈ value · scale
}

const TILE = 64;
/** Adding it leaves no bits for a fraction: the sum is rounded to the nearest whole number, to even ones between. */
const ROUND = 1.5 * 2 ** 52;

/**
 * Rounds a weight [outputs × inputs] to 8 bits, each output with a scale of its own: the largest weight becomes ±127.
 * Symmetric, so that zero stays zero.
 */
export function quantizeWeight(
	weight: Float32Array, // [outputs × inputs]
	outputs: number,
	inputs: number,
): QuantizedWeight {
	if (weight.length !== outputs * inputs)
		throw new RangeError(`${weight.length} weights for ${outputs} × ${inputs}`);
	const values = new Int8Array(weight.length);
	const scales = new Float32Array(outputs);
	const inverse = new Float64Array(outputs);
	for (let o = 0; o < outputs; o++) {
		let largest = 0;
		for (let at = o * inputs; at < (o + 1) * inputs; at++) {
			const size = Math.abs(weight[at]);
			if (size > largest) largest = size;
		}
		scales[o] = largest / 127;
		inverse[o] = largest > 0 ? 127 / largest : 0;
	}
	// By tiles that stay in the first cache: rows of a matrix whose width is a power of two all fall on the same lines
	// there, and turning it over element by element takes ten times as long.
	const tile = new Int8Array(TILE * TILE); // [inputs × outputs] of the tile
	for (let o0 = 0; o0 < outputs; o0 += TILE) {
		const high = Math.min(TILE, outputs - o0);
		for (let i0 = 0; i0 < inputs; i0 += TILE) {
			const wide = Math.min(TILE, inputs - i0);
			for (let o = 0; o < high; o++) {
				const scale = inverse[o0 + o];
				const from = (o0 + o) * inputs + i0;
				for (let i = 0; i < wide; i++)
					tile[i * TILE + o] = weight[from + i] * scale + ROUND - ROUND;
			}
			for (let i = 0; i < wide; i++) {
				const to = (i0 + i) * outputs + o0;
				for (let o = 0; o < high; o++) values[to + o] = tile[i * TILE + o];
			}
		}
	}
	return { values, scales };
}
