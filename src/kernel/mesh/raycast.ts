import type { Checkpoint } from "../../core/run-context.ts";
import { type Bvh, MAX_DEPTH } from "./bvh.ts";

export interface RayHits {
	/** In units of the direction's length; Infinity where nothing was hit. */
	readonly distances: Float64Array; // [rayCount]
	readonly triangles: Int32Array; // [rayCount] indices into bvh.mesh, −1 where nothing was hit
}

export interface RayOptions {
	/** Hits nearer than this do not count: rays may start on the surface. Default 0. */
	readonly minDistance?: number;
	/** Hits farther than this do not count. Default Infinity. */
	readonly maxDistance?: number;
}

/** The nearest triangle each ray hits, from either side. */
export function nearestHits(
	bvh: Bvh,
	origins: Float32Array, // [rayCount × 3]
	directions: Float32Array, // [rayCount × 3] any length but 0
	options: RayOptions = {},
	checkpoint?: Checkpoint,
): RayHits {
	const count = origins.length / 3;
	const distances = new Float64Array(count).fill(Infinity);
	const triangles = new Int32Array(count).fill(-1);
	trace(bvh, origins, directions, options, checkpoint, (ray, slot, t) => {
		distances[ray] = t;
		triangles[ray] = bvh.order[slot];
		return false;
	});
	return { distances, triangles };
}

/** Whether each ray hits anything, from either side. */
export function anyHits(
	bvh: Bvh,
	origins: Float32Array, // [rayCount × 3]
	directions: Float32Array, // [rayCount × 3] any length but 0
	options: RayOptions = {},
	checkpoint?: Checkpoint,
): Uint8Array /* [rayCount] 0 or 1 */ {
	const hit = new Uint8Array(origins.length / 3);
	trace(bvh, origins, directions, options, checkpoint, (ray) => {
		hit[ray] = 1;
		return true;
	});
	return hit;
}

/** Calls `onHit` with ever nearer hits of each ray; it returns true to be done with the ray. */
function trace(
	bvh: Bvh,
	origins: Float32Array,
	directions: Float32Array,
	{ minDistance = 0, maxDistance = Infinity }: RayOptions,
	checkpoint: Checkpoint | undefined,
	onHit: (ray: number, slot: number, distance: number) => boolean,
): void {
	const { bounds, child, start, end, corners } = bvh;
	const stackNode = new Uint32Array(MAX_DEPTH);
	const stackEntry = new Float64Array(MAX_DEPTH);
	const count = origins.length / 3;
	for (let ray = 0; ray < count; ray++) {
		if (checkpoint && (ray & 0x3fff) === 0) checkpoint(ray / count);
		const ox = origins[ray * 3];
		const oy = origins[ray * 3 + 1];
		const oz = origins[ray * 3 + 2];
		const dx = directions[ray * 3];
		const dy = directions[ray * 3 + 1];
		const dz = directions[ray * 3 + 2];
		const ix = 1 / dx;
		const iy = 1 / dy;
		const iz = 1 / dz;
		let best = Math.min(maxDistance, Number.MAX_VALUE); // a box that is missed is at Infinity
		let depth = 0;
		let node = 0;
		let entry = boxEntry(bounds, 0, ox, oy, oz, ix, iy, iz);
		let done = false;
		while (!done) {
			if (entry <= best) {
				const left = child[node];
				if (left !== 0) {
					const el = boxEntry(bounds, left * 6, ox, oy, oz, ix, iy, iz);
					const er = boxEntry(bounds, left * 6 + 6, ox, oy, oz, ix, iy, iz);
					const leftFirst = el <= er;
					stackNode[depth] = leftFirst ? left + 1 : left;
					stackEntry[depth++] = leftFirst ? er : el;
					node = leftFirst ? left : left + 1;
					entry = leftFirst ? el : er;
					continue;
				}
				for (let s = start[node]; s < end[node] && !done; s++) {
					const t = hitTriangle(corners, s * 9, ox, oy, oz, dx, dy, dz);
					if (t >= minDistance && t < best) {
						best = t;
						done = onHit(ray, s, t);
					}
				}
			}
			if (depth === 0) break;
			node = stackNode[--depth];
			entry = stackEntry[depth];
		}
	}
}

/** Where a ray enters the box at offset `b`; Infinity when it misses, 0 from inside. */
function boxEntry(
	bounds: Float32Array,
	b: number,
	ox: number,
	oy: number,
	oz: number,
	ix: number,
	iy: number,
	iz: number,
): number {
	let enter = 0;
	let leave = Infinity;
	// 0 · Infinity is NaN (a ray within the plane of a side): neither order holds, no limit is set.
	const x0 = (bounds[b] - ox) * ix;
	const x1 = (bounds[b + 3] - ox) * ix;
	if (x0 <= x1) {
		if (x0 > enter) enter = x0;
		if (x1 < leave) leave = x1;
	} else if (x1 < x0) {
		if (x1 > enter) enter = x1;
		if (x0 < leave) leave = x0;
	}
	const y0 = (bounds[b + 1] - oy) * iy;
	const y1 = (bounds[b + 4] - oy) * iy;
	if (y0 <= y1) {
		if (y0 > enter) enter = y0;
		if (y1 < leave) leave = y1;
	} else if (y1 < y0) {
		if (y1 > enter) enter = y1;
		if (y0 < leave) leave = y0;
	}
	const z0 = (bounds[b + 2] - oz) * iz;
	const z1 = (bounds[b + 5] - oz) * iz;
	if (z0 <= z1) {
		if (z0 > enter) enter = z0;
		if (z1 < leave) leave = z1;
	} else if (z1 < z0) {
		if (z1 > enter) enter = z1;
		if (z0 < leave) leave = z0;
	}
	// A hair of slack: rounding must not lose triangles that lie in a side of their box.
	return enter <= leave * (1 + 1e-12) ? enter : Infinity;
}

/**
 * Distance along a ray to the triangle at offset `o`, −1 when it misses
 * (Möller and Trumbore, "Fast, minimum storage ray/triangle intersection", 1997).
 */
function hitTriangle(
	corners: Float32Array,
	o: number,
	ox: number,
	oy: number,
	oz: number,
	dx: number,
	dy: number,
	dz: number,
): number {
	const ax = corners[o];
	const ay = corners[o + 1];
	const az = corners[o + 2];
	const ux = corners[o + 3] - ax;
	const uy = corners[o + 4] - ay;
	const uz = corners[o + 5] - az;
	const vx = corners[o + 6] - ax;
	const vy = corners[o + 7] - ay;
	const vz = corners[o + 8] - az;
	const px = dy * vz - dz * vy;
	const py = dz * vx - dx * vz;
	const pz = dx * vy - dy * vx;
	const det = ux * px + uy * py + uz * pz;
	if (det === 0) return -1;
	const inverse = 1 / det;
	const tx = ox - ax;
	const ty = oy - ay;
	const tz = oz - az;
	const u = (tx * px + ty * py + tz * pz) * inverse;
	// A hair of slack, so that rays through a shared edge hit at least one of its triangles.
	if (!(u >= -1e-12 && u <= 1 + 1e-12)) return -1;
	const qx = ty * uz - tz * uy;
	const qy = tz * ux - tx * uz;
	const qz = tx * uy - ty * ux;
	const v = (dx * qx + dy * qy + dz * qz) * inverse;
	if (!(v >= -1e-12 && u + v <= 1 + 1e-12)) return -1;
	return (vx * qx + vy * qy + vz * qz) * inverse;
}
