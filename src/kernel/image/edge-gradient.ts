/** Sobel gradient length of interleaved channels, root of the sum over channels; per pixel. */
export function edgeGradient(
	src: Float32Array, // [height × width × channels]
	width: number,
	height: number,
	channels: number,
): Float32Array /* [height × width] */ {
	if (src.length !== width * height * channels)
		throw new RangeError(
			`${src.length} values are not ${width} × ${height} × ${channels}`,
		);
	const out = new Float32Array(width * height);
	for (let y = 0; y < height; y++) {
		const up = (y > 0 ? y - 1 : y) * width;
		const mid = y * width;
		const low = (y + 1 < height ? y + 1 : y) * width;
		for (let x = 0; x < width; x++) {
			const l = x > 0 ? x - 1 : x;
			const r = x + 1 < width ? x + 1 : x;
			let sum = 0;
			for (let c = 0; c < channels; c++) {
				const a = src[(up + l) * channels + c];
				const b = src[(up + x) * channels + c];
				const d = src[(up + r) * channels + c];
				const e = src[(mid + l) * channels + c];
				const f = src[(mid + r) * channels + c];
				const g = src[(low + l) * channels + c];
				const h = src[(low + x) * channels + c];
				const k = src[(low + r) * channels + c];
				const gx = (d + 2 * f + k - a - 2 * e - g) / 8;
				const gy = (g + 2 * h + k - a - 2 * b - d) / 8;
				sum += gx * gx + gy * gy;
			}
			out[mid + x] = Math.sqrt(sum);
		}
	}
	return out;
}
