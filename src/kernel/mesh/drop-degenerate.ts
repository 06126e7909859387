import type { Mesh } from "../../core/mesh.ts";
import {
	buildEdges,
	buildVertexCorners,
	nextHalf,
	type VertexCorners,
} from "./adjacency.ts";
import { compact } from "./compact.ts";
import { isDegenerate } from "./measure.ts";

/** Each pass repairs degenerate triangles that have no repaired neighbour; chains take several. */
const MAX_PASSES = 8;

/**
 * Removes duplicate triangles and triangles without area, without opening holes.
 *
 * - Of equal triangles one stays; two that lie back to back both go.
 * - A needle (one edge far shorter than the others) loses that edge: its ends become one vertex.
 * - A cap (a corner on the opposite edge) gives that edge to its neighbour: the edge is flipped.
 *
 * A repair that would make an edge twice is left out, and then the triangle stays. Expects welded
 * positions; colours are kept, normals and UVs are not.
 */
export function dropDegenerate(mesh: Mesh): Mesh {
	let indices = dropDuplicates(mesh.indices);
	for (let pass = 0; pass < MAX_PASSES; pass++) {
		const repaired = repairPass(mesh.positions, indices);
		if (!repaired) break;
		indices = dropDuplicates(repaired);
	}
	if (indices === mesh.indices) return mesh;
	return compact({
		positions: mesh.positions,
		indices,
		...(mesh.colors && { colors: mesh.colors }),
	});
}

/** Keeps one of equal triangles, none of two that cancel, and none that repeats a vertex. */
function dropDuplicates(indices: Uint32Array): Uint32Array {
	const triangleCount = indices.length / 3;
	// (1) Corners in rising order, and whether that took an odd number of swaps.
	const sorted = new Uint32Array(indices.length);
	const odd = new Uint8Array(triangleCount);
	for (let t = 0; t < triangleCount; t++) {
		let a = indices[t * 3];
		let b = indices[t * 3 + 1];
		let c = indices[t * 3 + 2];
		let swaps = 0;
		if (a > b) {
			[a, b] = [b, a];
			swaps++;
		}
		if (b > c) {
			[b, c] = [c, b];
			swaps++;
		}
		if (a > b) {
			[a, b] = [b, a];
			swaps++;
		}
		sorted[t * 3] = a;
		sorted[t * 3 + 1] = b;
		sorted[t * 3 + 2] = c;
		odd[t] = swaps & 1;
	}
	// (2) Hash the triples; a later twin cancels or repeats the first.
	let capacity = 16;
	while (capacity < triangleCount * 2) capacity *= 2;
	const table = new Int32Array(capacity).fill(-1);
	const gone = new Uint8Array(triangleCount);
	let goneCount = 0;
	for (let t = 0; t < triangleCount; t++) {
		const a = sorted[t * 3];
		const b = sorted[t * 3 + 1];
		const c = sorted[t * 3 + 2];
		if (a === b || b === c) {
			gone[t] = 1;
			goneCount++;
			continue;
		}
		let hash =
			Math.imul(a, 0x9e3779b1) ^
			Math.imul(b, 0x85ebca6b) ^
			Math.imul(c, 0xc2b2ae35);
		hash ^= hash >>> 15;
		let slot = hash & (capacity - 1);
		for (; table[slot] >= 0; slot = (slot + 1) & (capacity - 1)) {
			const u = table[slot];
			if (
				sorted[u * 3] === a &&
				sorted[u * 3 + 1] === b &&
				sorted[u * 3 + 2] === c
			)
				break;
		}
		const twin = table[slot];
		if (twin < 0 || gone[twin]) table[slot] = t;
		else {
			gone[t] = 1;
			goneCount++;
			if (odd[t] !== odd[twin]) {
				gone[twin] = 1;
				goneCount++;
			}
		}
	}
	if (goneCount === 0) return indices;
	const out = new Uint32Array(indices.length - goneCount * 3);
	let used = 0;
	for (let t = 0; t < triangleCount; t++) {
		if (gone[t]) continue;
		out[used] = indices[t * 3];
		out[used + 1] = indices[t * 3 + 1];
		out[used + 2] = indices[t * 3 + 2];
		used += 3;
	}
	return out;
}

