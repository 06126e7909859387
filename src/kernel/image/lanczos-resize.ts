/**
 * Lanczos resize of 8-bit pictures with the very numbers of Pillow's `resize(…, LANCZOS)`, which networks for
 * background removal were exported and are used with: weights of 22 bits, first across, then down, rounded to 8 bits
 * after each. Sides that do not change are left alone, as there.
 */
export function lanczosResize(
	src: Uint8Array | Uint8ClampedArray, // [height × width × channels]
	width: number,
	height: number,
	channels: number,
	toWidth: number,
	toHeight: number,
): Uint8Array /* [toHeight × toWidth × channels] */ {
	if (src.length !== width * height * channels)
		throw new RangeError(
			`${src.length} values are not ${height} × ${width} × ${channels}`,
		);
	if (!(toWidth >= 1 && toHeight >= 1))
		throw new RangeError(`cannot resize to ${toWidth} × ${toHeight}`);
	const wide =
		width === toWidth
			? src
			: across(src, width, height, channels, lanczosTaps(width, toWidth));
	if (height === toHeight) return Uint8Array.from(wide);
	return down(wide, toWidth * channels, lanczosTaps(height, toHeight));
}

/** Lobes of the filter on each side. */
const SUPPORT = 3;
const BITS = 22;
const HALF = 2 ** (BITS - 1);

interface Taps {
	readonly first: Int32Array; // [length] first source of each destination
	readonly count: Int32Array; // [length]
	readonly size: number; // weights kept per destination
	readonly weights: Int32Array; // [length × size] in 2^-22
}

function lanczosTaps(srcLength: number, length: number): Taps {
	const scale = srcLength / length;
	const stretch = Math.max(1, scale);
	const support = SUPPORT * stretch;
	const size = Math.ceil(support) * 2 + 1;
	const first = new Int32Array(length);
	const count = new Int32Array(length);
	const weights = new Int32Array(length * size);
	const line = new Float64Array(size);
	for (let k = 0; k < length; k++) {
		const centre = (k + 0.5) * scale;
		const from = Math.max(0, Math.trunc(centre - support + 0.5));
		const to = Math.min(srcLength, Math.trunc(centre + support + 0.5));
		let sum = 0;
		for (let s = from; s < to; s++) {
			line[s - from] = lanczos((s - centre + 0.5) / stretch);
			sum += line[s - from];
		}
		for (let t = 0; t < to - from; t++) {
			const weight = sum === 0 ? line[t] : line[t] / sum;
			weights[k * size + t] = Math.trunc(
				weight * 2 ** BITS + (weight < 0 ? -0.5 : 0.5),
			);
		}
		first[k] = from;
		count[k] = to - from;
	}
	return { first, count, size, weights };
}

function lanczos(x: number): number {
	if (!(x >= -SUPPORT && x < SUPPORT)) return 0;
	return sinc(x) * sinc(x / SUPPORT);
}

function sinc(x: number): number {
	if (x === 0) return 1;
	return Math.sin(x * Math.PI) / (x * Math.PI);
}

function across(
	src: Uint8Array | Uint8ClampedArray,
	width: number,
	height: number,
	channels: number,
	{ first, count, size, weights }: Taps,
): Uint8Array {
	const toWidth = first.length;
	const out = new Uint8Array(toWidth * height * channels);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < toWidth; x++) {
			const from = (y * width + first[x]) * channels;
			const to = (y * toWidth + x) * channels;
			for (let c = 0; c < channels; c++) {
				let sum = HALF;
				for (let t = 0; t < count[x]; t++)
					sum += src[from + t * channels + c] * weights[x * size + t];
				out[to + c] = clip(sum);
			}
		}
	return out;
}

function down(
	src: Uint8Array | Uint8ClampedArray,
	rowLength: number,
	{ first, count, size, weights }: Taps,
): Uint8Array {
	const toHeight = first.length;
	const out = new Uint8Array(toHeight * rowLength);
	const sums = new Float64Array(rowLength);
	for (let y = 0; y < toHeight; y++) {
		sums.fill(HALF);
		for (let t = 0; t < count[y]; t++) {
			const weight = weights[y * size + t];
			const from = (first[y] + t) * rowLength;
			for (let i = 0; i < rowLength; i++) sums[i] += src[from + i] * weight;
		}
		for (let i = 0; i < rowLength; i++) out[y * rowLength + i] = clip(sums[i]);
	}
	return out;
}

function clip(sum: number): number {
	const value = sum >> BITS;
	return value < 0 ? 0 : value > 255 ? 255 : value;
}
