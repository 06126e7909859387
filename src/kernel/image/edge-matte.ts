import type { Image, Mask } from "../../core/image.ts";
import { gaussianBlur } from "./gaussian-blur.ts";
import { resizePlanes } from "./resize.ts";
import { squaredDistance } from "./squared-distance.ts";
import { linearToSrgb, SRGB_TO_LINEAR } from "./srgb.ts";

/**
 * Soft coverage at full resolution from a hard set found on a smaller copy. Near the outline
 * each pixel is taken as a mix of the object's and the background's local colour, in linear
 * light, and solved for the share. Also takes the background's part out of the colour of mixed
 * pixels.
 */
export interface Matte {
	readonly mask: Mask;
	/** Same as the picture, but for the colours of mixed pixels. */
	readonly image: Image;
}

/** Half width of the band that is solved, pixels of the small copy. */
const BAND = 2.5;
/** Closer than this to the outline the mix alone decides, pixels of the small copy. */
const SURE_BAND = 1.25;
/** Spread of the local colour means, pixels of the small copy. */
const COLOR_SPREAD = 3;
/** Colour difference, linear, at which the mix and the smooth outline count the same. */
const WEAK_CONTRAST = 0.12;

export function edgeMatte(
	image: Image,
	set: Uint8Array, // [setHeight × setWidth] 1: object
	setWidth: number,
	setHeight: number,
	small: Image, // the picture at the size of `set`
): Matte {
	const { width, height } = image;
	const count = setWidth * setHeight;
	if (set.length !== count || small.data.length !== count * 4)
		throw new RangeError(
			`set and small copy are not ${setWidth} × ${setHeight}`,
		);

	// (1) Signed distance to the outline on the small copy, negative outside.
	const outside = new Uint8Array(count);
	for (let p = 0; p < count; p++) outside[p] = set[p] === 0 ? 1 : 0;
	const toOutside = squaredDistance(outside, setWidth, setHeight);
	const toInside = squaredDistance(set, setWidth, setHeight);
	const signed = new Float32Array(count);
	for (let p = 0; p < count; p++)
		signed[p] =
			set[p] !== 0
				? Math.min(99, Math.sqrt(toOutside[p])) - 0.5
				: 0.5 - Math.min(99, Math.sqrt(toInside[p]));
	const smooth = gaussianBlur(signed, setWidth, setHeight, 0.7);

	// (2) Local colours of both sides. Deep pixels count more; thin parts still have a colour.
	const inner = new Float32Array(count);
	const outer = new Float32Array(count);
	for (let p = 0; p < count; p++) {
		const d = Math.min(4, Math.abs(signed[p]));
		if (set[p] !== 0) inner[p] = d * d;
		else outer[p] = d * d;
	}
	const halfWidth = Math.max(2, Math.ceil(setWidth / 2));
	const halfHeight = Math.max(2, Math.ceil(setHeight / 2));
	const innerColor = localColor(small, inner, halfWidth, halfHeight);
	const outerColor = localColor(small, outer, halfWidth, halfHeight);

	// (3) The mix, along the outline only.
	const distance = resizePlanes(smooth, setWidth, setHeight, 1, width, height);
	const mask = { width, height, data: new Uint8Array(width * height) };
	const data = image.data.slice();
	const f = new Float32Array(3);
	const b = new Float32Array(3);
	const scaleX = halfWidth / width;
	const scaleY = halfHeight / height;
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const p = y * width + x;
			const d = distance[p];
			if (d >= BAND) mask.data[p] = 255;
			if (d >= BAND || d <= -BAND) continue;
			const u = (x + 0.5) * scaleX - 0.5;
			const v = (y + 0.5) * scaleY - 0.5;
			sampleColor(innerColor, halfWidth, halfHeight, u, v, f);
			sampleColor(outerColor, halfWidth, halfHeight, u, v, b);
			const s = p * 4;
			const r0 = SRGB_TO_LINEAR[image.data[s]];
			const g0 = SRGB_TO_LINEAR[image.data[s + 1]];
			const b0 = SRGB_TO_LINEAR[image.data[s + 2]];
			const dr = f[0] - b[0];
			const dg = f[1] - b[1];
			const db = f[2] - b[2];
			const contrast = dr * dr + dg * dg + db * db;
			const mixed = clamp01(
				((r0 - b[0]) * dr + (g0 - b[1]) * dg + (b0 - b[2]) * db) /
					Math.max(1e-6, contrast),
			);
			const prior = clamp01(0.5 + d);
			const trust = contrast / (contrast + WEAK_CONTRAST * WEAK_CONTRAST);
			let alpha = prior + (mixed - prior) * trust;
			const far = Math.abs(d) - SURE_BAND;
			if (far > 0)
				alpha += ((d > 0 ? 1 : 0) - alpha) * (far / (BAND - SURE_BAND));
			// The last few per cent are noise.
			alpha = clamp01((alpha - 0.04) / 0.92);
			mask.data[p] = Math.round(alpha * 255);
			if (alpha <= 0 || alpha >= 0.98) continue;
			// (4) C = alpha F + (1 − alpha) B, solved for F; where little of F is in it, the mean F.
			const own = Math.min(1, Math.max(0, (alpha - 0.25) / 0.5));
			data[s] = linearToSrgb(cleaned(r0, b[0], f[0], alpha, own));
			data[s + 1] = linearToSrgb(cleaned(g0, b[1], f[1], alpha, own));
			data[s + 2] = linearToSrgb(cleaned(b0, b[2], f[2], alpha, own));
		}
	return { mask, image: { width, height, data } };
}

