import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { buildEdges, nextHalf } from "./adjacency.ts";
import { createMinHeap, popHeap, pushHeap } from "./min-heap.ts";

/** Longest rim that is closed by the cubic-time search; longer ones are first made shorter. */
const MAX_EXACT_EDGES = 150;

export interface FilledHoles {
	/** Positions and indices only, where anything was filled; new triangles and vertices come last. */
	readonly mesh: Mesh;
	readonly filledCount: number;
	/** Holes that stay: their rim runs along edges with more than two triangles. */
	readonly leftCount: number;
}

/**
 * Closes every hole. The triangulation of a rim is the one with the least area, by dynamic
 * programming over its sub-polygons (Barequet and Sharir, "Filling gaps in the boundary of a
 * polyhedron", 1995). Rims above 150 edges are shortened first by cutting off their narrowest
 * ears. No edge is made that the mesh has already, so a manifold stays one; where only such edges
 * are left, the rim is closed from a new vertex in its middle.
 *
 * New triangles agree with their neighbours where these agree among themselves; else `orient` the
 * result.
 */
export function fillHoles(mesh: Mesh, checkpoint?: Checkpoint): FilledHoles {
	const { loops, leftCount, edgeKeys, vertexCount } = findRims(mesh);
	if (loops.length === 0) return { mesh, filledCount: 0, leftCount };
	const filler: Filler = {
		positions: mesh.positions,
		vertexCount,
		edgeKeys,
		triangles: [],
		added: [],
	};
	for (let i = 0; i < loops.length; i++) {
		checkpoint?.(i / loops.length);
		fillLoop(filler, shorten(filler, loops[i]));
	}
	const indices = new Uint32Array(
		mesh.indices.length + filler.triangles.length,
	);
	indices.set(mesh.indices);
	indices.set(filler.triangles, mesh.indices.length);
	const positions = new Float32Array(
		mesh.positions.length + filler.added.length,
	);
	positions.set(mesh.positions);
	positions.set(filler.added, mesh.positions.length);
	return {
		mesh: { positions, indices },
		filledCount: loops.length,
		leftCount,
	};
}

interface Filler {
	readonly positions: Float32Array;
	readonly vertexCount: number;
	/** Edges between rim vertices, old and new. */
	readonly edgeKeys: Set<number>;
	readonly triangles: number[];
	readonly added: number[]; // xyz of new vertices
}

function edgeKey(
	filler: { vertexCount: number },
	a: number,
	b: number,
): number {
	return a < b ? a * filler.vertexCount + b : b * filler.vertexCount + a;
}

/** Rims as simple vertex loops, in the direction of the triangles along them. */
function findRims(mesh: Mesh): {
	loops: number[][];
	leftCount: number;
	edgeKeys: Set<number>;
	vertexCount: number;
} {
	const { indices } = mesh;
	const vertexCount = mesh.positions.length / 3;
	const { edgeCount, start, halves, edgeOfHalf } = buildEdges(
		indices,
		vertexCount,
	);
	const onRim = new Uint8Array(vertexCount);
	for (let e = 0; e < edgeCount; e++) {
		if (start[e + 1] - start[e] !== 1) continue;
		onRim[indices[halves[start[e]]]] = 1;
		onRim[indices[nextHalf(halves[start[e]])]] = 1;
	}
	const edgeKeys = new Set<number>();
	for (let e = 0; e < edgeCount; e++) {
		const a = indices[halves[start[e]]];
		const b = indices[nextHalf(halves[start[e]])];
		if (onRim[a] && onRim[b]) edgeKeys.add(edgeKey({ vertexCount }, a, b));
	}

	const loops: number[][] = [];
	let leftCount = 0;
	const visited = new Uint8Array(edgeCount);
	for (let e = 0; e < edgeCount; e++) {
		if (visited[e] || start[e + 1] - start[e] !== 1) continue;
		// Walk around the fans from one rim edge to the next. Directions of triangles do not matter.
		const loop: number[] = [];
		let half = halves[start[e]];
		let vertex = indices[half];
		let blocked = false;
		do {
			visited[edgeOfHalf[half]] = 1;
			loop.push(vertex);
			vertex = otherEnd(indices, half, vertex);
			half = otherHalfAt(indices, half, vertex);
			let faces = start[edgeOfHalf[half] + 1] - start[edgeOfHalf[half]];
			while (faces === 2) {
				const first = start[edgeOfHalf[half]];
				const mate = halves[first] === half ? halves[first + 1] : halves[first];
				half = otherHalfAt(indices, mate, vertex);
				faces = start[edgeOfHalf[half] + 1] - start[edgeOfHalf[half]];
			}
			blocked = faces !== 1;
		} while (!blocked && !visited[edgeOfHalf[half]]);
		if (blocked) leftCount++;
		else splitAtRepeats(loop, loops);
	}
	return { loops, leftCount, edgeKeys, vertexCount };
}

function otherEnd(indices: Uint32Array, half: number, vertex: number): number {
	const a = indices[half];
	return a === vertex ? indices[nextHalf(half)] : a;
}

/** The other edge at `vertex` of the triangle of `half`. */
function otherHalfAt(
	indices: Uint32Array,
	half: number,
	vertex: number,
): number {
	const following = nextHalf(half);
	return indices[half] === vertex ? nextHalf(following) : following;
}

