import type { Light } from "../../core/asset.ts";
import { createRandom } from "../../core/run-context.ts";
import { solveSymmetric } from "../image/solve-symmetric.ts";
import { sphereDirections } from "../math/sphere-directions.ts";
import { extentOf } from "./project-view.ts";
import {
	HARMONIC_COUNT,
	harmonicsOf,
	LEAST_SHADING,
	shadingOf,
} from "./spherical-harmonics.ts";

/** Lit colours of surface points. */
export interface LitPoints {
	readonly positions: Float32Array; // [count × 3]
	readonly normals: Float32Array; // [count × 3] unit
	readonly color: Float32Array; // [count × 3] linear RGB
	readonly confidence: Float32Array; // [count] 0–1
}

export type LightEstimate =
	| {
			readonly light: Light;
			/** Share of the colour differences between like points that the light accounts for, 0–1. */
			readonly explained: number;
	  }
	/** Why nothing should be divided out, in a few words. */
	| { readonly refused: string };

const MAX_POINTS = 4000;
const MIN_POINTS = 300;
/** Other points each one is compared with: half of them near it, half anywhere. */
const PARTNERS = 8;
/** Near: within a cell of this share of the extent. */
const CELL_SHARE = 0.12;
/** Points are like each other when they share a cell of this width in the logarithms of r/g and b/g. */
const TINT_WIDTH = 0.2;
/** Linear light below which a colour is noise, and above which it is burnt out. */
const DARKEST = 0.004;
const BRIGHTEST = 0.97;
/** Scales of the robust weight (Geman and McClure), natural logarithm, coarse to fine. */
const SCALES = [0.6, 0.6, 0.4, 0.3, 0.2, 0.15, 0.15, 0.15];
/** Pull of the coefficients of order 1 and 2 towards 0, as a share of the evidence. */
const PULL = [0.002, 0.006] as const;
/** Pull of the channels' light towards the common one. */
const TINT_PULL = 0.02;
/** With less than this of the differences explained, or less variation of the light, there is nothing to divide out. */
const MIN_EXPLAINED = 0.12;
const MIN_VARIATION = 0.05;
/** Two halves of the surface must find lights that differ by less than this share of their variation. */
const MAX_DISAGREEMENT = 0.6;
/** Mean resultant length of the normals above which they all face alike. */
const ONE_WAY = 0.9;

/**
 * The light on an object from its shape and its lit colours: order 2 spherical harmonics of the
 * normal (Ramamoorthi and Hanrahan, "An efficient representation for irradiance environment maps", 2001).
 *
 * An object has few paints. So points of a like tint, near each other or anywhere, mostly have the
 * same albedo, and what their brightness differs by is light; those that do not are outliers to
 * robust least squares. White and black of one tint remain apart: their difference does not follow
 * the normals. What cannot be known is the overall level: light has a mean of 1 over the surface.
 */
export function estimateLight(points: LitPoints): LightEstimate {
	const chosen = choosePoints(points);
	if (chosen.count < MIN_POINTS)
		return { refused: `only ${chosen.count} well-seen points` };
	if (resultantLength(chosen.normals) > ONE_WAY)
		return { refused: "all of the surface in sight faces one way" };
	const pairs = likePairs(chosen);
	if (pairs.a.length < MIN_POINTS)
		return { refused: "no two places share a colour" };
	const whole = fitLight(chosen, pairs, undefined);
	const before = medianLeft(chosen, pairs, undefined);
	const after = medianLeft(chosen, pairs, whole[LUMA]);
	const explained = before > 0 ? 1 - after / before : 0;
	const { variation, means } = normaliseOver(chosen, whole);
	if (variation < MIN_VARIATION)
		return { refused: "the light is even already" };
	if (explained < MIN_EXPLAINED)
		return {
			refused: `light accounts for only ${Math.round(100 * Math.max(0, explained))} % of the differences in colour`,
		};
	const halves = [0, 1].map((half) => fitLight(chosen, pairs, half)[LUMA]);
	const apart = differenceOver(chosen, halves[0], halves[1]);
	if (apart > MAX_DISAGREEMENT * variation)
		return {
			refused: "different parts of the surface speak for different lights",
		};
	return { light: describeLight(whole, means), explained };
}

/** Channel of brightness, after red, green and blue. */
const LUMA = 3;

interface Chosen {
	readonly count: number;
	readonly normals: Float32Array; // [count × 3]
	readonly basis: Float64Array; // [count × 9]
	readonly logs: Float64Array; // [count × 4] of red, green, blue, brightness
	readonly cell: Int32Array; // [count] place
	readonly half: Uint8Array; // [count] colour of a chequerboard of places
	readonly tint: Int32Array; // [count]
}

