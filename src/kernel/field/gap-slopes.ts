import { sampleSilhouetteDistance } from "../image/silhouette-distance.ts";
import type { SilhouetteOutline } from "../image/silhouette-outline.ts";
import { backwards, forwards } from "../math/rotation.ts";
import {
	NEAREST,
	type OrbitPose,
	type OutlineGaps,
} from "./silhouette-coherence.ts";

/** Unknowns of a view: log scale, cx, cy, and a turn about the camera's x, y and z. After all views: perspective. */
export const PER_VIEW = 6;
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
					values[w] > g - TIE &&
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
	const q = Math.max(NEAREST, 1 - pose.perspective * y[2]);
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
	const zPerQ = y[2] / Math.max(NEAREST, 1 - pose.perspective * y[2]);
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
