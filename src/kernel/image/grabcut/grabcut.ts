import type { Checkpoint } from "../../../core/run-context.ts";
import {
	type ColorMixture,
	fitColorMixture,
	mixtureCost,
	refitColorMixture,
} from "./color-mixture.ts";
import { cutGrid } from "./grid-cut.ts";

/**
 * Foreground by colour models and a minimal cut, in turns.
 * Rother, Kolmogorov and Blake, "GrabCut: Interactive Foreground Extraction using Iterated
 * Graph Cuts", 2004. Deterministic: the colour models start from a splitting, not from chance.
 */
export interface GrabCutOptions {
	/** Turns of models and cut. 1–20. Default 5. */
	readonly iterations?: number;
	/** Gaussians a side. 1–12. Default 5. */
	readonly components?: number;
	/** Weight of a smooth outline against the colours. Default 50. */
	readonly smoothness?: number;
	/** Extra cost of each pixel being foreground, in nats; negative favours it. */
	readonly bias?: Float32Array; // [height × width]
}
export const GRABCUT_DEFAULTS: Required<Omit<GrabCutOptions, "bias">> = {
	iterations: 5,
	components: 5,
	smoothness: 50,
};

/** What is known of a pixel before. */
export const SURE_BACKGROUND = 0;
export const MAYBE_BACKGROUND = 1;
export const MAYBE_FOREGROUND = 2;
export const SURE_FOREGROUND = 3;

/** Capacities are whole numbers: costs times this. */
const SCALE = 64;
const SURE = 1 << 24;

export function grabCut(
	colors: Float32Array, // [height × width × 3] Lab
	width: number,
	height: number,
	seeds: Uint8Array, // [height × width] SURE_BACKGROUND … SURE_FOREGROUND
	options: GrabCutOptions = {},
	checkpoint?: Checkpoint,
): Uint8Array /* [height × width] 1: foreground */ {
	const { iterations, components, smoothness } = {
		...GRABCUT_DEFAULTS,
		...options,
	};
	const count = width * height;
	if (colors.length !== count * 3 || seeds.length !== count)
		throw new RangeError(`colours or seeds are not ${width} × ${height}`);
	let inside: Uint8Array = seeds.map((seed) =>
		seed >= MAYBE_FOREGROUND ? 1 : 0,
	);
	const links = linkCapacities(colors, width, height, smoothness);
	const terminal = new Int32Array(count);
	const costInside = new Float32Array(count);
	const costOutside = new Float32Array(count);
	const open = pixelsWhere(
		seeds.map((s) => (s === SURE_BACKGROUND || s === SURE_FOREGROUND ? 0 : 1)),
		1,
	);
	let modelInside: ColorMixture | undefined;
	let modelOutside: ColorMixture | undefined;

	for (let turn = 0; turn < iterations; turn++) {
		checkpoint?.(turn / iterations);
		// (1) Colour models of both sides.
		const pixelsInside = pixelsWhere(inside, 1);
		const pixelsOutside = pixelsWhere(inside, 0);
		if (pixelsInside.length === 0 || pixelsOutside.length === 0) return inside;
		modelInside = modelInside
			? refitColorMixture(modelInside, colors, pixelsInside)
			: fitColorMixture(colors, pixelsInside, components);
		modelOutside = modelOutside
			? refitColorMixture(modelOutside, colors, pixelsOutside)
			: fitColorMixture(colors, pixelsOutside, components);
		// (2) What each pixel costs on either side.
		mixtureCost(modelInside, colors, open, costInside);
		mixtureCost(modelOutside, colors, open, costOutside);
		for (let i = 0; i < count; i++) {
			if (seeds[i] === SURE_BACKGROUND) terminal[i] = -SURE;
			else if (seeds[i] === SURE_FOREGROUND) terminal[i] = SURE;
			else {
				let gain = costOutside[i] - costInside[i];
				if (options.bias) gain -= options.bias[i];
				terminal[i] = Math.round(Math.max(-60, Math.min(60, gain)) * SCALE);
			}
		}
		// (3) The cheapest outline.
		const next = cutGrid({ width, height, terminal, links }, checkpoint);
		let changed = 0;
		for (let i = 0; i < count; i++) if (next[i] !== inside[i]) changed++;
		inside = next;
		if (changed < count * 0.0005) break;
	}
	return inside;
}

/** Cost of parting neighbours: high where their colours agree. */
function linkCapacities(
	colors: Float32Array,
	width: number,
	height: number,
	smoothness: number,
): Int32Array /* [height × width × 4] E, S, SE, SW */ {
	const stepX = [1, 0, 1, -1];
	const stepY = [0, 1, 1, 1];
	const squares = new Float32Array(width * height * 4);
	let sum = 0;
	let pairs = 0;
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const p = y * width + x;
			for (let k = 0; k < 4; k++) {
				const u = x + stepX[k];
				const v = y + stepY[k];
				if (u < 0 || u >= width || v >= height) continue;
				const a = p * 3;
				const b = (v * width + u) * 3;
				const d0 = colors[a] - colors[b];
				const d1 = colors[a + 1] - colors[b + 1];
				const d2 = colors[a + 2] - colors[b + 2];
				const square = d0 * d0 + d1 * d1 + d2 * d2;
				squares[p * 4 + k] = square;
				sum += square;
				pairs++;
			}
		}
	const beta = sum > 0 ? pairs / (2 * sum) : 0;
	const out = new Int32Array(width * height * 4);
	for (let i = 0; i < out.length; i++) {
		const length = (i & 3) < 2 ? 1 : Math.SQRT1_2;
		out[i] = Math.round(
			smoothness * length * Math.exp(-beta * squares[i]) * SCALE,
		);
	}
	return out;
}

function pixelsWhere(inside: Uint8Array, value: number): Int32Array {
	let count = 0;
	for (let i = 0; i < inside.length; i++) if (inside[i] === value) count++;
	const out = new Int32Array(count);
	for (let i = 0, k = 0; i < inside.length; i++)
		if (inside[i] === value) out[k++] = i;
	return out;
}