function choosePoints(points: LitPoints): Chosen {
	const { positions, normals, color, confidence } = points;
	const usable: number[] = [];
	for (let i = 0; i < confidence.length; i++) {
		if (!(confidence[i] > 0.5)) continue;
		const r = color[3 * i];
		const g = color[3 * i + 1];
		const b = color[3 * i + 2];
		if (Math.min(r, g, b) < DARKEST || Math.max(r, g, b) > BRIGHTEST) continue;
		usable.push(i);
	}
	const step = Math.max(1, usable.length / MAX_POINTS);
	const count = Math.floor(usable.length / step);
	const out: Chosen = {
		count,
		normals: new Float32Array(3 * count),
		basis: new Float64Array(HARMONIC_COUNT * count),
		logs: new Float64Array(4 * count),
		cell: new Int32Array(count),
		half: new Uint8Array(count),
		tint: new Int32Array(count),
	};
	const size = CELL_SHARE * extentOf(positions) + 1e-12;
	for (let n = 0; n < count; n++) {
		const i = usable[Math.floor(n * step)];
		const r = color[3 * i];
		const g = color[3 * i + 1];
		const b = color[3 * i + 2];
		out.normals.set(normals.subarray(3 * i, 3 * i + 3), 3 * n);
		harmonicsOf(normals, i, out.basis, n);
		out.logs[4 * n] = Math.log(r);
		out.logs[4 * n + 1] = Math.log(g);
		out.logs[4 * n + 2] = Math.log(b);
		out.logs[4 * n + LUMA] = Math.log(0.2126 * r + 0.7152 * g + 0.0722 * b);
		const x = Math.floor(positions[3 * i] / size);
		const y = Math.floor(positions[3 * i + 1] / size);
		const z = Math.floor(positions[3 * i + 2] / size);
		out.cell[n] = x + 1000 * (y + 1000 * z);
		out.half[n] = (x + y + z) & 1;
		out.tint[n] =
			Math.round(Math.log(r / g) / TINT_WIDTH) +
			1000 * Math.round(Math.log(b / g) / TINT_WIDTH);
	}
	return out;
}

function resultantLength(normals: Float32Array): number {
	const sum = [0, 0, 0];
	for (let i = 0; i < normals.length; i++) sum[i % 3] += normals[i];
	return Math.hypot(...sum) / (normals.length / 3 || 1);
}

interface LikePairs {
	readonly a: Uint32Array;
	readonly b: Uint32Array;
}

/** Each point with some others of its tint. */
function likePairs(chosen: Chosen): LikePairs {
	const near = new Map<string, number[]>();
	const anywhere = new Map<number, number[]>();
	for (let i = 0; i < chosen.count; i++) {
		const key = `${chosen.cell[i]} ${chosen.tint[i]}`;
		const here = near.get(key);
		if (here) here.push(i);
		else near.set(key, [i]);
		const alike = anywhere.get(chosen.tint[i]);
		if (alike) alike.push(i);
		else anywhere.set(chosen.tint[i], [i]);
	}
	const random = createRandom(1);
	const a: number[] = [];
	const b: number[] = [];
	for (let i = 0; i < chosen.count; i++) {
		const here = near.get(`${chosen.cell[i]} ${chosen.tint[i]}`) ?? [];
		const alike = anywhere.get(chosen.tint[i]) ?? [];
		for (let k = 0; k < PARTNERS; k++) {
			const from = k % 2 === 0 ? here : alike;
			const j = from[Math.floor(random() * from.length)];
			if (j === i) continue;
			a.push(i);
			b.push(j);
		}
	}
	return { a: Uint32Array.from(a), b: Uint32Array.from(b) };
}

/** Coefficients of red, green, blue and brightness, with a constant term of 1; from pairs within one half, or all. */
function fitLight(
	chosen: Chosen,
	pairs: LikePairs,
	half: number | undefined,
): Float64Array[] /* 4 × [9] */ {
	const luma = new Float64Array(HARMONIC_COUNT);
	luma[0] = 1;
	for (const scale of SCALES)
		stepLight(chosen, pairs, half, LUMA, luma, luma, scale, undefined);
	const channels = [0, 1, 2].map((channel) => {
		const own = luma.slice();
		for (let k = 0; k < 3; k++)
			stepLight(chosen, pairs, half, channel, own, luma, SCALES[7], luma);
		return own;
	});
	return [...channels, luma];
}

