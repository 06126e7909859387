import type { Mesh } from "../../core/mesh.ts";
import {
	buildEdges,
	buildOpposites,
	buildVertexCorners,
	buildVertexNeighbours,
	type VertexCorners,
	type VertexNeighbours,
} from "./adjacency.ts";
import { linkUpwards, type UpwardLinks } from "./bvh.ts";
import {
	buildCrossingTree,
	type CrossingTree,
	visitCrossings,
} from "./crossing-pairs.ts";
import { refitCrossingTree } from "./refit-crossing-tree.ts";

/** A mesh on the move, and where it crosses itself now. */
export interface CrossingState {
	readonly indices: Uint32Array; // [triangleCount × 3]
	readonly positions: Float32Array; // [vertexCount × 3] changes
	/** Where they were. */
	readonly start: Float32Array; // [vertexCount × 3]
	/** No vertex is pushed or smoothed farther from there, world units. */
	readonly mostMoved: number;
	readonly tree: CrossingTree;
	readonly links: UpwardLinks;
	readonly graph: VertexNeighbours;
	readonly cornersOf: VertexCorners;
	readonly opposite: Int32Array; // [triangleCount × 3]
	/** Two slots of `tree` for each pair of triangles that cross. */
	pairs: number[];
	readonly dirty: Uint8Array; // [triangleCount] by slot, all 0: scratch
}

/** A mesh with more crossing pairs than this many times its triangles is beyond pushing. */
const MOST_PAIRS = 2;

/** Vertices move by this many mean edges of the crossing triangles at most, and this share of the longest side. */
const MOST_EDGES = 6;
const MOST_SHARE = 0.03;

/** Null where nothing crosses. The mesh must have triangles. */
export function startCrossingState(mesh: Mesh): CrossingState | null {
	const positions = mesh.positions.slice();
	const { indices } = mesh;
	const tree = buildCrossingTree({ positions, indices });
	const most = (MOST_PAIRS * indices.length) / 3;
	const pairs: number[] = [];
	visitCrossings(tree, (s, t) => pairs.push(s, t) < most * 2);
	if (pairs.length === 0) return null;
	const vertexCount = positions.length / 3;
	return {
		indices,
		positions,
		start: mesh.positions,
		mostMoved: Math.min(
			MOST_EDGES * meanEdge(mesh, tree, pairs),
			MOST_SHARE * longestSide(tree),
		),
		tree,
		links: linkUpwards(tree.bvh),
		graph: buildVertexNeighbours(indices, vertexCount),
		cornersOf: buildVertexCorners(indices, vertexCount),
		opposite: buildOpposites(indices, buildEdges(indices, vertexCount)),
		pairs,
		dirty: new Uint8Array(indices.length / 3),
	};
}

/** Mean length of the edges of the crossing triangles. */
function meanEdge(
	{ positions, indices }: Mesh,
	{ bvh }: CrossingTree,
	pairs: readonly number[],
): number {
	let sum = 0;
	for (const slot of pairs) {
		const t = bvh.order[slot] * 3;
		for (let k = 0; k < 3; k++) {
			const a = indices[t + k] * 3;
			const b = indices[t + ((k + 1) % 3)] * 3;
			sum += Math.hypot(
				positions[a] - positions[b],
				positions[a + 1] - positions[b + 1],
				positions[a + 2] - positions[b + 2],
			);
		}
	}
	return sum / (pairs.length * 3);
}

function longestSide({ bvh: { bounds } }: CrossingTree): number {
	return Math.max(
		bounds[3] - bounds[0],
		bounds[4] - bounds[1],
		bounds[5] - bounds[2],
	);
}

/** Whether there are so many crossings that the search stopped before it had all. */
export function isBeyondCounting({ pairs, indices }: CrossingState): boolean {
	return pairs.length / 2 >= (MOST_PAIRS * indices.length) / 3;
}