/** Cuts a closed walk into loops that meet each vertex once. */
function splitAtRepeats(walk: number[], loops: number[][]): void {
	const at = new Map<number, number>();
	const path: number[] = [];
	for (const v of walk) {
		const seen = at.get(v);
		if (seen !== undefined) {
			const loop = path.splice(seen);
			for (const w of loop) at.delete(w);
			if (loop.length >= 3) loops.push(loop);
		}
		at.set(v, path.length);
		path.push(v);
	}
	if (path.length >= 3) loops.push(path);
}

/** Cuts off ears with the shortest base until the loop is short enough for the exact search. */
function shorten(filler: Filler, loop: number[]): number[] {
	const n = loop.length;
	if (n <= MAX_EXACT_EDGES) return loop;
	const before = Int32Array.from(loop, (_, i) => (i + n - 1) % n);
	const after = Int32Array.from(loop, (_, i) => (i + 1) % n);
	const alive = new Uint8Array(n).fill(1);
	const stamp = new Uint32Array(n); // changes when a neighbour goes: older entries are void
	const heap = createMinHeap(n * 3);
	const stamps = new Uint32Array(n * 3);
	const slots = new Uint32Array(n * 3);
	let entries = 0;
	const offer = (i: number): void => {
		slots[entries] = i;
		stamps[entries] = stamp[i];
		const base = distance(filler, loop[before[i]], loop[after[i]]);
		pushHeap(heap, base, entries++);
	};
	for (let i = 0; i < n; i++) offer(i);
	let left = n;
	while (left > MAX_EXACT_EDGES && heap.size > 0) {
		const entry = heap.items[0];
		popHeap(heap);
		const i = slots[entry];
		if (!alive[i] || stamps[entry] !== stamp[i]) continue;
		const a = before[i];
		const b = after[i];
		const key = edgeKey(filler, loop[a], loop[b]);
		if (filler.edgeKeys.has(key)) continue;
		filler.edgeKeys.add(key);
		filler.triangles.push(loop[a], loop[b], loop[i]);
		alive[i] = 0;
		left--;
		after[a] = b;
		before[b] = a;
		stamp[a]++;
		stamp[b]++;
		offer(a);
		offer(b);
	}
	return loop.filter((_, i) => alive[i]);
}

function distance({ positions: p }: Filler, a: number, b: number): number {
	return Math.hypot(
		p[a * 3] - p[b * 3],
		p[a * 3 + 1] - p[b * 3 + 1],
		p[a * 3 + 2] - p[b * 3 + 2],
	);
}

function fillLoop(filler: Filler, loop: number[]): void {
	const n = loop.length;
	const middles =
		n <= MAX_EXACT_EDGES ? leastAreaMiddles(filler, loop) : undefined;
	if (!middles) {
		fillFromMiddle(filler, loop);
		return;
	}
	const stack: [number, number][] = [[0, n - 1]];
	for (let range = stack.pop(); range; range = stack.pop()) {
		const [i, j] = range;
		if (j - i < 2) continue;
		const k = middles[i * n + j];
		filler.triangles.push(loop[i], loop[j], loop[k]);
		if (j - i > 1 && !(i === 0 && j === n - 1))
			filler.edgeKeys.add(edgeKey(filler, loop[i], loop[j]));
		stack.push([i, k], [k, j]);
	}
}

/**
 * For each chord (i, j) the corner k of the triangle on it in the least-area triangulation of
 * i … j, or undefined when each one needs an edge that exists.
 */
function leastAreaMiddles(
	filler: Filler,
	loop: number[],
): Uint16Array | undefined {
	const { positions: p } = filler;
	const n = loop.length;
	const cost = new Float64Array(n * n);
	const middles = new Uint16Array(n * n);
	for (let span = 2; span < n; span++)
		for (let i = 0; i + span < n; i++) {
			const j = i + span;
			let best = Infinity;
			let bestK = 0;
			const isRimEdge = span === n - 1;
			if (
				isRimEdge ||
				!filler.edgeKeys.has(edgeKey(filler, loop[i], loop[j]))
			) {
				const a = loop[i] * 3;
				const b = loop[j] * 3;
				const ux = p[b] - p[a];
				const uy = p[b + 1] - p[a + 1];
				const uz = p[b + 2] - p[a + 2];
				for (let k = i + 1; k < j; k++) {
					const rest = cost[i * n + k] + cost[k * n + j];
					if (rest >= best) continue;
					const c = loop[k] * 3;
					const vx = p[c] - p[a];
					const vy = p[c + 1] - p[a + 1];
					const vz = p[c + 2] - p[a + 2];
					const nx = uy * vz - uz * vy;
					const ny = uz * vx - ux * vz;
					const nz = ux * vy - uy * vx;
					const sum = rest + Math.sqrt(nx * nx + ny * ny + nz * nz);
					if (sum < best) {
						best = sum;
						bestK = k;
					}
				}
			}
			cost[i * n + j] = best;
			middles[i * n + j] = bestK;
		}
	return cost[n - 1] < Infinity ? middles : undefined;
}

/** Joins every edge of the loop to a new vertex at the mean of its vertices. */
function fillFromMiddle(filler: Filler, loop: number[]): void {
	const { positions: p, added } = filler;
	const vertex = filler.vertexCount + added.length / 3;
	const sum = [0, 0, 0];
	for (const v of loop) for (let k = 0; k < 3; k++) sum[k] += p[v * 3 + k];
	added.push(...sum.map((x) => x / loop.length));
	for (let i = 0; i < loop.length; i++)
		filler.triangles.push(loop[(i + 1) % loop.length], loop[i], vertex);
}
