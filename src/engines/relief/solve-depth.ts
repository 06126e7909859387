import type { Checkpoint } from "../../core/run-context.ts";
import { gaussianBlur } from "../../kernel/image/gaussian-blur.ts";
import { findRevolution } from "./find-revolution.ts";
import { inflatePoisson } from "./inflate-poisson.ts";
import { inflatePuffball } from "./inflate-puffball.ts";
import type { ReliefOptions } from "./options.ts";
import type { WorkFrame } from "./work-frame.ts";

/**
 * Shares of the two inflations: Poisson is smooth, puffball keeps thin parts full. Both are a little
 * flatter than a ball: on the evaluation objects 0.93 of the full blend scored best.
 */
const POISSON_SHARE = 0.465;
const PUFFBALL_SHARE = 0.535;
const PUFFBALL_SWEEPS = 12;
/** Sigma of what counts as fine brightness, and the depth it is given at detail 1; work units. */
const DETAIL_SIGMA = 0.03;
const DETAIL_DEPTH = 0.12;
/** Detail fades in over this distance from the outline, work units. */
const DETAIL_FADE = 0.1;

export interface ReliefDepth {
	/** Half depth², work units²: positive inside the outline, 0 outside. */
	readonly squared: Float32Array; // [size × size]
	/** Added to the front's depth, work units; fades to 0 at the outline. */
	readonly detail: Float32Array; // [size × size]
}

/** Half depth over every pixel of the crop: a blend of two inflations, or a solid of revolution. */
export function solveDepth(
	frame: WorkFrame,
	luminance: Float32Array, // [size × size] linear, 0–1
	options: ReliefOptions,
	checkpoint: Checkpoint,
): ReliefDepth {
	const { size, distance } = frame;
	const pixel = 2 / size; // work units
	const poisson = inflatePoisson(distance, size, (f) => checkpoint(f * 0.8));
	const puffball = inflatePuffball(distance, size);
	for (let n = 0; n < puffball.length; n++)
		puffball[n] = Math.sqrt(puffball[n]);
	for (let sweep = 0; sweep < PUFFBALL_SWEEPS; sweep++)
		smoothInside(puffball, distance, size);
	checkpoint(0.9);

	const turned =
		options.revolution === "auto" ? findRevolution(distance, size) : null;
	const squared = new Float32Array(size * size);
	for (let n = 0; n < squared.length; n++) {
		if (!(distance[n] < 0)) continue;
		let h =
			POISSON_SHARE * Math.sqrt(poisson[n]) + PUFFBALL_SHARE * puffball[n];
		if (turned !== null && turned.weight > 0) {
			const y = Math.floor(n / size);
			const x = (n % size) + 0.5 - turned.axis;
			const round = Math.sqrt(Math.max(0, turned.radius[y] ** 2 - x * x));
			h += turned.weight * (round - h);
		}
		squared[n] = (h * pixel * options.thickness) ** 2;
	}
	return { squared, detail: fineBrightness(frame, luminance, options.detail) };
}

/** One Jacobi sweep towards the mean of the neighbours inside. */
function smoothInside(
	values: Float32Array,
	distance: Float32Array,
	size: number,
): void {
	const src = values.slice();
	for (let y = 1; y < size - 1; y++)
		for (let x = 1; x < size - 1; x++) {
			const at = y * size + x;
			if (!(distance[at] < -1)) continue;
			values[at] =
				(src[at] * 4 +
					src[at - 1] +
					src[at + 1] +
					src[at - size] +
					src[at + size]) /
				8;
		}
}

/** High-pass of the luminance inside the outline, soft-limited. */
function fineBrightness(
	frame: WorkFrame,
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
