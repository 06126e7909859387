import type { Image, Mask } from "../../core/image.ts";
import { linearToSrgb, SRGB_TO_LINEAR } from "./srgb.ts";

/**
 * Resizes a picture: area average where it shrinks, bilinear where it grows.
 * Averages linear light, weighted by alpha, so edges neither darken nor fringe.
 */
export function resizeImage(src: Image, width: number, height: number): Image {
	checkSize(src.data.length, src.width * src.height * 4, width, height);
	if (width === src.width && height === src.height)
		return { width, height, data: src.data.slice() };
	// Row by row: a picture of many megapixels never becomes floating point as a whole.
	const row = new Float32Array(src.width * 4); // linear, premultiplied
	const narrow = width === src.width ? row : new Float32Array(width * 4);
	const dst = new Float32Array(width * height * 4); // [height × width × 4] the same
	const across = taps(src.width, width);
	const { starts, sources, weights } = taps(src.height, height);
	const uses = new Int32Array(src.height + 1); // which taps read each row
	for (let t = 0; t < sources.length; t++) uses[sources[t] + 1]++;
	for (let y = 0; y < src.height; y++) uses[y + 1] += uses[y];
	const useRow = new Int32Array(sources.length);
	const useWeight = new Float32Array(sources.length);
	const filled = uses.slice();
	for (let k = 0; k < height; k++)
		for (let t = starts[k]; t < starts[k + 1]; t++) {
			const at = filled[sources[t]]++;
			useRow[at] = k;
			useWeight[at] = weights[t];
		}
	for (let y = 0; y < src.height; y++) {
		const from = y * src.width * 4;
		for (let i = 0; i < row.length; i += 4) {
			const alpha = src.data[from + i + 3] / 255;
			row[i] = SRGB_TO_LINEAR[src.data[from + i]] * alpha;
			row[i + 1] = SRGB_TO_LINEAR[src.data[from + i + 1]] * alpha;
			row[i + 2] = SRGB_TO_LINEAR[src.data[from + i + 2]] * alpha;
			row[i + 3] = alpha;
		}
		if (width !== src.width) narrowRow(row, across, narrow);
		for (let t = uses[y]; t < uses[y + 1]; t++) {
			const to = useRow[t] * width * 4;
			const weight = useWeight[t];
			for (let i = 0; i < narrow.length; i++) dst[to + i] += narrow[i] * weight;
		}
	}
	const data = new Uint8ClampedArray(width * height * 4);
	for (let d = 0; d < data.length; d += 4) {
		const alpha = dst[d + 3];
		if (!(alpha > 0)) continue;
		data[d] = linearToSrgb(dst[d] / alpha);
		data[d + 1] = linearToSrgb(dst[d + 1] / alpha);
		data[d + 2] = linearToSrgb(dst[d + 2] / alpha);
		data[d + 3] = Math.round(alpha * 255);
	}
	return { width, height, data };
}

/** Resizes coverage: area average where it shrinks, bilinear where it grows. */
export function resizeMask(src: Mask, width: number, height: number): Mask {
	checkSize(src.data.length, src.width * src.height, width, height);
	const planes = Float32Array.from(src.data);
	const dst = resizePlanes(planes, src.width, src.height, 1, width, height);
	const data = new Uint8Array(width * height);
	for (let i = 0; i < data.length; i++) data[i] = Math.round(dst[i]);
	return { width, height, data };
}

/** Resizes interleaved planes of plain numbers, one axis after the other. */
export function resizePlanes(
	src: Float32Array, // [srcHeight × srcWidth × channels]
	srcWidth: number,
	srcHeight: number,
	channels: number,
	width: number,
	height: number,
): Float32Array /* [height × width × channels] */ {
	const wide = resizeAxis(src, srcHeight, srcWidth, channels, width);
	// Columns are rows of one long pixel.
	return resizeAxis(wide, 1, srcHeight, channels * width, height);
}

/** Resizes the middle axis of [outer × length × inner]. */
function resizeAxis(
	src: Float32Array, // [outer × srcLength × inner]
	outer: number,
	srcLength: number,
	inner: number,
	length: number,
	{ starts, sources, weights }: Taps = taps(srcLength, length),
): Float32Array /* [outer × length × inner] */ {
	if (srcLength === length) return src;
	const dst = new Float32Array(outer * length * inner);
	for (let o = 0; o < outer; o++)
		for (let k = 0; k < length; k++) {
			const d = (o * length + k) * inner;
			if (inner === 1) {
				let sum = 0;
				for (let t = starts[k]; t < starts[k + 1]; t++)
					sum = Math.fround(sum + src[o * srcLength + sources[t]] * weights[t]);
				dst[d] = sum;
				continue;
			}
			for (let t = starts[k]; t < starts[k + 1]; t++) {
				const s = (o * srcLength + sources[t]) * inner;
				const weight = weights[t];
				for (let c = 0; c < inner; c++) dst[d + c] += src[s + c] * weight;
			}
		}
	return dst;
}

/** One row of four channels; the same numbers as `resizeAxis`, in half the time. */
function narrowRow(
	src: Float32Array, // [srcLength × 4]
	{ starts, sources, weights }: Taps,
	dst: Float32Array, // [length × 4] written
): void {
	const round = Math.fround;
	for (let k = 0; k + 1 < starts.length; k++) {
		let a = 0;
		let b = 0;
		let c = 0;
		let d = 0;
		for (let t = starts[k]; t < starts[k + 1]; t++) {
			const s = sources[t] * 4;
			const weight = weights[t];
			a = round(a + src[s] * weight);
			b = round(b + src[s + 1] * weight);
			c = round(c + src[s + 2] * weight);
			d = round(d + src[s + 3] * weight);
		}
		dst[k * 4] = a;
		dst[k * 4 + 1] = b;
		dst[k * 4 + 2] = c;
		dst[k * 4 + 3] = d;
	}
}

/** Which sources, with which weight, make up each destination. Weights of one sum to 1. */
interface Taps {
	readonly starts: Int32Array; // [length + 1] where the taps of each destination begin
	readonly sources: Int32Array;
	readonly weights: Float32Array;
}

function taps(srcLength: number, length: number): Taps {
	const scale = srcLength / length;
	const starts = new Int32Array(length + 1);
	const sources: number[] = [];
	const weights: number[] = [];
	for (let k = 0; k < length; k++) {
		starts[k] = sources.length;
		if (scale <= 1) {
			const centre = (k + 0.5) * scale - 0.5;
			const first = Math.floor(centre);
			const share = centre - first;
			sources.push(Math.max(0, first), Math.min(srcLength - 1, first + 1));
			weights.push(1 - share, share);
			continue;
		}
		const from = k * scale;
		const to = Math.min(srcLength, (k + 1) * scale);
		for (let s = Math.floor(from); s < to; s++) {
			const part = Math.min(to, s + 1) - Math.max(from, s);
			if (part <= 1e-9) continue;
			sources.push(s);
			weights.push(part / (to - from));
		}
	}
	starts[length] = sources.length;
	return {
		starts,
		sources: Int32Array.from(sources),
		weights: Float32Array.from(weights),
	};
}

function checkSize(
	length: number,
	wanted: number,
	width: number,
	height: number,
): void {
	if (length !== wanted)
		throw new RangeError(`data has ${length} entries, its size says ${wanted}`);
	if (!(width >= 1 && height >= 1))
		throw new RangeError(`cannot resize to ${width} × ${height}`);
}
