import {
	createImage,
	createMask,
	type Image,
	type Mask,
} from "../../core/image.ts";
import type { Verdict, ViewFidelity } from "../../core/report.ts";
import { psnrDb } from "./psnr.ts";
import { silhouetteIou } from "./silhouette-iou.ts";
import { ssim } from "./ssim.ts";

/** sRGB value both pictures are laid on. */
const MID_GREY = 128;
/** Mean difference of the channels that the difference picture draws in its last colour. */
const FULL_SCALE = 64;

/** Everything of `ViewFidelity` that pixels can say. */
export type PictureFidelity = Omit<ViewFidelity, "label" | "name">;

export interface PictureComparison {
	readonly fidelity: PictureFidelity;
	/**
	 * For a person: where both show the object, white means equal, and yellow, red, dark red a growing difference
	 * (dark red: a quarter of the full range or more). Blue: object in the input only. Violet: in the render only.
	 * Grey: background.
	 */
	readonly difference: Image;
}

/** Compares an input picture and its mask with the result rendered from the same camera (straight alpha). */
export function comparePictures(
	input: Image,
	mask: Mask,
	rendered: Image,
): PictureComparison {
	const { width, height } = input;
	for (const other of [mask, rendered])
		if (other.width !== width || other.height !== height)
			throw new RangeError(
				`input is ${width} × ${height}, what it is compared with ${other.width} × ${other.height}`,
			);
	const renderedMask = createMask(width, height);
	const union = new Uint8Array(width * height);
	const renderedAlpha = renderedMask.data;
	const inputAlpha = mask.data;
	for (let i = 0; i < union.length; i++) {
		const alpha = rendered.data[i * 4 + 3];
		renderedAlpha[i] = alpha;
		union[i] = inputAlpha[i] >= 128 || alpha >= 128 ? 1 : 0;
	}
	const a = layOnGrey(input, mask);
	const b = layOnGrey(rendered, renderedMask);
	const whole = psnrDb(a, b);
	const similarity = ssim(a, b);
	return {
		fidelity: {
			psnrDb: whole,
			foregroundPsnrDb: psnrDb(a, b, union),
			ssim: similarity,
			silhouetteIou: silhouetteIou(mask, renderedMask),
			verdict: fidelityVerdict(whole, similarity),
		},
		difference: drawDifference(a, b, mask, renderedMask),
	};
}

/** Both must hold: 25 dB and 0.85 to pass, 20 dB and 0.75 to pass with a warning. */
export function fidelityVerdict(psnr: number, similarity: number): Verdict {
	if (psnr >= 25 && similarity >= 0.85) return "pass";
	if (psnr >= 20 && similarity >= 0.75) return "warn";
	return "fail";
}

function layOnGrey({ width, height, data: src }: Image, mask: Mask): Image {
	const out = createImage(width, height);
	const { data } = out;
	const coverage = mask.data;
	for (let i = 0, o = 0; i < coverage.length; i++, o += 4) {
		const alpha = coverage[i];
		data[o + 3] = 255;
		if (alpha === 255) {
			data[o] = src[o];
			data[o + 1] = src[o + 1];
			data[o + 2] = src[o + 2];
		} else if (alpha === 0) {
			data[o] = MID_GREY;
			data[o + 1] = MID_GREY;
			data[o + 2] = MID_GREY;
		} else {
			const share = alpha / 255;
			data[o] = MID_GREY + (src[o] - MID_GREY) * share;
			data[o + 1] = MID_GREY + (src[o + 1] - MID_GREY) * share;
			data[o + 2] = MID_GREY + (src[o + 2] - MID_GREY) * share;
		}
	}
	return out;
}

// sRGB colours of the difference picture.
const BACKGROUND = [232, 232, 232] as const;
const INPUT_ONLY = [0, 114, 178] as const;
const RENDER_ONLY = [155, 80, 190] as const;
/** At 0, 1/3, 2/3 and all of the full scale. */
const RAMP = [
	[255, 255, 255],
	[255, 214, 90],
	[220, 60, 30],
	[80, 0, 10],
] as const;

function drawDifference(a: Image, b: Image, maskA: Mask, maskB: Mask): Image {
	const out = createImage(a.width, a.height);
	const { data } = out;
	const [dataA, dataB, alphaA, alphaB] = [
		a.data,
		b.data,
		maskA.data,
		maskB.data,
	];
	for (let i = 0, o = 0; i < alphaA.length; i++, o += 4) {
		const inA = alphaA[i] >= 128;
		const inB = alphaB[i] >= 128;
		data[o + 3] = 255;
		if (inA !== inB || !inA) {
			const color = inA ? INPUT_ONLY : inB ? RENDER_ONLY : BACKGROUND;
			data[o] = color[0];
			data[o + 1] = color[1];
			data[o + 2] = color[2];
			continue;
		}
		const sum =
			Math.abs(dataA[o] - dataB[o]) +
			Math.abs(dataA[o + 1] - dataB[o + 1]) +
			Math.abs(dataA[o + 2] - dataB[o + 2]);
		data[o] = RAMP_BY_SUM[sum * 3];
		data[o + 1] = RAMP_BY_SUM[sum * 3 + 1];
		data[o + 2] = RAMP_BY_SUM[sum * 3 + 2];
	}
	return out;
}

/** Colour of each possible summed difference of the channels. */
const RAMP_BY_SUM: Uint8ClampedArray = new Uint8ClampedArray((3 * 255 + 1) * 3);
for (let sum = 0; sum <= 3 * 255; sum++) {
	const position = Math.min(1, sum / 3 / FULL_SCALE) * (RAMP.length - 1);
	const lower = Math.min(RAMP.length - 2, Math.floor(position));
	const blend = position - lower;
	for (let n = 0; n < 3; n++)
		RAMP_BY_SUM[sum * 3 + n] =
			RAMP[lower][n] + (RAMP[lower + 1][n] - RAMP[lower][n]) * blend;
}
