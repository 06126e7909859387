import type { Mesh } from "../../core/mesh.ts";
import { buildEdges, nextHalf } from "./adjacency.ts";
import { createSets, findRoot, uniteAlongEdge } from "./union-find.ts";

/** How far copies of a vertex move towards their own triangles, as a share of the way. */
const NUDGE = 1e-3;

/**
 * Cuts a mesh where more than two triangles meet at an edge, or several fans at a vertex, so that
 * every edge has at most two triangles and every vertex one fan.
 *
 * At a crowded edge triangles stay together in pairs that have solid between them, so touching
 * solids come apart instead of merging. Copies of a vertex move apart by a thousandth of their
 * triangles: otherwise the next weld, ours or a stranger's, would undo the cut.
 * Expects welded positions; the result has positions and indices only. A manifold mesh comes back
 * as it is.
 */
export function makeManifold(mesh: Mesh): Mesh {
	const vertexCount = mesh.positions.length / 3;
	const src = mesh.indices;
	// (1) Who stays with whom, and the fans that follow.
	const { mate, isCrowded } = pairTriangles(mesh);
	const fans = createSets(src.length);
	for (let h = 0; h < src.length; h++)
		if (mate[h] > h) uniteAlongEdge(fans, src, h, mate[h]);

	// (2) One vertex for each fan; the first keeps the old number.
	const vertexOfFan = new Int32Array(src.length).fill(-1);
	const taken = new Uint8Array(vertexCount);
	const srcOfCopy: number[] = [];
	const split = new Uint8Array(vertexCount);
	const indices = new Uint32Array(src.length);
	for (let h = 0; h < src.length; h++) {
		const root = findRoot(fans, h);
		const v = src[h];
		if (vertexOfFan[root] < 0) {
			if (taken[v]) {
				split[v] = 1;
				vertexOfFan[root] = vertexCount + srcOfCopy.length;
				srcOfCopy.push(v);
			} else vertexOfFan[root] = v;
			taken[v] = 1;
		}
		indices[h] = vertexOfFan[root];
	}
	if (srcOfCopy.length === 0 && !isCrowded) return mesh;
	const positions = new Float32Array((vertexCount + srcOfCopy.length) * 3);
	positions.set(mesh.positions);
	const moves = new Uint8Array(vertexCount + srcOfCopy.length);
	moves.set(split);
	for (let i = 0; i < srcOfCopy.length; i++) {
		const v = srcOfCopy[i] * 3;
		positions.set(mesh.positions.subarray(v, v + 3), (vertexCount + i) * 3);
		moves[vertexCount + i] = 1;
	}

	// (3) Two pairs may still run between the same two vertices: give all but one a middle vertex.
	const cut = cutDoubleEdges({ positions, indices }, mate);
	if (srcOfCopy.length === 0 && cut.mesh === undefined) return mesh;
	const result = cut.mesh ?? { positions, indices };
	const movesAll = new Uint8Array(result.positions.length / 3).fill(1);
	movesAll.set(moves);
	nudge(result, movesAll);
	return result;
}

/** The half-edge each half-edge stays joined to, −1 for none; and whether any edge has more than two triangles. */
function pairTriangles(mesh: Mesh): {
	mate: Int32Array; // [triangleCount × 3]
	isCrowded: boolean;
} {
	const { indices } = mesh;
	const mate = new Int32Array(indices.length).fill(-1);
	const { edgeCount, start, halves } = buildEdges(
		indices,
		mesh.positions.length / 3,
	);
	let isCrowded = false;
	for (let e = 0; e < edgeCount; e++) {
		const first = start[e];
		const count = start[e + 1] - first;
		if (count === 2) {
			mate[halves[first]] = halves[first + 1];
			mate[halves[first + 1]] = halves[first];
		} else if (count > 2) {
			isCrowded = true;
			pairAround(mesh, halves.subarray(first, first + count), mate);
		}
	}
	return { mate, isCrowded };
}

/**
 * Pairs the triangles around one edge. Turning around the edge by the right hand, a triangle that
 * runs along it has its outside ahead and its solid behind; so it goes with the last one before it
 * that runs the other way.
 */
function pairAround(mesh: Mesh, around: Uint32Array, mate: Int32Array): void {
	const { positions: p, indices } = mesh;
	const low = Math.min(indices[around[0]], indices[nextHalf(around[0])]);
	const high = Math.max(indices[around[0]], indices[nextHalf(around[0])]);
	const axis = [0, 1, 2].map((k) => p[high * 3 + k] - p[low * 3 + k]);
	const length = Math.hypot(...axis) || 1;
	const e = axis.map((x) => x / length);
	// Any two directions upright on the edge and on each other, right-handed with it.
	const least = e.map(Math.abs).indexOf(Math.min(...e.map(Math.abs)));
	const u = cross(
		e,
		[0, 1, 2].map((k) => (k === least ? 1 : 0)),
	);
	const v = cross(e, u);
	const turns = [...around]
		.map((h) => {
			const tip = indices[nextHalf(nextHalf(h))] * 3;
			const r = [0, 1, 2].map((k) => p[tip + k] - p[low * 3 + k]);
			return {
				h,
				along: indices[h] === low,
				angle: Math.atan2(dot(r, v), dot(r, u)),
			};
		})
		.sort((s, t) => s.angle - t.angle || s.h - t.h);
	const join = (s: { h: number }, t: { h: number }): void => {
		mate[s.h] = t.h;
		mate[t.h] = s.h;
	};
	for (let i = 0; i < turns.length; i++) {
		const behind = turns[(i + turns.length - 1) % turns.length];
		if (turns[i].along && !behind.along && mate[behind.h] < 0)
			join(turns[i], behind);
	}
	// What is left over (inconsistent or open input) pairs up in order, one of each direction.
	const left = turns.filter((s) => mate[s.h] < 0);
	const along = left.filter((s) => s.along);
	const against = left.filter((s) => !s.along);
	for (let i = 0; i < Math.min(along.length, against.length); i++)
		join(along[i], against[i]);
}

