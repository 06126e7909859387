import {
	type SilhouetteDistance,
	sampleSilhouetteDistance,
	UNKNOWN_SLOPE,
} from "../image/silhouette-distance.ts";
import type { SilhouetteOutline } from "../image/silhouette-outline.ts";

/**
 * A camera as the object sees it. With y = rotation · x for a world point x near the origin,
 * q = 1 − perspective · y.z: u = cx + scale · (y.x − offset.x) / q, v = cy − scale · (y.y − offset.y) / q.
 * It stands at (offset.x, offset.y, 1 / perspective) in its own axes, with a focal length of scale / perspective.
 */
export interface OrbitPose {
	readonly rotation: Float64Array; // [9] camera axes from world axes, row-major
	readonly scale: number; // outline pixels a world unit at the origin
	readonly cx: number; // outline pixels
	readonly cy: number; // outline pixels
	readonly perspective: number; // 1 / world units; 0 is a parallel projection
	/** How far the camera stands beside the line through the origin along which it looks. */
	readonly offset: readonly [right: number, up: number]; // world units
}

/** For every point of one outline, how the other views explain it. */
export interface OutlineGaps {
	/**
	 * How far the other silhouettes would have to grow for some point on the ray through the outline to lie in all
	 * of them. World units; 0 and less: the ray meets the hull of the others.
	 */
	readonly gap: Float64Array; // [pointCount]
	/** Where along the ray that is: y.z in the camera's axes. */
	readonly along: Float64Array; // [pointCount]
	/** The view that asks for the most there; −1 where there is no gap. */
	readonly by: Int32Array; // [pointCount]
}

/** The ray is searched this far to both sides of the origin, world units. */
const REACH = 1;
/** First steps along that. */
const STEPS = 40;
/** Halvings of the step round the best of them. */
const HALVINGS = 6;
/** Depth, as a share of the camera's distance, below which a point counts as that near. */
export const NEAREST = 0.05;
/** Numbers per view: y − offset = a + b · z along the ray. */
const LINE = 6;

/**
 * How well each view's outline is explained by the other silhouettes: silhouette coherence, measured as a
 * distance. In a consistent set of views every ray through an outline touches the object, so it meets all other
 * silhouettes; where it misses one, the cameras are wrong.
 *
 * Hernández, Schmitt, Cipolla, "Silhouette coherence for camera calibration under circular motion", 2007.
 *
 * `start` holds an earlier answer for nearby poses: most rays are then done at the first try.
 */
export function outlineGaps(
	outlines: readonly SilhouetteOutline[],
	poses: readonly OrbitPose[],
	viewIndex: number,
	others: readonly number[],
	start?: OutlineGaps,
): OutlineGaps {
	const { points } = outlines[viewIndex];
	const count = points.length / 2;
	const gap = new Float64Array(count);
	const along = new Float64Array(count);
	const by = new Int32Array(count).fill(-1);
	const line = new Float64Array(others.length * LINE);
	const search: RaySearch = {
		distances: others.map((w) => outlines[w].distance),
		poses: others.map((w) => poses[w]),
		line,
		worst: 0,
	};
	const open = search.distances.some(
		({ touches: t }) => t.left || t.right || t.top || t.bottom,
	);
	const slope = open ? 1.2 * (1 + UNKNOWN_SLOPE) : 1.2;
	for (let p = 0; p < count; p++) {
		aimRay(poses[viewIndex], points[p * 2], points[p * 2 + 1], search);
		let z = start === undefined ? 0 : start.along[p];
		let best = value(search, z, Number.POSITIVE_INFINITY);
		if (best > 0) {
			const step = (2 * REACH) / STEPS;
			for (let k = 0; k <= STEPS && best > 0; ) {
				const at = -REACH + k * step;
				const here = value(search, at, best);
				if (here < best) {
					best = here;
					z = at;
				}
				// Nothing nearer than this can be better than the best.
				k += Math.max(1, Math.floor((here - best) / (slope * step)));
			}
			for (let n = 1; n <= HALVINGS && best > 0; n++) {
				const half = step / 2 ** n;
				const before = value(search, z - half, best);
				const after = value(search, z + half, best);
				if (before < best && before <= after) {
					best = before;
					z -= half;
				} else if (after < best) {
					best = after;
					z += half;
				}
			}
		}
		gap[p] = best;
		along[p] = z;
		if (best > 0) {
			value(search, z, Number.POSITIVE_INFINITY);
			by[p] = others[search.worst];
		}
	}
	return { gap, along, by };
}

