import type { Checkpoint } from "../../core/run-context.ts";
import { type Bvh, MAX_DEPTH } from "./bvh.ts";

export interface ClosestPoints {
	readonly distances: Float32Array; // [pointCount]
	readonly triangles: Uint32Array; // [pointCount] indices into bvh.mesh
	readonly points: Float32Array; // [pointCount × 3] on the surface
}

/** Distance from each point to the nearest place on the surface, exact up to rounding. */
export function closestDistances(
	bvh: Bvh,
	points: Float32Array, // [pointCount × 3]
	checkpoint?: Checkpoint,
): Float32Array /* [pointCount] */ {
	return closestPoints(bvh, points, checkpoint).distances;
}

/**
 * The nearest place on the surface for each point: its distance, triangle and position.
 * Points that lie near each other in the array are found faster: each search starts from the
 * answer of the one before.
 */
export function closestPoints(
	bvh: Bvh,
	points: Float32Array, // [pointCount × 3]
	checkpoint?: Checkpoint,
): ClosestPoints {
	const count = points.length / 3;
	const distances = new Float32Array(count);
	const triangles = new Uint32Array(count);
	const nearest = new Float32Array(count * 3);
	const { bounds, child, start, end, corners, order } = bvh;
	const stackNode = new Uint32Array(MAX_DEPTH);
	const stackDistance = new Float64Array(MAX_DEPTH);
	const place = new Float64Array(3);

	let slot = 0;
	for (let i = 0; i < count; i++) {
		if (checkpoint && (i & 0x3fff) === 0) checkpoint(i / count);
		const px = points[i * 3];
		const py = points[i * 3 + 1];
		const pz = points[i * 3 + 2];
		let best = closestOnTriangle(corners, slot * 9, px, py, pz, place);
		let bx = place[0];
		let by = place[1];
		let bz = place[2];
		let depth = 0;
		let node = 0;
		let nodeDistance = boxDistance(bounds, 0, px, py, pz);
		for (;;) {
			if (nodeDistance < best) {
				const left = child[node];
				if (left !== 0) {
					const dl = boxDistance(bounds, left * 6, px, py, pz);
					const dr = boxDistance(bounds, left * 6 + 6, px, py, pz);
					if (dl <= dr) {
						stackNode[depth] = left + 1;
						stackDistance[depth++] = dr;
						node = left;
						nodeDistance = dl;
					} else {
						stackNode[depth] = left;
						stackDistance[depth++] = dl;
						node = left + 1;
						nodeDistance = dr;
					}
					continue;
				}
				const last = end[node];
				for (let s = start[node]; s < last; s++) {
					const d = closestOnTriangle(corners, s * 9, px, py, pz, place);
					if (d < best) {
						best = d;
						slot = s;
						bx = place[0];
						by = place[1];
						bz = place[2];
					}
				}
			}
			if (depth === 0) break;
			node = stackNode[--depth];
			nodeDistance = stackDistance[depth];
		}
		distances[i] = Math.sqrt(best);
		triangles[i] = order[slot];
		nearest[i * 3] = bx;
		nearest[i * 3 + 1] = by;
		nearest[i * 3 + 2] = bz;
	}
	return { distances, triangles, points: nearest };
}

/** Squared distance from a point to the box at offset `b`. */
function boxDistance(
	bounds: Float32Array,
	b: number,
	px: number,
	py: number,
	pz: number,
): number {
	let sum = 0;
	let d = bounds[b] - px;
	if (d > 0) sum = d * d;
	else {
		d = px - bounds[b + 3];
		if (d > 0) sum = d * d;
	}
	d = bounds[b + 1] - py;
	if (d > 0) sum += d * d;
	else {
		d = py - bounds[b + 4];
		if (d > 0) sum += d * d;
	}
	d = bounds[b + 2] - pz;
	if (d > 0) sum += d * d;
	else {
		d = pz - bounds[b + 5];
		if (d > 0) sum += d * d;
	}
	return sum;
}