/** Splits triangles at the middle of edges that belong to several pairs. */
function cutDoubleEdges(
	mesh: Mesh,
	mate: Int32Array, // [triangleCount × 3]
): { mesh?: Mesh } {
	const { indices, positions: p } = mesh;
	const vertexCount = p.length / 3;
	const { edgeCount, start, halves } = buildEdges(indices, vertexCount);
	const middle = new Int32Array(indices.length).fill(-1);
	const extra: number[] = [];
	for (let e = 0; e < edgeCount; e++) {
		const first = start[e];
		const count = start[e + 1] - first;
		if (count < 2 || (count === 2 && mate[halves[first]] === halves[first + 1]))
			continue;
		const kept = halves[first];
		for (let i = first + 1; i < first + count; i++) {
			const h = halves[i];
			if (mate[h] === kept || middle[h] >= 0) continue;
			middle[h] = vertexCount + extra.length / 3;
			if (mate[h] >= 0) middle[mate[h]] = middle[h];
			const a = indices[h] * 3;
			const b = indices[nextHalf(h)] * 3;
			for (let k = 0; k < 3; k++) extra.push((p[a + k] + p[b + k]) / 2);
		}
	}
	if (extra.length === 0) return {};
	const positions = new Float32Array(p.length + extra.length);
	positions.set(p);
	positions.set(extra, p.length);
	const out: number[] = [];
	for (let h = 0; h < indices.length; h += 3) {
		// The rim of the triangle with its middles, as a polygon cut into triangles: corners of
		// cut edges first come off, what remains is a fan.
		const polygon: number[] = [];
		for (let k = 0; k < 3; k++) {
			polygon.push(indices[h + k]);
			if (middle[h + k] >= 0) polygon.push(middle[h + k]);
		}
		cutPolygon(polygon, vertexCount, out);
	}
	return { mesh: { positions, indices: Uint32Array.from(out) } };
}

/** Cuts a triangle with 0–3 middles on its rim: corners between two middles come off first. */
function cutPolygon(
	polygon: number[],
	firstMiddle: number,
	out: number[],
): void {
	const isMiddle = (i: number): boolean =>
		polygon[(i + polygon.length) % polygon.length] >= firstMiddle;
	for (let i = 0; i < polygon.length && polygon.length > 3; i++) {
		if (isMiddle(i) || !isMiddle(i - 1) || !isMiddle(i + 1)) continue;
		const n = polygon.length;
		out.push(polygon[(i + n - 1) % n], polygon[i], polygon[(i + 1) % n]);
		polygon.splice(i, 1);
		i = -1;
	}
	// From a middle, so that no triangle of the fan is flat.
	const from = Math.max(
		0,
		polygon.findIndex((v) => v >= firstMiddle),
	);
	const n = polygon.length;
	for (let i = 1; i + 1 < n; i++)
		out.push(
			polygon[from],
			polygon[(from + i) % n],
			polygon[(from + i + 1) % n],
		);
}

/** Moves the flagged vertices a little towards the middle of their own triangles. */
function nudge(mesh: Mesh, moves: Uint8Array): void {
	const { positions: p, indices } = mesh;
	const sums = new Float64Array(p.length);
	const counts = new Uint32Array(moves.length);
	for (let h = 0; h < indices.length; h++) {
		const v = indices[h];
		if (!moves[v]) continue;
		const b = indices[nextHalf(h)] * 3;
		const c = indices[nextHalf(nextHalf(h))] * 3;
		counts[v] += 2;
		for (let k = 0; k < 3; k++) sums[v * 3 + k] += p[b + k] + p[c + k];
	}
	for (let v = 0; v < moves.length; v++) {
		if (!moves[v] || counts[v] === 0) continue;
		for (let k = 0; k < 3; k++)
			p[v * 3 + k] += NUDGE * (sums[v * 3 + k] / counts[v] - p[v * 3 + k]);
	}
}

function cross(a: readonly number[], b: readonly number[]): number[] {
	return [
		a[1] * b[2] - a[2] * b[1],
		a[2] * b[0] - a[0] * b[2],
		a[0] * b[1] - a[1] * b[0],
	];
}

function dot(a: readonly number[], b: readonly number[]): number {
	return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
