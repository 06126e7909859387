/**
 * Height of the union of all balls that fit inside the outline with their centres in its plane:
 * h²(p) = max over q of d²(q) − |p − q|², exact, one axis after the other.
 *
 * Twarog, Tappen and Adelson, "Playing with Puffball", 2012; the transform is the upper envelope
 * of parabolas of Felzenszwalb and Huttenlocher, 2012.
 */
export function inflatePuffball(
	distance: Float32Array, // [size × size] signed, pixels, negative inside
	size: number,
): Float32Array /* [size × size] h², pixels², 0 outside */ {
	const out = new Float32Array(size * size);
	for (let n = 0; n < out.length; n++)
		out[n] = distance[n] < 0 ? distance[n] ** 2 : 0;
	const line = new Float64Array(size);
	const apex = new Int32Array(size); // parabolas on the envelope
	const border = new Float64Array(size + 1); // where each takes over from the one before
	for (let pass = 0; pass < 2; pass++) {
		const step = pass === 0 ? 1 : size;
		const lineStep = pass === 0 ? size : 1;
		for (let l = 0; l < size; l++) {
			for (let q = 0; q < size; q++) line[q] = out[l * lineStep + q * step];
			let k = 0;
			apex[0] = 0;
			border[0] = Number.NEGATIVE_INFINITY;
			border[1] = Number.POSITIVE_INFINITY;
			for (let q = 1; q < size; q++) {
				let takeOver = 0;
				for (;;) {
					const p = apex[k];
					takeOver = (q * q - p * p + line[p] - line[q]) / (2 * (q - p));
					if (takeOver > border[k]) break;
					k--;
				}
				k++;
				apex[k] = q;
				border[k] = takeOver;
				border[k + 1] = Number.POSITIVE_INFINITY;
			}
			for (let q = 0, e = 0; q < size; q++) {
				while (border[e + 1] < q) e++;
				out[l * lineStep + q * step] = line[apex[e]] - (q - apex[e]) ** 2;
			}
		}
	}
	for (let n = 0; n < out.length; n++)
		out[n] = distance[n] < 0 ? Math.max(0, out[n]) : 0;
	return out;
}
