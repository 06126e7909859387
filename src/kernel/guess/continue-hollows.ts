import type { Lattice } from "../field/grid-field.ts";
import { nearestOutside, wayOut } from "../field/nearest-outside.ts";
import { sphereDirections } from "../math/sphere-directions.ts";
import { wallThickness } from "./wall-thickness.ts";

export interface ContinueOptions {
	/** What is carved less deep than that is no hollow, and no wall is thinner; world units. */
	readonly leastWall: number;
	/** Median of the walls from which on an object is no shell: what a hollow leaves of it is taken to be solid. */
	readonly mostWall: number;
	/** As many times as what was carved may be added: more is another story. */
	readonly mostAdded: number;
	/** Share of what is added that one must be able to look at from outside. */
	readonly leastSeen: number;
}

const DIRECTIONS = sphereDirections(128);
/** How far about what is added the walls are drawn; lattice points. */
const REACH = 2;
/** Of the angle between the ways to a wall and through it: where a hollow ends half way, that is no wall. */
const LEAST_COSINE = 0.5;
/** Points that are looked at from all of them. */
const LOOKS = 1000;

/**
 * Hollows go on out of sight: a shoe's reaches into the toe. Where those that were carved have left walls like a shell's,
 * the room beside them is emptied as well, up to walls as thick as those that face the same way. Null where the object is
 * no shell, where nothing is left to empty, or so much that it can be no part of the same hollow, or where hardly anybody
 * could look in: what is all closed might as well be solid.
 */
export function continueHollows(
	hull: Lattice,
	carved: Lattice, // positive where nothing is; on the hull's points
	{ leastWall, mostWall, mostAdded, leastSeen }: ContinueOptions,
): Lattice | null {
	const { values, counts, spacing } = hull;
	const [nx, ny] = counts;
	const strides = [1, nx, nx * ny];
	const sides = strides.flatMap((stride) => [stride, -stride]);
	const nearest = nearestOutside(hull);
	const { depth } = nearest;
	// (1) What is hollow, and its walls.
	const hollow: number[] = [];
	const isEmpty = Uint8Array.from(carved.values, (value, n) =>
		value > 0 || values[n] > 0 ? 1 : 0,
	);
	const walls = new Set<number>();
	for (let n = 0; n < values.length; n++) {
		if (isEmpty[n] === 0 || depth[n] <= leastWall) continue;
		hollow.push(n);
		for (const [axis, stride] of strides.entries())
			for (const sign of [1, -1]) {
				const wall = n + sign * stride;
				if (isEmpty[wall] === 1) continue;
				if (sign * wayOut(hull, nearest, wall)[axis] > LEAST_COSINE)
					walls.add(wall);
			}
	}
	if (walls.size === 0) return null;
	const depths = Float32Array.from(walls, (n) => depth[n]).sort();
	if (depths[depths.length >> 1] > mostWall) return null;
	// (2) The room beside it.
	const thickness = wallThickness(hull, nearest, [...walls]);
	const room = (n: number): number =>
		depth[n] - Math.max(leastWall, thickness(n));
	const added: number[] = [];
	const most = mostAdded * hollow.length;
	const queue = [...hollow];
	for (let next = queue.pop(); next !== undefined; next = queue.pop())
		for (const side of sides) {
			const n = next + side;
			if (isEmpty[n] === 1 || room(n) <= 0) continue;
			isEmpty[n] = 1;
			if (added.push(n) > most) return null;
			queue.push(n);
		}
	if (added.length === 0 || seenShare(added, isEmpty, hull) < leastSeen)
		return null;
	// (3) Its walls lie between the points.
	const isNear = new Uint8Array(values.length);
	for (const n of added)
		for (let z = -REACH; z <= REACH; z++)
			for (let y = -REACH; y <= REACH; y++) {
				const middle = n + (z * ny + y) * nx;
				isNear.fill(1, middle - REACH, middle + REACH + 1);
			}
	const farthest = REACH * spacing;
	return {
		...carved,
		values: carved.values.map((value, n) => {
			if (isNear[n] === 0 || values[n] > 0) return value;
			const own = room(n);
			// Beyond a wall there may be another room.
			if (own > 0 && isEmpty[n] === 0) return value;
			return Math.max(value, Math.min(farthest, Math.max(-farthest, own)));
		}),
	};
}

/** How many of some empty points can be seen from outside, from one direction at least. */
function seenShare(
	points: readonly number[],
	isEmpty: Uint8Array,
	{ counts }: Lattice,
): number {
	const stride = Math.ceil(points.length / LOOKS);
	let looks = 0;
	let seen = 0;
	for (let k = 0; k < points.length; k += stride) {
		looks++;
		if (DIRECTIONS.some((way) => leadsOut(points[k], way, isEmpty, counts)))
			seen++;
	}
	return seen / looks;
}

function leadsOut(
	point: number,
	[dx, dy, dz]: readonly [number, number, number],
	isEmpty: Uint8Array,
	[nx, ny, nz]: Lattice["counts"],
): boolean {
	let x = point % nx;
	let y = Math.floor(point / nx) % ny;
	let z = Math.floor(point / (nx * ny));
	for (;;) {
		x += dx;
		y += dy;
		z += dz;
		const i = Math.round(x);
		const j = Math.round(y);
		const k = Math.round(z);
		if (i < 0 || j < 0 || k < 0 || i >= nx || j >= ny || k >= nz) return true;
		if (isEmpty[(k * ny + j) * nx + i] === 0) return false;
	}
}
