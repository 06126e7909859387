/** Sharpness of the cubic kernel, as PyTorch has it. */
const A = -0.75;

/**
 * Stretches learned positions [from × from × C] to another grid [to × to × C]: bicubic, half-pixel centres, border
 * repeated. `legacy` is what transformers 4.35 does, which the official code was trained and run with: it divides by
 * to + 0.1, so that every sample lies a little off.
 */
export function resizePositions(
	positions: Float32Array, // [from × from × channels]
	from: number,
	to: number,
	channels: number,
	form: "legacy" | "exact",
): Float32Array {
	if (positions.length !== from * from * channels)
		throw new RangeError(
			`${positions.length} positions for a grid of ${from} × ${from} × ${channels}`,
		);
	if (from === to) return positions;
	const scale = from / (form === "legacy" ? to + 0.1 : to);
	const wide = new Float64Array(from * to * channels); // [from × to × channels]
	for (let column = 0; column < to; column++) {
		const { taps, weights } = cubicTaps((column + 0.5) * scale - 0.5, from);
		for (let row = 0; row < from; row++)
			for (let t = 0; t < 4; t++) {
				const source = (row * from + taps[t]) * channels;
				const target = (row * to + column) * channels;
				for (let c = 0; c < channels; c++)
					wide[target + c] += weights[t] * positions[source + c];
			}
	}
	const out = new Float32Array(to * to * channels);
	const sums = new Float64Array(to * channels);
	for (let row = 0; row < to; row++) {
		const { taps, weights } = cubicTaps((row + 0.5) * scale - 0.5, from);
		sums.fill(0);
		for (let t = 0; t < 4; t++) {
			const source = taps[t] * to * channels;
			for (let i = 0; i < sums.length; i++)
				sums[i] += weights[t] * wide[source + i];
		}
		out.set(sums, row * to * channels);
	}
	return out;
}

/** The four samples around a coordinate and their shares (Keys, 1981). */
function cubicTaps(
	at: number,
	size: number,
): { taps: number[]; weights: number[] } {
	const base = Math.floor(at);
	const t = at - base;
	const near = (x: number): number => ((A + 2) * x - (A + 3)) * x * x + 1;
	const far = (x: number): number => ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
	return {
		taps: [-1, 0, 1, 2].map((k) => Math.min(size - 1, Math.max(0, base + k))),
		weights: [far(t + 1), near(t), near(1 - t), far(2 - t)],
	};
}