function cleaned(
	seen: number,
	behind: number,
	mean: number,
	alpha: number,
	own: number,
): number {
	const solved = clamp01((seen - (1 - alpha) * behind) / Math.max(0.05, alpha));
	return mean + (solved - mean) * own;
}

function clamp01(value: number): number {
	return value < 0 ? 0 : value > 1 ? 1 : value;
}

/** Weighted mean colour around every pixel; far from all weight, the mean of the whole. */
function localColor(
	small: Image,
	weight: Float32Array, // [height × width]
	halfWidth: number,
	halfHeight: number,
): Float32Array /* [halfHeight × halfWidth × 3] linear */ {
	const { width, height } = small;
	const weighted = new Float32Array(width * height * 4);
	for (let p = 0; p < weight.length; p++) {
		const w = weight[p];
		if (w === 0) continue;
		for (let c = 0; c < 3; c++)
			weighted[p * 4 + c] = w * SRGB_TO_LINEAR[small.data[p * 4 + c]];
		weighted[p * 4 + 3] = w;
	}
	// The mean is smooth: half the size is enough for it.
	const half = resizePlanes(weighted, width, height, 4, halfWidth, halfHeight);
	const count = halfWidth * halfHeight;
	const sigma = (COLOR_SPREAD * halfWidth) / width;
	const out = new Float32Array(count * 3);
	const plane = new Float32Array(count);
	let total = 0;
	for (let p = 0; p < count; p++) {
		plane[p] = half[p * 4 + 3];
		total += plane[p];
	}
	const near = gaussianBlur(plane, halfWidth, halfHeight, sigma);
	for (let c = 0; c < 3; c++) {
		let sum = 0;
		for (let p = 0; p < count; p++) {
			plane[p] = half[p * 4 + c];
			sum += plane[p];
		}
		const mean = total > 0 ? sum / total : 0;
		const nearSum = gaussianBlur(plane, halfWidth, halfHeight, sigma);
		for (let p = 0; p < count; p++)
			out[p * 3 + c] = (nearSum[p] + mean * 1e-4) / (near[p] + 1e-4);
	}
	return out;
}

function sampleColor(
	planes: Float32Array, // [height × width × 3]
	width: number,
	height: number,
	u: number,
	v: number,
	out: Float32Array, // [3] written
): void {
	const x = Math.min(width - 1, Math.max(0, u));
	const y = Math.min(height - 1, Math.max(0, v));
	const x0 = Math.min(width - 2, Math.floor(x));
	const y0 = Math.min(height - 2, Math.floor(y));
	const fx = x - x0;
	const fy = y - y0;
	const a = (y0 * width + x0) * 3;
	const b = a + width * 3;
	for (let c = 0; c < 3; c++)
		out[c] =
			(planes[a + c] * (1 - fx) + planes[a + 3 + c] * fx) * (1 - fy) +
			(planes[b + c] * (1 - fx) + planes[b + 3 + c] * fx) * fy;
}
