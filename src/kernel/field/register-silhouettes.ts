import type { Checkpoint } from "../../core/run-context.ts";
import { sampleSilhouetteDistance } from "../image/silhouette-distance.ts";
import type { SilhouetteOutline } from "../image/silhouette-outline.ts";
import { solveSymmetric } from "../image/solve-symmetric.ts";
import {
	type OrbitPose,
	type OutlineGaps,
	outlineGaps,
} from "./silhouette-coherence.ts";

export interface RegisterOptions {
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
	/** Of the logarithm of the scale. Default 0.1. */
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

/** Unknowns of a view: log scale, cx, cy, and a turn about the camera's x, y and z. */
const PER_VIEW = 6;
/** Of the points of an outline, only so many are independent. */
const INDEPENDENT = 40;
const PERSPECTIVE_LIMITS = [0.02, 0.7] as const;
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
	const others = start.map((_, v) =>
		start.map((_, w) => w).filter((w) => w !== v),
	);

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
		costOf(outlines, gaps, noise, farGap) + priorCost(offset, start, expected);
	let damping = 1e-2;
	let small = 0;
	for (let round = 0; round < rounds && small < 2; round++) {
		checkpoint?.(round / rounds);
		const system = linearise(outlines, poses, others, gaps, noise, farGap);
		addPrior(system, offset, start, expected);
		hold(system, fixed, fixed.some(Boolean));
		let accepted = false;
		for (let attempt = 0; attempt < 6 && !accepted; attempt++) {
			const step = solveDamped(system, damping);
			const nextPoses = poses.map((pose, v) => movePose(pose, step, v));
			const nextOffset = offset.map((value, k) => value + step[k]);
			const nextGaps = measure(outlines, nextPoses, others, gaps);
			const nextCost =
				costOf(outlines, nextGaps, noise, farGap) +
				priorCost(nextOffset, start, expected);
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

/** Normal equations: a · step = b. */
interface System {
	readonly a: Float64Array; // [size × size]
	readonly b: Float64Array; // [size]
}

function linearise(
	outlines: readonly SilhouetteOutline[],
	poses: readonly OrbitPose[],
	others: readonly (readonly number[])[],
	gaps: readonly OutlineGaps[],
	noise: number,
	farGap: number,
): System {
	const size = poses.length * PER_VIEW + 1;
	const system = {
		a: new Float64Array(size * size),
		b: new Float64Array(size),
	};
	const slope = new Float64Array(size);
	const values = new Float64Array(poses.length);
	const along = new Float64Array(poses.length); // change of each view's value along the ray
	const touched = new Int32Array(3 * PER_VIEW + 1);
	for (let v = 0; v < poses.length; v++) {
		const { gap, along: where } = gaps[v];
		const { points } = outlines[v];
		const base = INDEPENDENT / (gap.length * noise * noise);
		for (let p = 0; p < gap.length; p++) {
			const g = gap[p];
			if (!(g > 0)) continue;
			const ray = rayPoint(
				poses[v],
				points[p * 2],
				points[p * 2 + 1],
				where[p],
			);
			// (1) The view that rules here, and one that rules a little further in the better direction.
			let first = -1;
			for (const w of others[v]) {
				const seen = lookUp(outlines[w], poses[w], ray);
				values[w] = seen.value;
				along[w] = seen.along;
				if (first < 0 || values[w] > values[first]) first = w;
			}
			let second = -1;
			for (const w of others[v])
				if (
					along[w] * along[first] < 0 &&
					values[w] > g - 0.012 &&
					(second < 0 || values[w] > values[second])
				)
					second = w;
			const share =
				second < 0 ? 1 : along[second] / (along[second] - along[first]);
			// (2) How the gap changes with each unknown.
			slope.fill(0);
			addSlopes(slope, outlines[first], poses, first, v, ray, share);
			if (second >= 0)
				addSlopes(slope, outlines[second], poses, second, v, ray, 1 - share);
			// (3) Add to the normal equations.
			const weight = g > farGap ? (base * farGap) / g : base;
			let count = 0;
			for (let k = 0; k < PER_VIEW; k++) {
				touched[count++] = v * PER_VIEW + k;
				touched[count++] = first * PER_VIEW + k;
				if (second >= 0) touched[count++] = second * PER_VIEW + k;
			}
			touched[count++] = size - 1;
			for (let i = 0; i < count; i++) {
				const row = touched[i];
				system.b[row] -= weight * slope[row] * g;
				for (let j = 0; j < count; j++)
					system.a[row * size + touched[j]] +=
						weight * slope[row] * slope[touched[j]];
			}
		}
	}
	return system;
}

/** A point on the ray through an outline point. */
interface RayPoint {
	readonly own: readonly [number, number, number]; // in the axes of the ray's camera
	readonly direction: readonly [number, number, number]; // d own / d z
	readonly world: readonly [number, number, number];
	readonly worldDirection: readonly [number, number, number];
}

function rayPoint(pose: OrbitPose, u: number, v: number, z: number): RayPoint {
	const r = pose.rotation;
	const x0 = (u - pose.cx) / pose.scale;
	const y0 = -(v - pose.cy) / pose.scale;
	const q = 1 - pose.perspective * z;
	const own = [x0 * q, y0 * q, z] as const;
	const direction = [
		-pose.perspective * x0,
		-pose.perspective * y0,
		1,
	] as const;
	return {
		own,
		direction,
		world: backwards(r, own),
		worldDirection: backwards(r, direction),
	};
}

/** Rotates by the inverse of r. */
function backwards(
	r: Float64Array,
	[x, y, z]: readonly [number, number, number],
): [number, number, number] {
	return [
		r[0] * x + r[3] * y + r[6] * z,
		r[1] * x + r[4] * y + r[7] * z,
		r[2] * x + r[5] * y + r[8] * z,
	];
}

function forwards(
	r: Float64Array,
	[x, y, z]: readonly [number, number, number],
): [number, number, number] {
	return [
		r[0] * x + r[1] * y + r[2] * z,
		r[3] * x + r[4] * y + r[5] * z,
		r[6] * x + r[7] * y + r[8] * z,
	];
}

/** A view's distance at a world point, with its slopes. World units. */
interface Seen {
	readonly value: number;
	readonly along: number; // per unit of z along the ray
	readonly y: readonly [number, number, number]; // the point in the camera's axes
	readonly slope: readonly [number, number, number]; // by y
	readonly perU: number;
	readonly perV: number;
	readonly u: number;
	readonly v: number;
}

function lookUp(
	{ distance }: SilhouetteOutline,
	pose: OrbitPose,
	ray: RayPoint,
): Seen {
	const y = forwards(pose.rotation, ray.world);
	const q = 1 - pose.perspective * y[2];
	const zoom = pose.scale / q;
	const u = pose.cx + zoom * y[0];
	const v = pose.cy - zoom * y[1];
	const at = (du: number, dv: number): number =>
		sampleSilhouetteDistance(distance, u + du, v + dv) / zoom;
	const perU = at(0.5, 0) - at(-0.5, 0);
	const perV = at(0, 0.5) - at(0, -0.5);
	const slope = [
		perU * zoom,
		-perV * zoom,
		(perU * y[0] - perV * y[1]) * zoom * (pose.perspective / q),
	] as const;
	const d = forwards(pose.rotation, ray.worldDirection);
	return {
		value: at(0, 0),
		along: slope[0] * d[0] + slope[1] * d[1] + slope[2] * d[2],
		y,
		slope,
		perU,
		perV,
		u,
		v,
	};
}

/** Adds share × the slopes of view w's distance at the ray of view v, by all unknowns. */
function addSlopes(
	out: Float64Array,
	outline: SilhouetteOutline,
	poses: readonly OrbitPose[],
	w: number,
	v: number,
	ray: RayPoint,
	share: number,
): void {
	const pose = poses[w];
	const seen = lookUp(outline, pose, ray);
	const { perU, perV, u, v: vv, y, slope } = seen;
	const at = w * PER_VIEW;
	// (1) The camera that measures.
	out[at] += share * (perU * (u - pose.cx) + perV * (vv - pose.cy));
	out[at + 1] += share * perU;
	out[at + 2] += share * perV;
	addCross(out, at + 3, y, slope, share);
	const last = out.length - 1;
	const zPerQ = y[2] / (1 - pose.perspective * y[2]);
	out[last] += share * zPerQ * (perU * (u - pose.cx) + perV * (vv - pose.cy));
	// (2) The camera whose ray it is: the point moves.
	const own = poses[v];
	const g = forwards(own.rotation, backwards(pose.rotation, slope));
	const [x, yy, z] = ray.own;
	const q = 1 - own.perspective * z;
	const from = v * PER_VIEW;
	out[from] -= share * (g[0] * x + g[1] * yy);
	out[from + 1] -= (share * g[0] * q) / own.scale;
	out[from + 2] += (share * g[1] * q) / own.scale;
	addCross(out, from + 3, ray.own, g, -share);
	out[last] -= (share * (g[0] * x + g[1] * yy) * z) / q;
}

/** out += share × (y × g): the slope by a small turn of y. */
function addCross(
	out: Float64Array,
	at: number,
	y: readonly [number, number, number],
	g: readonly [number, number, number],
	share: number,
): void {
	out[at] += share * (y[1] * g[2] - y[2] * g[1]);
	out[at + 1] += share * (y[2] * g[0] - y[0] * g[2]);
	out[at + 2] += share * (y[0] * g[1] - y[1] * g[0]);
}

function priorWeight(
	k: number,
	start: readonly OrbitPose[],
	expected: Expected,
): number {
	const v = Math.floor(k / PER_VIEW);
	if (v === start.length) return 1 / expected.perspective ** 2;
	const unknown = k % PER_VIEW;
	if (unknown === 0) return 1 / expected.scale ** 2;
	if (unknown <= 2) return 1 / (expected.shift * start[v].scale) ** 2;
	return 1 / expected.turn ** 2;
}

function priorCost(
	offset: Float64Array,
	start: readonly OrbitPose[],
	expected: Expected,
): number {
	let cost = 0;
	for (let k = 0; k < offset.length; k++)
		cost += offset[k] ** 2 * priorWeight(k, start, expected);
	return cost;
}

function addPrior(
	{ a, b }: System,
	offset: Float64Array,
	start: readonly OrbitPose[],
	expected: Expected,
): void {
	for (let k = 0; k < b.length; k++) {
		const weight = priorWeight(k, start, expected);
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

function movePose(pose: OrbitPose, step: Float64Array, v: number): OrbitPose {
	const at = v * PER_VIEW;
	const perspective = pose.perspective + step[step.length - 1];
	return {
		rotation: turned(pose.rotation, step[at + 3], step[at + 4], step[at + 5]),
		scale: pose.scale * Math.exp(step[at]),
		cx: pose.cx + step[at + 1],
		cy: pose.cy + step[at + 2],
		perspective: Math.min(
			PERSPECTIVE_LIMITS[1],
			Math.max(PERSPECTIVE_LIMITS[0], perspective),
		),
	};
}

/** The small turn that follows `from` in `to`, as a vector. Radians. */
function turnBetween(
	from: Float64Array, // [9]
	to: Float64Array, // [9]
): [number, number, number] {
	const at = (i: number, j: number): number =>
		to[i * 3] * from[j * 3] +
		to[i * 3 + 1] * from[j * 3 + 1] +
		to[i * 3 + 2] * from[j * 3 + 2];
	return [
		(at(2, 1) - at(1, 2)) / 2,
		(at(0, 2) - at(2, 0)) / 2,
		(at(1, 0) - at(0, 1)) / 2,
	];
}

/** The rotation by the vector (x, y, z), in radians, after r. Rodrigues' formula. */
function turned(
	r: Float64Array, // [9]
	x: number,
	y: number,
	z: number,
): Float64Array /* [9] */ {
	const angle = Math.hypot(x, y, z);
	if (angle === 0) return r;
	const s = Math.sin(angle) / angle;
	const c = (1 - Math.cos(angle)) / (angle * angle);
	// biome-ignore format: one row a line
	const t = [
		1 - c * (y * y + z * z), c * x * y - s * z, c * x * z + s * y,
		c * x * y + s * z, 1 - c * (x * x + z * z), c * y * z - s * x,
		c * x * z - s * y, c * y * z + s * x, 1 - c * (x * x + y * y),
	];
	const out = new Float64Array(9);
	for (let i = 0; i < 3; i++)
		for (let j = 0; j < 3; j++)
			out[i * 3 + j] =
				t[i * 3] * r[j] + t[i * 3 + 1] * r[3 + j] + t[i * 3 + 2] * r[6 + j];
	return out;
}