/** Finds the crossings again around vertices that moved; the rest of the pairs stands. */
export function updateCrossings(
	state: CrossingState,
	moved: readonly number[],
): void {
	const { tree, links, cornersOf, dirty, positions, indices } = state;
	const list: number[] = [];
	for (const v of moved)
		for (let i = cornersOf.start[v]; i < cornersOf.start[v + 1]; i++) {
			const slot = tree.slotOf[(cornersOf.corners[i] / 3) | 0];
			if (dirty[slot] === 1) continue;
			dirty[slot] = 1;
			list.push(slot);
		}
	const nodes = refitCrossingTree(tree, links, positions, list);
	const pairs: number[] = [];
	for (let i = 0; i < state.pairs.length; i += 2)
		if (dirty[state.pairs[i]] === 0 && dirty[state.pairs[i + 1]] === 0)
			pairs.push(state.pairs[i], state.pairs[i + 1]);
	const most = (MOST_PAIRS * indices.length) / 3;
	visitCrossings(tree, (s, t) => pairs.push(s, t) < most * 2, {
		dirty: { marks: dirty, nodes },
	});
	state.pairs = pairs;
	for (const slot of list) dirty[slot] = 0;
}

/** The corners of all crossing triangles, each once. */
export function crossingVertices(
	{ pairs, tree, indices }: CrossingState,
	mark: Uint8Array, // [vertexCount] set to 1 for those returned
): number[] {
	const list: number[] = [];
	for (const slot of pairs)
		for (let k = 0; k < 3; k++) {
			const v = indices[tree.bvh.order[slot] * 3 + k];
			if (mark[v] === 1) continue;
			mark[v] = 1;
			list.push(v);
		}
	return list;
}

/** Adds the neighbours of all vertices in the list to it. */
export function growRing(
	{ graph }: Pick<CrossingState, "graph">,
	list: number[],
	mark: Uint8Array, // [vertexCount] 1 for those in the list
): void {
	const count = list.length;
	for (let n = 0; n < count; n++)
		for (let i = graph.start[list[n]]; i < graph.start[list[n] + 1]; i++) {
			const w = graph.neighbours[i];
			if (mark[w] === 1) continue;
			mark[w] = 1;
			list.push(w);
		}
}

/** Puts vertices back that went farther than they may. */
export function holdNear(
	{ positions, start, mostMoved }: CrossingState,
	list: readonly number[],
): void {
	for (const v of list) {
		const x = positions[v * 3] - start[v * 3];
		const y = positions[v * 3 + 1] - start[v * 3 + 1];
		const z = positions[v * 3 + 2] - start[v * 3 + 2];
		const off = Math.sqrt(x * x + y * y + z * z);
		if (off <= mostMoved) continue;
		const keep = mostMoved / off;
		positions[v * 3] = start[v * 3] + keep * x;
		positions[v * 3 + 1] = start[v * 3 + 1] + keep * y;
		positions[v * 3 + 2] = start[v * 3 + 2] + keep * z;
	}
}

/** Undoes all moves in the regions that still cross: what did not help shall not harm. */
export function undoInVain(state: CrossingState): void {
	const { positions, start, graph } = state;
	const mark = new Uint8Array(positions.length / 3);
	const list = crossingVertices(state, mark);
	for (let n = 0; n < list.length; n++) {
		const v = list[n];
		for (let i = graph.start[v]; i < graph.start[v + 1]; i++) {
			const w = graph.neighbours[i];
			if (
				mark[w] === 1 ||
				(positions[w * 3] === start[w * 3] &&
					positions[w * 3 + 1] === start[w * 3 + 1] &&
					positions[w * 3 + 2] === start[w * 3 + 2])
			)
				continue;
			mark[w] = 1;
			list.push(w);
		}
	}
	for (const v of list)
		for (let k = v * 3; k < v * 3 + 3; k++) positions[k] = start[k];
	updateCrossings(state, list);
}
