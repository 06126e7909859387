import type { Mesh } from "../../core/mesh.ts";
import {
	buildEdges,
	buildOpposites,
	buildVertexCorners,
	buildVertexNeighbours,
	type VertexCorners,
	type VertexNeighbours,
} from "./adjacency.ts";
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
	readonly tree: CrossingTree;
	readonly graph: VertexNeighbours;
	readonly cornersOf: VertexCorners;
	readonly opposite: Int32Array; // [triangleCount × 3]
	/** Two slots of `tree` for each pair of triangles that cross. */
	pairs: number[];
	readonly dirty: Uint8Array; // [triangleCount] by slot, scratch
}

/** A mesh with more crossing pairs than this many times its triangles is beyond pushing. */
const MOST_PAIRS = 2;

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
		tree,
		graph: buildVertexNeighbours(indices, vertexCount),
		cornersOf: buildVertexCorners(indices, vertexCount),
		opposite: buildOpposites(indices, buildEdges(indices, vertexCount)),
		pairs,
		dirty: new Uint8Array(indices.length / 3),
	};
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
	const { tree, cornersOf, dirty, positions, indices } = state;
	dirty.fill(0);
	for (const v of moved)
		for (let i = cornersOf.start[v]; i < cornersOf.start[v + 1]; i++)
			dirty[tree.slotOf[(cornersOf.corners[i] / 3) | 0]] = 1;
	refitCrossingTree(tree, positions, dirty);
	const pairs: number[] = [];
	for (let i = 0; i < state.pairs.length; i += 2)
		if (dirty[state.pairs[i]] === 0 && dirty[state.pairs[i + 1]] === 0)
			pairs.push(state.pairs[i], state.pairs[i + 1]);
	const most = (MOST_PAIRS * indices.length) / 3;
	visitCrossings(tree, (s, t) => pairs.push(s, t) < most * 2, { dirty });
	state.pairs = pairs;
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