/** One step of Gauss–Newton on Σ w (Δ log colour − Δ log light)². */
function stepLight(
	{ basis, logs, half: halves }: Chosen,
	{ a: from, b: to }: LikePairs,
	half: number | undefined,
	channel: number,
	coefficients: Float64Array, // [9] changed
	judge: Float64Array, // [9] of brightness: tells who is an outlier
	scale: number,
	towards: Float64Array | undefined,
): void {
	const n = HARMONIC_COUNT - 1;
	const matrix = new Float64Array(n * n);
	const right = new Float64Array(n);
	const row = new Float64Array(n);
	let total = 0;
	for (let p = 0; p < from.length; p++) {
		const a = from[p];
		const b = to[p];
		if (half !== undefined && (halves[a] !== half || halves[b] !== half))
			continue;
		const doubt =
			(logs[4 * b + LUMA] -
				logs[4 * a + LUMA] -
				Math.log(shadingOf(judge, basis, b) / shadingOf(judge, basis, a))) /
			scale;
		const w = 1 / (1 + doubt * doubt) ** 2;
		const sa = shadingOf(coefficients, basis, a);
		const sb = shadingOf(coefficients, basis, b);
		const r = logs[4 * b + channel] - logs[4 * a + channel] - Math.log(sb / sa);
		for (let k = 0; k < n; k++)
			row[k] =
				basis[HARMONIC_COUNT * b + k + 1] / sb -
				basis[HARMONIC_COUNT * a + k + 1] / sa;
		for (let k = 0; k < n; k++) {
			right[k] += w * row[k] * r;
			for (let m = 0; m <= k; m++) matrix[n * k + m] += w * row[k] * row[m];
		}
		total += w;
	}
	for (let k = 0; k < n; k++) {
		for (let m = 0; m < k; m++) matrix[n * m + k] = matrix[n * k + m];
		const pull = total * (towards ? TINT_PULL : PULL[k < 3 ? 0 : 1]) + 1e-9;
		matrix[n * k + k] += pull;
		right[k] -= pull * (coefficients[k + 1] - (towards ? towards[k + 1] : 0));
	}
	const step = solveSymmetric(matrix, right);
	for (let k = 0; k < n; k++) coefficients[k + 1] += step[k];
}

/** Median difference in brightness of like points that the light leaves. */
function medianLeft(
	{ basis, logs }: Chosen,
	{ a: from, b: to }: LikePairs,
	light: Float64Array | undefined,
): number {
	const left = Float64Array.from(from, (a, p) => {
		const b = to[p];
		const shade = light
			? Math.log(shadingOf(light, basis, b) / shadingOf(light, basis, a))
			: 0;
		return Math.abs(logs[4 * b + LUMA] - logs[4 * a + LUMA] - shade);
	}).sort();
	return left[left.length >> 1];
}

/** Mean of each channel's light over the points, and how much its brightness varies there (deviation of the logarithm). */
function normaliseOver(
	{ count, basis }: Chosen,
	light: readonly Float64Array[],
): { variation: number; means: number[] } {
	const means = light.map((channel) => {
		let sum = 0;
		for (let i = 0; i < count; i++)
			sum += Math.log(shadingOf(channel, basis, i));
		return Math.exp(sum / count);
	});
	let squares = 0;
	for (let i = 0; i < count; i++)
		squares += Math.log(shadingOf(light[LUMA], basis, i) / means[LUMA]) ** 2;
	return { variation: Math.sqrt(squares / count), means };
}

/** Deviation of the logarithm of one light over another. */
function differenceOver(
	{ count, basis }: Chosen,
	a: Float64Array,
	b: Float64Array,
): number {
	let sum = 0;
	let squares = 0;
	for (let i = 0; i < count; i++) {
		const d = Math.log(shadingOf(a, basis, i) / shadingOf(b, basis, i));
		sum += d;
		squares += d * d;
	}
	return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}

/** Directions that a light is looked at from. */
const DIRECTIONS = 400;

function describeLight(
	light: readonly Float64Array[],
	means: readonly number[],
): Light {
	const luma = light[LUMA];
	const normals = new Float32Array(3 * DIRECTIONS);
	const basis = new Float64Array(HARMONIC_COUNT * DIRECTIONS);
	let low = Number.POSITIVE_INFINITY;
	let high = 0;
	let mean = 0;
	for (const [i, direction] of sphereDirections(DIRECTIONS).entries()) {
		normals.set(direction, 3 * i);
		harmonicsOf(normals, i, basis, i);
		const shade = shadingOf(luma, basis, i);
		low = Math.min(low, shade);
		high = Math.max(high, shade);
		mean += shade / DIRECTIONS;
	}
	const length = Math.hypot(luma[3], luma[1], luma[2]) || 1;
	return {
		harmonics: Array.from({ length: HARMONIC_COUNT }, (_, k) => [
			light[0][k] / means[0],
			light[1][k] / means[1],
			light[2][k] / means[2],
		]),
		direction: [luma[3] / length, luma[1] / length, luma[2] / length],
		ambientShare: Math.min(1, low / mean),
		strength: high / Math.max(low, LEAST_SHADING),
	};
}
