export interface QuantizedWeight {
	/** The transpose, as 8-bit products take it. */
	readonly values: Int8Array; // [inputs × outputs] −127 to 127
	readonly scales: Float32Array; // [outputs] weight ≈ value · scale
}

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
	// A tile of outputs at a time: the transpose then writes runs instead of single bytes far apart.
	const TILE = 64;
	const inverse = new Float64Array(TILE);
	for (let first = 0; first < outputs; first += TILE) {
		const end = Math.min(outputs, first + TILE);
		for (let o = first; o < end; o++) {
			let largest = 0;
			const row = o * inputs;
			for (let i = 0; i < inputs; i++) {
				const size = Math.abs(weight[row + i]);
				if (size > largest) largest = size;
			}
			scales[o] = largest / 127;
			inverse[o - first] = largest > 0 ? 127 / largest : 0;
		}
		for (let i = 0; i < inputs; i++) {
			const to = i * outputs;
			for (let o = first; o < end; o++)
				values[to + o] = Math.round(
					weight[o * inputs + i] * inverse[o - first],
				);
		}
	}
	return { values, scales };
}
