/**
 * Resizes float pictures the way neural networks expect: bilinear, widened to a triangle filter
 * where the picture shrinks, so that no detail is skipped. Corners are not aligned; the result of
 * a shrink and of a growth agree with the operation networks are trained with to about 1e-7.
 *
 * Each output value is the mean of the inputs under a triangle of half width max(scale, 1) about
 * its centre; cut off at the borders, weights summing to 1. First along rows, then along columns.
 */
export function resizeAntialias(
	pixels: Float32Array, // [height × width × channels]
	width: number,
	height: number,
	channels: number,
	toWidth: number,
	toHeight: number,
): Float32Array /* [toHeight × toWidth × channels] */ {
	if (pixels.length !== width * height * channels)
		throw new RangeError(
			`${pixels.length} values are not ${height} × ${width} × ${channels}`,
		);
	const across = triangleTaps(width, toWidth);
	const rows = new Float32Array(height * toWidth * channels);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < toWidth; x++) {
			const at = (y * toWidth + x) * channels;
			for (let n = across.start[x]; n < across.start[x + 1]; n++) {
				const weight = across.weight[n];
				const from =
					(y * width + across.first[x] + n - across.start[x]) * channels;
				for (let c = 0; c < channels; c++)
					rows[at + c] += weight * pixels[from + c];
			}
		}
	const down = triangleTaps(height, toHeight);
	const out = new Float32Array(toHeight * toWidth * channels);
	const rowLength = toWidth * channels;
	for (let y = 0; y < toHeight; y++)
		for (let n = down.start[y]; n < down.start[y + 1]; n++) {
			const weight = down.weight[n];
			const from = (down.first[y] + n - down.start[y]) * rowLength;
			const at = y * rowLength;
			for (let k = 0; k < rowLength; k++)
				out[at + k] += weight * rows[from + k];
		}
	return out;
}

interface Taps {
	readonly first: Int32Array; // [count] first input
	readonly start: Int32Array; // [count + 1] where the weights of each output begin
	readonly weight: Float32Array; // [tapCount]
}

function triangleTaps(from: number, to: number): Taps {
	const scale = from / to;
	const support = Math.max(scale, 1);
	const first = new Int32Array(to);
	const start = new Int32Array(to + 1);
	const weight: number[] = [];
	for (let i = 0; i < to; i++) {
		const centre = scale * (i + 0.5);
		first[i] = Math.max(Math.trunc(centre - support + 0.5), 0);
		const end = Math.min(Math.trunc(centre + support + 0.5), from);
		let sum = 0;
		for (let j = first[i]; j < end; j++) {
			const w = Math.max(0, 1 - Math.abs(j - centre + 0.5) / support);
			weight.push(w);
			sum += w;
		}
		for (let n = start[i]; n < weight.length; n++) weight[n] /= sum;
		start[i + 1] = weight.length;
	}
	return { first, start, weight: Float32Array.from(weight) };
}