interface RaySearch {
	readonly distances: readonly SilhouetteDistance[];
	readonly poses: readonly OrbitPose[];
	readonly line: Float64Array; // [viewCount × 6]
	/** The view that ruled the last point. */
	worst: number;
}

/** Writes the ray through (u, v) in every other view's axes. */
function aimRay(
	from: OrbitPose,
	u: number,
	v: number,
	search: RaySearch,
): void {
	const { line, poses } = search;
	const r = from.rotation;
	const x = (u - from.cx) / from.scale;
	const y = -(v - from.cy) / from.scale;
	// In the camera's axes the ray is offset + (x, y, 0) + z · (−perspective · x, −perspective · y, 1).
	const dx = -from.perspective * x;
	const dy = -from.perspective * y;
	const ox = from.offset[0] + x;
	const oy = from.offset[1] + y;
	const ax = r[0] * ox + r[3] * oy;
	const ay = r[1] * ox + r[4] * oy;
	const az = r[2] * ox + r[5] * oy;
	const bx = r[0] * dx + r[3] * dy + r[6];
	const by = r[1] * dx + r[4] * dy + r[7];
	const bz = r[2] * dx + r[5] * dy + r[8];
	for (let w = 0; w < poses.length; w++) {
		const { rotation: m, offset } = poses[w];
		const at = w * LINE;
		line[at] = m[0] * ax + m[1] * ay + m[2] * az - offset[0];
		line[at + 1] = m[3] * ax + m[4] * ay + m[5] * az - offset[1];
		line[at + 2] = m[6] * ax + m[7] * ay + m[8] * az;
		line[at + 3] = m[0] * bx + m[1] * by + m[2] * bz;
		line[at + 4] = m[3] * bx + m[4] * by + m[5] * bz;
		line[at + 5] = m[6] * bx + m[7] * by + m[8] * bz;
	}
}

/** Largest distance of the point at z over all views; some lower bound of it once that passes `limit`. */
function value(search: RaySearch, z: number, limit: number): number {
	const { poses, distances, line } = search;
	const first = search.worst;
	let largest = Number.NEGATIVE_INFINITY;
	for (let n = 0; n < poses.length; n++) {
		const w = n === 0 ? first : n <= first ? n - 1 : n;
		const pose = poses[w];
		const at = w * LINE;
		const q = Math.max(
			NEAREST,
			1 - pose.perspective * (line[at + 2] + line[at + 5] * z),
		);
		const zoom = pose.scale / q;
		const u = pose.cx + zoom * (line[at] + line[at + 3] * z);
		const v = pose.cy - zoom * (line[at + 1] + line[at + 4] * z);
		const { columns, rows, step, data } = distances[w];
		const mapX = u / step - 0.5;
		const mapY = v / step - 0.5;
		let pixels = 0;
		if (mapX >= 0 && mapX < columns - 1 && mapY >= 0 && mapY < rows - 1) {
			// The inside of the picture, inlined: most of the time of a registration.
			const i = mapX | 0;
			const j = mapY | 0;
			const fx = mapX - i;
			const corner = j * columns + i;
			const below = corner + columns;
			const upper = data[corner] + (data[corner + 1] - data[corner]) * fx;
			const lower = data[below] + (data[below + 1] - data[below]) * fx;
			pixels = upper + (lower - upper) * (mapY - j);
		} else pixels = sampleSilhouetteDistance(distances[w], u, v);
		const distance = pixels / zoom;
		if (distance <= largest) continue;
		largest = distance;
		search.worst = w;
		if (largest > limit) return largest;
	}
	return largest;
}

/** Shares of each outline, by points, whose gap is at most `tolerance` (world units). 1 for an outline of no points. */
export function coherentShare(gap: Float64Array, tolerance: number): number {
	let within = 0;
	for (let p = 0; p < gap.length; p++) if (gap[p] <= tolerance) within++;
	return gap.length === 0 ? 1 : within / gap.length;
}
