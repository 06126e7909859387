import { sampleSilhouetteDistance } from "../image/silhouette-distance.ts";
import type { SilhouetteOutline } from "../image/silhouette-outline.ts";
import { backwards, forwards } from "../math/rotation.ts";
import {
	NEAREST,
	type OrbitPose,
	type OutlineGaps,
} from "./silhouette-coherence.ts";

/**
 * Unknowns of a view. Where the picture moves: log scale, cx, cy; where the camera moves: log distance, offset right
 * and up. Then a turn about the camera's x, y and z. After all views: perspective.
 */
export const PER_VIEW = 6;
/** What is wrong: where the object lies in the picture, or where the camera stands. */
export type Moving = "picture" | "camera";
/** Of the points of an outline, only so many are independent. */
export const INDEPENDENT = 40;
/** A view this close to the one that rules, and falling where that one rises, rules with it. World units. */
const TIE = 0.012;

/** Normal equations: a · step = b. */
export interface System {
	readonly a: Float64Array; // [size × size]
	readonly b: Float64Array; // [size]
}

/** How all gaps change with all unknowns, as normal equations for a step that closes them. */
export function linearise(
	outlines: readonly SilhouetteOutline[],
	poses: readonly OrbitPose[],
	others: readonly (readonly number[])[],
	gaps: readonly OutlineGaps[],
	noise: number,
	farGap: number,
	moving: Moving,
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
				values[w] = valueAt(outlines[w], poses[w], ray);
				if (first < 0 || values[w] > values[first]) first = w;
			}
			along[first] = lookUp(outlines[first], poses[first], ray).along;
			let second = -1;
			for (const w of others[v]) {
				if (w === first || values[w] <= g - TIE) continue;
				if (second >= 0 && values[w] <= values[second]) continue;
				along[w] = lookUp(outlines[w], poses[w], ray).along;
				if (along[w] * along[first] < 0) second = w;
			}
			const share =
				second < 0 ? 1 : along[second] / (along[second] - along[first]);
			// (2) How the gap changes with each unknown.
			slope.fill(0);
			addSlopes(slope, outlines[first], poses, first, v, ray, share, moving);
			if (second >= 0)
				addSlopes(
					slope,
					outlines[second],
					poses,
					second,
					v,
					ray,
					1 - share,
					moving,
				);
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
	const own = [pose.offset[0] + x0 * q, pose.offset[1] + y0 * q, z] as const;
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

/** A view's distance at a world point, world units. */
function valueAt(
	{ distance }: SilhouetteOutline,
	{ rotation: r, scale, cx, cy, perspective, offset }: OrbitPose,
	{ world: [x, y, z] }: RayPoint,
): number {
	const depth = r[6] * x + r[7] * y + r[8] * z;
	const zoom = scale / Math.max(NEAREST, 1 - perspective * depth);
	const right = r[0] * x + r[1] * y + r[2] * z - offset[0];
	const up = r[3] * x + r[4] * y + r[5] * z - offset[1];
	return (
		sampleSilhouetteDistance(distance, cx + zoom * right, cy - zoom * up) / zoom
	);
}

function lookUp(
	{ distance }: SilhouetteOutline,
	pose: OrbitPose,
	ray: RayPoint,
): Seen {
	const y = forwards(pose.rotation, ray.world);
	const q = Math.max(NEAREST, 1 - pose.perspective * y[2]);
	const zoom = pose.scale / q;
	const right = y[0] - pose.offset[0];
	const up = y[1] - pose.offset[1];
	const u = pose.cx + zoom * right;
	const v = pose.cy - zoom * up;
	const at = (du: number, dv: number): number =>
		sampleSilhouetteDistance(distance, u + du, v + dv) / zoom;
	const perU = at(0.5, 0) - at(-0.5, 0);
	const perV = at(0, 0.5) - at(0, -0.5);
	const slope = [
		perU * zoom,
		-perV * zoom,
		(perU * right - perV * up) * zoom * (pose.perspective / q),
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
	moving: Moving,
): void {
	const pose = poses[w];
	const own = poses[v];
	const seen = lookUp(outline, pose, ray);
	const { perU, perV, u, v: vv, y, slope } = seen;
	const at = w * PER_VIEW;
	const from = v * PER_VIEW;
	const outwards = perU * (u - pose.cx) + perV * (vv - pose.cy);
	const qThere = Math.max(NEAREST, 1 - pose.perspective * y[2]);
	const g = forwards(own.rotation, backwards(pose.rotation, slope));
	const z = ray.own[2];
	const q = 1 - own.perspective * z;
	const right = ray.own[0] - own.offset[0];
	const up = ray.own[1] - own.offset[1];
	// (1) The camera that measures, and the camera whose ray it is: there the point moves.
	if (moving === "picture") {
		out[at] += share * outwards;
		out[at + 1] += share * perU;
		out[at + 2] += share * perV;
		out[from] -= share * (g[0] * right + g[1] * up);
		out[from + 1] -= (share * g[0] * q) / own.scale;
		out[from + 2] += (share * g[1] * q) / own.scale;
		const last = out.length - 1;
		out[last] += (share * y[2] * outwards) / qThere;
		out[last] -= (share * (g[0] * right + g[1] * up) * z) / q;
	} else {
		const zoom = pose.scale / qThere;
		out[at] -= (share * outwards) / qThere;
		out[at + 1] -= share * perU * zoom;
		out[at + 2] += share * perV * zoom;
		out[from] += (share * (g[0] * right + g[1] * up)) / q;
		out[from + 1] += share * g[0];
		out[from + 2] += share * g[1];
	}
	// (2) Turns.
	addCross(out, at + 3, y, slope, share);
	addCross(out, from + 3, ray.own, g, -share);
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
