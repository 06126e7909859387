import type { Checkpoint } from "../../core/run-context.ts";
import { gaussianBlur } from "../../kernel/image/gaussian-blur.ts";
import type { CropFrame } from "../../kernel/relief/crop-frame.ts";
import { inflateOutline } from "../../kernel/relief/inflate-outline.ts";
import type { TwoSidedDepth } from "../../kernel/relief/two-sided-field.ts";
import { findRevolution } from "./find-revolution.ts";
import type { ReliefOptions } from "./options.ts";

/** Sigma of what counts as fine brightness, and the depth it is given at detail 1; work units. */
const DETAIL_SIGMA = 0.03;
const DETAIL_DEPTH = 0.12;
/** Detail fades in over this distance from the outline, work units. */
const DETAIL_FADE = 0.1;

/** Both depths over every pixel of the crop: a blend of two inflations, or a solid of revolution. */
export function solveDepth(
	frame: CropFrame,
	luminance: Float32Array, // [size × size] linear, 0–1
	options: ReliefOptions,
	checkpoint: Checkpoint,
): TwoSidedDepth {
	const { size, distance } = frame;
	const pixel = 2 / size; // work units
	const half = inflateOutline(distance, size, checkpoint);
	const turned =
		options.revolution === "auto" ? findRevolution(distance, size) : null;
	const detail = fineBrightness(frame, luminance, options.detail);
	const front = new Float32Array(size * size);
	const back = new Float32Array(size * size);
	for (let n = 0; n < half.length; n++) {
		if (!(distance[n] < 0)) continue;
		let h = half[n];
		if (turned !== null) h += turned.weight * (turned.depth[n] - h);
		h *= pixel * options.thickness;
		front[n] = h + detail[n];
		back[n] = -h;
	}
	return { front, back };
}

/** High-pass of the luminance inside the outline, soft-limited; work units. */
function fineBrightness(
	frame: CropFrame,
	luminance: Float32Array,
	strength: number,
): Float32Array {
	const { size, distance } = frame;
	const out = new Float32Array(size * size);
	if (strength === 0) return out;
	const sigma = (DETAIL_SIGMA * size) / 2;
	// Blur of inside only, so that the background's brightness does not enter.
	const inside = Float32Array.from(distance, (d) => (d < 0 ? 1 : 0));
	const weighted = luminance.map((l, n) => Math.sqrt(l) * inside[n]);
	const fine = gaussianBlur(weighted, size, size, 0.8);
	const fineWeight = gaussianBlur(inside, size, size, 0.8);
	const coarse = gaussianBlur(weighted, size, size, sigma);
	const coarseWeight = gaussianBlur(inside, size, size, sigma);
	for (let n = 0; n < out.length; n++) {
		if (!(distance[n] < 0)) continue;
		const high = fine[n] / fineWeight[n] - coarse[n] / coarseWeight[n];
		const fade = Math.min(1, (-distance[n] * 2) / size / DETAIL_FADE);
		out[n] =
			((strength * DETAIL_DEPTH * Math.tanh(high * 3)) / 3) * fade * fade;
	}
	return out;
}