/**
 * Squared distance from a point to the triangle whose corners start at offset `o`; the nearest
 * place goes to `place`. By Voronoi regions of corners, edges and face (Ericson, "Real-time
 * collision detection", 2005, section 5.1.5).
 */
export function closestOnTriangle(
	corners: Float32Array,
	o: number,
	px: number,
	py: number,
	pz: number,
	place: Float64Array, // [3]
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
	const wx = px - ax;
	const wy = py - ay;
	const wz = pz - az;
	const uw = ux * wx + uy * wy + uz * wz;
	const vw = vx * wx + vy * wy + vz * wz;
	// The nearest place is a + s · (b − a) + t · (c − a).
	let s = 0;
	let t = 0;
	if (uw > 0 || vw > 0) {
		const uu = ux * ux + uy * uy + uz * uz;
		const uv = ux * vx + uy * vy + uz * vz;
		const vv = vx * vx + vy * vy + vz * vz;
		const ub = uw - uu; // (b − a) · (p − b)
		const vb = vw - uv; // (c − a) · (p − b)
		const uc = uw - uv; // (b − a) · (p − c)
		const vc = vw - vv; // (c − a) · (p − c)
		const faceC = uw * vb - ub * vw;
		const faceB = uc * vw - uw * vc;
		const faceA = ub * vc - uc * vb;
		if (ub >= 0 && vb <= ub) s = 1;
		else if (vc >= 0 && uc <= vc) t = 1;
		else if (faceC <= 0 && uw > 0 && ub < 0) s = uw / (uw - ub);
		else if (faceB <= 0 && vw > 0 && vc < 0) t = vw / (vw - vc);
		else if (faceA <= 0 && vb - ub > 0 && uc - vc > 0) {
			t = (vb - ub) / (vb - ub + (uc - vc));
			s = 1 - t;
		} else {
			const sum = faceA + faceB + faceC; // squared normal
			if (sum > 1e-20 * uu * vv) {
				s = faceB / sum;
				t = faceC / sum;
			} else
				return closestOnNeedle(
					place,
					ax,
					ay,
					az,
					ux,
					uy,
					uz,
					vx,
					vy,
					vz,
					wx,
					wy,
					wz,
				);
		}
	}
	const x = s * ux + t * vx;
	const y = s * uy + t * vy;
	const z = s * uz + t * vz;
	place[0] = ax + x;
	place[1] = ay + y;
	place[2] = az + z;
	return (wx - x) * (wx - x) + (wy - y) * (wy - y) + (wz - z) * (wz - z);
}

/** A triangle without area is its three edges. */
function closestOnNeedle(
	place: Float64Array,
	ax: number,
	ay: number,
	az: number,
	ux: number,
	uy: number,
	uz: number,
	vx: number,
	vy: number,
	vz: number,
	wx: number,
	wy: number,
	wz: number,
): number {
	let best = Infinity;
	for (let edge = 0; edge < 3; edge++) {
		// From (ox, oy, oz) along (dx, dy, dz), relative to corner a.
		const ox = edge === 2 ? ux : 0;
		const oy = edge === 2 ? uy : 0;
		const oz = edge === 2 ? uz : 0;
		const dx = edge === 0 ? ux : vx - ox;
		const dy = edge === 0 ? uy : vy - oy;
		const dz = edge === 0 ? uz : vz - oz;
		const length = dx * dx + dy * dy + dz * dz;
		let r =
			length > 0
				? ((wx - ox) * dx + (wy - oy) * dy + (wz - oz) * dz) / length
				: 0;
		r = r < 0 ? 0 : r > 1 ? 1 : r;
		const x = ox + r * dx;
		const y = oy + r * dy;
		const z = oz + r * dz;
		const d = (wx - x) * (wx - x) + (wy - y) * (wy - y) + (wz - z) * (wz - z);
		if (d >= best) continue;
		best = d;
		place[0] = ax + x;
		place[1] = ay + y;
		place[2] = az + z;
	}
	return best;
}
