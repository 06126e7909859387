import type { Checkpoint } from "../../core/run-context.ts";
import type { SilhouetteOutline } from "../image/silhouette-outline.ts";
import { solveSymmetric } from "../image/solve-symmetric.ts";
import { turnBetween, turned } from "../math/rotation.ts";
import {
	INDEPENDENT,
	linearise,
	type Moving,
	PER_VIEW,
	type System,
} from "./gap-slopes.ts";
import {
	type OrbitPose,
	type OutlineGaps,
	outlineGaps,
} from "./silhouette-coherence.ts";

export interface RegisterOptions {
	/**
	 * "picture": scale and place of the object in the picture and one perspective for all are sought, besides turns;
	 * "camera": where each camera stands, with its lens as it is. Default "picture".
	 */
	readonly moving?: Moving;
	/** The views that have a say on each view's outline. Default all others. */
	readonly others?: readonly (readonly number[])[];
	/** Views whose pose stays as it is. Default none. */
	readonly fixed?: readonly boolean[];
	/** Rotations that are expected. Default those of the start. */
	readonly upright?: readonly Float64Array[]; // [viewCount][9]
	/** How far a pose may be expected to lie from its start (one standard deviation). */
	readonly expected?: Partial<Expected>;
	/** Error of an outline, world units. Default 0.004. */
	readonly noise?: number;
	/** A gap above this counts in proportion, not by its square (Huber), world units. Default 0.02. */
	readonly farGap?: number;
	/** Rounds at most. Default 40. */
	readonly rounds?: number;
}

export interface Expected {
	/** Of the logarithm of the scale, or of the distance. Default 0.1. */
	readonly scale: number;
	/** World units. Default 0.06. */
	readonly shift: number;
	/** Radians, about each axis. Default 0.07 (4°). */
	readonly turn: number;
	/** World units⁻¹; the same for all views. Default 0.15. */
	readonly perspective: number;
}

export const REGISTER_DEFAULTS = {
	noise: 0.004,
	farGap: 0.02,
	rounds: 40,
	expected: { scale: 0.1, shift: 0.06, turn: 0.07, perspective: 0.15 },
} as const;

const PERSPECTIVE_LIMITS = [0.002, 0.9] as const;
/** A round that lowers the cost by less than this share is the last but one. */
const ENOUGH = 2e-4;

/**
 * Moves cameras so that each silhouette is explained by the others: damped least squares
 * (Levenberg, 1944; Marquardt, 1963) on the gaps of `outlineGaps`, which vanish where the views are consistent.
 * What the silhouettes leave open stays near the start.
 */
export function registerSilhouettes(
	outlines: readonly SilhouetteOutline[],
	start: readonly OrbitPose[],
	options: RegisterOptions = {},
	checkpoint?: Checkpoint,
): OrbitPose[] {
	if (start.length !== outlines.length)
		throw new RangeError(
			`${start.length} poses for ${outlines.length} outlines`,
		);
	const noise = options.noise ?? REGISTER_DEFAULTS.noise;
	const farGap = options.farGap ?? REGISTER_DEFAULTS.farGap;
	const rounds = options.rounds ?? REGISTER_DEFAULTS.rounds;
	const expected = { ...REGISTER_DEFAULTS.expected, ...options.expected };
	const fixed = options.fixed ?? start.map(() => false);
	const size = start.length * PER_VIEW + 1;
	const moving = options.moving ?? "picture";
	const others =
		options.others ??
		start.map((_, v) => start.map((_, w) => w).filter((w) => w !== v));

	let poses = [...start];
	let offset = new Float64Array(size); // from what is expected, in the unknowns' units
	if (options.upright)
		for (let v = 0; v < start.length; v++)
			offset.set(
				turnBetween(options.upright[v], start[v].rotation),
				v * PER_VIEW + 3,
			);
	let gaps = measure(outlines, poses, others);
	let cost =
		costOf(outlines, gaps, noise, farGap) +
		priorCost(offset, start, expected, moving);
	let damping = 1e-2;
	let small = 0;
	for (let round = 0; round < rounds && small < 2; round++) {
		checkpoint?.(round / rounds);
		const system = linearise(
			outlines,
			poses,
			others,
			gaps,
			noise,
			farGap,
			moving,
		);
		addPrior(system, offset, start, expected, moving);
		hold(system, fixed, moving === "camera" || fixed.some(Boolean));
		let accepted = false;
		for (let attempt = 0; attempt < 6 && !accepted; attempt++) {
			const step = solveDamped(system, damping);
			const nextPoses = poses.map((pose, v) => movePose(pose, step, v, moving));
			const nextOffset = offset.map((value, k) => value + step[k]);
			const nextGaps = measure(outlines, nextPoses, others, gaps);
			const nextCost =
				costOf(outlines, nextGaps, noise, farGap) +
				priorCost(nextOffset, start, expected, moving);
			if (nextCost < cost) {
				small = nextCost > cost * (1 - ENOUGH) ? small + 1 : 0;
				accepted = true;
				poses = nextPoses;
				offset = nextOffset;
				gaps = nextGaps;
				cost = nextCost;
				damping = Math.max(1e-4, damping / 5);
			} else damping *= 6;
		}
		if (!accepted) break;
	}
	return poses;
}

