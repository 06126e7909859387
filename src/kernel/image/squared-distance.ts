/**
 * Exact squared Euclidean distance of every pixel to the nearest set pixel, in linear time.
 * Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", 2012.
 */
export function squaredDistance(
	set: Uint8Array, // [height × width] non-zero: distance 0
	width: number,
	height: number,
): Float32Array /* [height × width] pixels²; 1e9 and more where nothing is set */ {
	if (set.length !== width * height)
		throw new RangeError(`${set.length} pixels are not ${width} × ${height}`);
	const FAR = 1e9;
	const out = new Float32Array(width * height);
	for (let i = 0; i < out.length; i++) out[i] = set[i] !== 0 ? 0 : FAR;
	const longest = Math.max(width, height);
	const line = new Float64Array(longest);
	const apex = new Int32Array(longest); // pixels whose parabola is on the lower envelope
	const border = new Float64Array(longest + 1); // where each takes over from the one before
	for (let pass = 0; pass < 2; pass++) {
		const length = pass === 0 ? height : width;
		const step = pass === 0 ? width : 1;
		const lineCount = pass === 0 ? width : height;
		const lineStep = pass === 0 ? 1 : width;
		for (let l = 0; l < lineCount; l++) {
			const base = l * lineStep;
			for (let q = 0; q < length; q++) line[q] = out[base + q * step];
			let k = 0;
			apex[0] = 0;
			border[0] = Number.NEGATIVE_INFINITY;
			border[1] = Number.POSITIVE_INFINITY;
			for (let q = 1; q < length; q++) {
				let s = 0;
				for (;;) {
					const p = apex[k];
					s = (line[q] + q * q - line[p] - p * p) / (2 * (q - p));
					if (s > border[k]) break;
					k--;
				}
				k++;
				apex[k] = q;
				border[k] = s;
				border[k + 1] = Number.POSITIVE_INFINITY;
			}
			for (let q = 0, e = 0; q < length; q++) {
				while (border[e + 1] < q) e++;
				const p = apex[e];
				out[base + q * step] = (q - p) * (q - p) + line[p];
			}
		}
	}
	return out;
}