/** The indices after one round of repairs, or undefined when there was nothing to repair. */
function repairPass(
	positions: Float32Array,
	indices: Uint32Array,
): Uint32Array | undefined {
	const bad: number[] = [];
	for (let h = 0; h < indices.length; h += 3)
		if (isBad(positions, indices[h], indices[h + 1], indices[h + 2]))
			bad.push(h);
	if (bad.length === 0) return undefined;

	const vertexCount = positions.length / 3;
	const { start, halves, edgeOfHalf } = buildEdges(indices, vertexCount);
	const corners = buildVertexCorners(indices, vertexCount);
	const dst = indices.slice();
	const locked = new Uint8Array(vertexCount); // its triangles have changed in this round
	let repairs = 0;
	for (const base of bad) {
		// (1) Shortest and longest edge.
		let shortest = base;
		let longest = base;
		for (let h = base; h < base + 3; h++) {
			const length = edgeLength(positions, indices, h);
			if (length < edgeLength(positions, indices, shortest)) shortest = h;
			if (length > edgeLength(positions, indices, longest)) longest = h;
		}
		// (2) A cap: flip its longest edge, if the neighbour allows.
		const first = start[edgeOfHalf[longest]];
		const faces = start[edgeOfHalf[longest] + 1] - first;
		const mate = halves[first] === longest ? halves[first + 1] : halves[first];
		if (
			faces === 2 &&
			flip(positions, indices, dst, corners, locked, longest, mate)
		) {
			repairs++;
			continue;
		}
		// (3) A needle, or a cap that could not be flipped: merge the nearest two corners.
		if (merge(positions, indices, dst, corners, locked, shortest)) repairs++;
	}
	return repairs > 0 ? dst : undefined;
}

function isBad(p: Float32Array, a: number, b: number, c: number): boolean {
	return isDegenerate(p, a * 3, b * 3, c * 3);
}

function edgeLength(p: Float32Array, indices: Uint32Array, h: number): number {
	const a = indices[h] * 3;
	const b = indices[nextHalf(h)] * 3;
	return Math.hypot(p[a] - p[b], p[a + 1] - p[b + 1], p[a + 2] - p[b + 2]);
}

/** Replaces triangles a b c and b a d by a d c and d b c, if both have area and c d is no edge. */
function flip(
	p: Float32Array,
	indices: Uint32Array,
	dst: Uint32Array,
	corners: VertexCorners,
	locked: Uint8Array,
	h: number,
	mate: number,
): boolean {
	const a = indices[h];
	const b = indices[nextHalf(h)];
	const c = indices[nextHalf(nextHalf(h))];
	const d = indices[nextHalf(nextHalf(mate))];
	if (indices[mate] !== b || c === d) return false;
	if (locked[a] || locked[b] || locked[c] || locked[d]) return false;
	if (isBad(p, a, d, c) || isBad(p, d, b, c)) return false;
	for (let i = corners.start[c]; i < corners.start[c + 1]; i++) {
		const at = corners.corners[i];
		if (indices[nextHalf(at)] === d || indices[nextHalf(nextHalf(at))] === d)
			return false;
	}
	const t = h - (h % 3);
	const u = mate - (mate % 3);
	dst.set([a, d, c], t);
	dst.set([d, b, c], u);
	locked[a] = locked[b] = locked[c] = locked[d] = 1;
	return true;
}

/** Makes the end of edge h its start, if the ends share no neighbours but the tips at the edge. */
function merge(
	p: Float32Array,
	indices: Uint32Array,
	dst: Uint32Array,
	{ start, corners }: VertexCorners,
	locked: Uint8Array,
	h: number,
): boolean {
	const a = indices[h];
	const b = indices[nextHalf(h)];
	const around = (v: number): Set<number> => {
		const ring = new Set<number>();
		for (let i = start[v]; i < start[v + 1]; i++) {
			ring.add(indices[nextHalf(corners[i])]);
			ring.add(indices[nextHalf(nextHalf(corners[i]))]);
		}
		return ring;
	};
	const ringA = around(a);
	const ringB = around(b);
	const tips = new Set<number>();
	for (let i = start[b]; i < start[b + 1]; i++) {
		const n = indices[nextHalf(corners[i])];
		const m = indices[nextHalf(nextHalf(corners[i]))];
		if (n === a) tips.add(m);
		else if (m === a) tips.add(n);
		else if (!isBad(p, b, n, m) && turnsOver(p, b, a, n, m)) return false;
	}
	for (const v of [...ringA, ...ringB]) if (locked[v]) return false;
	for (const v of ringB) if (ringA.has(v) && !tips.has(v)) return false;
	// A tip with only three neighbours would be left with two.
	for (const tip of tips) if (around(tip).size <= 3) return false;
	for (let i = start[b]; i < start[b + 1]; i++) dst[corners[i]] = a;
	for (const v of ringA) locked[v] = 1;
	for (const v of ringB) locked[v] = 1;
	locked[a] = locked[b] = 1;
	return true;
}

/** Whether triangle v n m turns over, or loses its area, when v moves to the place of w. */
function turnsOver(
	p: Float32Array,
	v: number,
	w: number,
	n: number,
	m: number,
): boolean {
	const normal = (o: number): [number, number, number] => {
		const ux = p[n * 3] - p[o * 3];
		const uy = p[n * 3 + 1] - p[o * 3 + 1];
		const uz = p[n * 3 + 2] - p[o * 3 + 2];
		const vx = p[m * 3] - p[o * 3];
		const vy = p[m * 3 + 1] - p[o * 3 + 1];
		const vz = p[m * 3 + 2] - p[o * 3 + 2];
		return [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
	};
	const before = normal(v);
	const after = normal(w);
	return (
		isBad(p, w, n, m) ||
		!(before[0] * after[0] + before[1] * after[1] + before[2] * after[2] > 0)
	);
}
