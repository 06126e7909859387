/** Gaussian blur of one plane; the picture's border is repeated outwards. */
export function gaussianBlur(
	src: Float32Array, // [height × width]
	width: number,
	height: number,
	sigma: number, // pixels
): Float32Array /* [height × width] */ {
	if (src.length !== width * height)
		throw new RangeError(`${src.length} pixels are not ${width} × ${height}`);
	if (!(sigma > 0)) return src.slice();
	const radius = Math.max(1, Math.ceil(sigma * 3));
	const kernel = new Float32Array(radius * 2 + 1);
	let total = 0;
	for (let k = -radius; k <= radius; k++) {
		kernel[k + radius] = Math.exp(-(k * k) / (2 * sigma * sigma));
		total += kernel[k + radius];
	}
	for (let k = 0; k < kernel.length; k++) kernel[k] /= total;

	const wide = new Float32Array(src.length);
	const line = new Float32Array(width + 2 * radius); // one row, its ends repeated
	for (let y = 0; y < height; y++) {
		const row = y * width;
		line.fill(src[row], 0, radius);
		line.set(src.subarray(row, row + width), radius);
		line.fill(src[row + width - 1], radius + width);
		for (let k = 0; k < kernel.length; k++) {
			const weight = kernel[k];
			for (let x = 0; x < width; x++) wide[row + x] += weight * line[x + k];
		}
	}
	const out = new Float32Array(src.length);
	for (let y = 0; y < height; y++)
		for (let k = -radius; k <= radius; k++) {
			let j = y + k;
			if (j < 0) j = 0;
			else if (j >= height) j = height - 1;
			const weight = kernel[k + radius];
			const from = j * width;
			const to = y * width;
			for (let x = 0; x < width; x++) out[to + x] += weight * wide[from + x];
		}
	return out;
}
