/** Mixture of Gaussians over three-channel colours. */
export interface ColorMixture {
	readonly count: number;
	readonly weights: Float64Array; // [count] sum to 1
	readonly means: Float64Array; // [count × 3]
	readonly inverses: Float64Array; // [count × 6] inverse covariance: 00 01 02 11 12 22
	readonly logScales: Float64Array; // [count] log(weight) − ½ log det covariance
}

/** Variance added to every channel: sensor noise, and a floor for flat colours. */
const NOISE_VARIANCE = 2;

/**
 * Fits `count` Gaussians to the chosen pixels: repeated splitting of the widest group along its
 * longest axis (Orchard and Bouman, 1991), which needs no random start, then the groups' moments.
 */
export function fitColorMixture(
	colors: Float32Array, // [pixelCount × 3]
	pixels: Int32Array, // [n] indices of pixels
	count: number,
): ColorMixture {
	const group = new Uint8Array(pixels.length);
	let used = Math.min(count, pixels.length > 0 ? 1 : 0);
	const moments = new Float64Array(count * 10); // [count × 10] n, sums, products
	const axis = new Float64Array(3);
	while (used < count) {
		gatherMoments(colors, pixels, group, moments);
		let widest = -1;
		let widestSpread = 1e-6;
		for (let k = 0; k < used; k++) {
			const spread = longestAxis(moments, k, axis) * moments[k * 10];
			if (spread > widestSpread) {
				widestSpread = spread;
				widest = k;
			}
		}
		if (widest < 0) break;
		longestAxis(moments, widest, axis);
		const o = widest * 10;
		const n = moments[o];
		const at =
			(moments[o + 1] * axis[0] +
				moments[o + 2] * axis[1] +
				moments[o + 3] * axis[2]) /
			n;
		for (let i = 0; i < pixels.length; i++) {
			if (group[i] !== widest) continue;
			const c = pixels[i] * 3;
			const t =
				colors[c] * axis[0] + colors[c + 1] * axis[1] + colors[c + 2] * axis[2];
			if (t > at) group[i] = used;
		}
		used++;
	}
	gatherMoments(colors, pixels, group, moments);
	return fromMoments(moments, used);
}

/** Moves every chosen pixel to its likeliest Gaussian and fits again. */
export function refitColorMixture(
	mixture: ColorMixture,
	colors: Float32Array, // [pixelCount × 3]
	pixels: Int32Array, // [n]
): ColorMixture {
	const group = new Uint8Array(pixels.length);
	for (let i = 0; i < pixels.length; i++) {
		const c = pixels[i] * 3;
		let best = Number.NEGATIVE_INFINITY;
		for (let k = 0; k < mixture.count; k++) {
			const score = logDensity(
				mixture,
				k,
				colors[c],
				colors[c + 1],
				colors[c + 2],
			);
			if (score > best) {
				best = score;
				group[i] = k;
			}
		}
	}
	const moments = new Float64Array(mixture.count * 10);
	gatherMoments(colors, pixels, group, moments);
	return fromMoments(moments, mixture.count);
}

/** −log of the mixture's density, up to a constant, at the chosen pixels. */
export function mixtureCost(
	mixture: ColorMixture,
	colors: Float32Array, // [pixelCount × 3]
	pixels: Int32Array, // [n] indices of pixels
	out: Float32Array, // [pixelCount] written at `pixels`
): void {
	for (let n = 0; n < pixels.length; n++) {
		const i = pixels[n];
		const c = i * 3;
		// log-sum-exp over the components, by its largest two terms at least.
		let top = Number.NEGATIVE_INFINITY;
		let sum = 0;
		for (let k = 0; k < mixture.count; k++) {
			const s = logDensity(mixture, k, colors[c], colors[c + 1], colors[c + 2]);
			if (s > top) {
				sum = top - s > -20 ? sum * Math.exp(top - s) + 1 : 1;
				top = s;
			} else if (s - top > -20) sum += Math.exp(s - top);
		}
		out[i] = -(top + Math.log(sum));
	}
}