function measure(
	outlines: readonly SilhouetteOutline[],
	poses: readonly OrbitPose[],
	others: readonly (readonly number[])[],
	before?: readonly OutlineGaps[],
): OutlineGaps[] {
	return poses.map((_, v) =>
		outlineGaps(outlines, poses, v, others[v], before?.[v]),
	);
}

/** Huber's cost of all gaps; each view counts the same. */
function costOf(
	outlines: readonly SilhouetteOutline[],
	gaps: readonly OutlineGaps[],
	noise: number,
	farGap: number,
): number {
	let cost = 0;
	for (let v = 0; v < outlines.length; v++) {
		const { gap } = gaps[v];
		let sum = 0;
		for (let p = 0; p < gap.length; p++) {
			const g = gap[p];
			if (g > farGap) sum += farGap * (2 * g - farGap);
			else if (g > 0) sum += g * g;
		}
		if (gap.length > 0)
			cost += (sum * INDEPENDENT) / (gap.length * noise * noise);
	}
	return cost;
}

function priorWeight(
	k: number,
	start: readonly OrbitPose[],
	expected: Expected,
	moving: Moving,
): number {
	const v = Math.floor(k / PER_VIEW);
	if (v === start.length) return 1 / expected.perspective ** 2;
	const unknown = k % PER_VIEW;
	if (unknown === 0) return 1 / expected.scale ** 2;
	if (unknown <= 2) {
		const perUnit = moving === "camera" ? 1 : start[v].scale;
		return 1 / (expected.shift * perUnit) ** 2;
	}
	return 1 / expected.turn ** 2;
}

function priorCost(
	offset: Float64Array,
	start: readonly OrbitPose[],
	expected: Expected,
	moving: Moving,
): number {
	let cost = 0;
	for (let k = 0; k < offset.length; k++)
		cost += offset[k] ** 2 * priorWeight(k, start, expected, moving);
	return cost;
}

function addPrior(
	{ a, b }: System,
	offset: Float64Array,
	start: readonly OrbitPose[],
	expected: Expected,
	moving: Moving,
): void {
	for (let k = 0; k < b.length; k++) {
		const weight = priorWeight(k, start, expected, moving);
		a[k * b.length + k] += weight;
		b[k] -= weight * offset[k];
	}
}

/** Takes the unknowns of fixed views, and the common perspective if asked, out of the system. */
function hold(
	{ a, b }: System,
	fixed: readonly boolean[],
	perspective: boolean,
): void {
	for (let k = 0; k < b.length; k++) {
		const v = Math.floor(k / PER_VIEW);
		if (!(v === fixed.length ? perspective : fixed[v])) continue;
		for (let j = 0; j < b.length; j++) {
			a[k * b.length + j] = 0;
			a[j * b.length + k] = 0;
		}
		a[k * b.length + k] = 1;
		b[k] = 0;
	}
}

function solveDamped({ a, b }: System, damping: number): Float64Array {
	const damped = a.slice();
	for (let k = 0; k < b.length; k++) damped[k * b.length + k] *= 1 + damping;
	return solveSymmetric(damped, b);
}

function movePose(
	pose: OrbitPose,
	step: Float64Array,
	v: number,
	moving: Moving,
): OrbitPose {
	const at = v * PER_VIEW;
	const rotation = turned(
		pose.rotation,
		step[at + 3],
		step[at + 4],
		step[at + 5],
	);
	if (moving === "camera") {
		const nearer = Math.exp(-step[at]);
		return {
			...pose,
			rotation,
			scale: pose.scale * nearer,
			perspective: pose.perspective * nearer,
			offset: [pose.offset[0] + step[at + 1], pose.offset[1] + step[at + 2]],
		};
	}
	const perspective = pose.perspective + step[step.length - 1];
	return {
		...pose,
		rotation,
		scale: pose.scale * Math.exp(step[at]),
		cx: pose.cx + step[at + 1],
		cy: pose.cy + step[at + 2],
		perspective: Math.min(
			PERSPECTIVE_LIMITS[1],
			Math.max(PERSPECTIVE_LIMITS[0], perspective),
		),
	};
}