function logDensity(
	m: ColorMixture,
	k: number,
	a: number,
	b: number,
	c: number,
): number {
	const x = a - m.means[k * 3];
	const y = b - m.means[k * 3 + 1];
	const z = c - m.means[k * 3 + 2];
	const o = k * 6;
	const q = m.inverses;
	return (
		m.logScales[k] -
		0.5 *
			(q[o] * x * x +
				q[o + 3] * y * y +
				q[o + 5] * z * z +
				2 * (q[o + 1] * x * y + q[o + 2] * x * z + q[o + 4] * y * z))
	);
}

function gatherMoments(
	colors: Float32Array,
	pixels: Int32Array,
	group: Uint8Array,
	moments: Float64Array,
): void {
	moments.fill(0);
	for (let i = 0; i < pixels.length; i++) {
		const c = pixels[i] * 3;
		const o = group[i] * 10;
		const x = colors[c];
		const y = colors[c + 1];
		const z = colors[c + 2];
		moments[o]++;
		moments[o + 1] += x;
		moments[o + 2] += y;
		moments[o + 3] += z;
		moments[o + 4] += x * x;
		moments[o + 5] += x * y;
		moments[o + 6] += x * z;
		moments[o + 7] += y * y;
		moments[o + 8] += y * z;
		moments[o + 9] += z * z;
	}
}

/** Covariance of one group: 00 01 02 11 12 22. */
function covariance(moments: Float64Array, k: number): Float64Array /* [6] */ {
	const o = k * 10;
	const n = Math.max(1, moments[o]);
	const x = moments[o + 1] / n;
	const y = moments[o + 2] / n;
	const z = moments[o + 3] / n;
	return new Float64Array([
		moments[o + 4] / n - x * x,
		moments[o + 5] / n - x * y,
		moments[o + 6] / n - x * z,
		moments[o + 7] / n - y * y,
		moments[o + 8] / n - y * z,
		moments[o + 9] / n - z * z,
	]);
}

/** Largest variance of a group in any direction; writes that direction. Power iteration. */
function longestAxis(
	moments: Float64Array,
	k: number,
	axis: Float64Array, // [3] written
): number {
	const s = covariance(moments, k);
	let x = 1;
	let y = 0.7;
	let z = 0.4;
	let length = 0;
	for (let round = 0; round < 12; round++) {
		const a = s[0] * x + s[1] * y + s[2] * z;
		const b = s[1] * x + s[3] * y + s[4] * z;
		const c = s[2] * x + s[4] * y + s[5] * z;
		length = Math.sqrt(a * a + b * b + c * c);
		if (!(length > 1e-12)) return 0;
		x = a / length;
		y = b / length;
		z = c / length;
	}
	axis[0] = x;
	axis[1] = y;
	axis[2] = z;
	return length;
}

function fromMoments(moments: Float64Array, used: number): ColorMixture {
	let total = 0;
	for (let k = 0; k < used; k++) total += moments[k * 10];
	let count = 0;
	const weights = new Float64Array(used);
	const means = new Float64Array(used * 3);
	const inverses = new Float64Array(used * 6);
	const logScales = new Float64Array(used);
	for (let k = 0; k < used; k++) {
		const n = moments[k * 10];
		if (n === 0) continue;
		const s = covariance(moments, k);
		const a = s[0] + NOISE_VARIANCE;
		const b = s[1];
		const c = s[2];
		const d = s[3] + NOISE_VARIANCE;
		const e = s[4];
		const f = s[5] + NOISE_VARIANCE;
		const det = a * (d * f - e * e) - b * (b * f - c * e) + c * (b * e - c * d);
		weights[count] = n / total;
		means[count * 3] = moments[k * 10 + 1] / n;
		means[count * 3 + 1] = moments[k * 10 + 2] / n;
		means[count * 3 + 2] = moments[k * 10 + 3] / n;
		inverses.set(
			[
				(d * f - e * e) / det,
				(c * e - b * f) / det,
				(b * e - c * d) / det,
				(a * f - c * c) / det,
				(b * c - a * e) / det,
				(a * d - b * b) / det,
			],
			count * 6,
		);
		logScales[count] = Math.log(n / total) - 0.5 * Math.log(det);
		count++;
	}
	return { count, weights, means, inverses, logScales };
}
