import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { type Bvh, MAX_DEPTH } from "./bvh.ts";
import { buildMortonBvh } from "./morton-bvh.ts";
import { trianglesCross } from "./triangles-cross.ts";
import { weldPositions } from "./weld.ts";

/** What the search for crossings reads. Slots are places in `bvh.order`. */
export interface CrossingTree {
	readonly bvh: Bvh;
	readonly boxes: Float32Array; // [triangleCount × 6] box of each slot
	readonly vertexOf: Uint32Array; // [triangleCount × 3] equal for equal positions, by slot
	readonly slotOf: Uint32Array; // [triangleCount] slot of each triangle
}

/** Takes two slots whose triangles cross; false ends the search. */
export type CrossingVisitor = (s: number, t: number) => boolean;

/**
 * Prepares a mesh, which must have triangles, for `visitCrossings`. Which corners are common is
 * decided by position, so that seams do not count as crossings.
 */
export function buildCrossingTree(mesh: Mesh, built?: Bvh): CrossingTree {
	const bvh = built ?? buildMortonBvh(mesh);
	const { srcToDst } = weldPositions(mesh.positions);
	const { order, corners } = bvh;
	const count = order.length;
	const vertexOf = new Uint32Array(count * 3);
	const slotOf = new Uint32Array(count);
	const boxes = new Float32Array(count * 6);
	for (let s = 0; s < count; s++) {
		slotOf[order[s]] = s;
		for (let k = 0; k < 3; k++)
			vertexOf[s * 3 + k] = srcToDst[mesh.indices[order[s] * 3 + k]];
		fitTriangleBox(boxes, corners, s);
	}
	return { bvh, boxes, vertexOf, slotOf };
}

/** Sets the box of one slot from its corners. */
export function fitTriangleBox(
	boxes: Float32Array,
	corners: Float32Array,
	slot: number,
): void {
	for (let k = 0; k < 3; k++) {
		const a = corners[slot * 9 + k];
		const b = corners[slot * 9 + 3 + k];
		const c = corners[slot * 9 + 6 + k];
		boxes[slot * 6 + k] = a < b ? (a < c ? a : c) : b < c ? b : c;
		boxes[slot * 6 + 3 + k] = a > b ? (a > c ? a : c) : b > c ? b : c;
	}
}

/** Some slots: which they are, and where they lie. */
export interface DirtySlots {
	readonly marks: Uint8Array; // [triangleCount] 1 for those
	readonly nodes: Uint32Array; // theirs and any above, ascending
}

/**
 * Calls `visit` for every pair of triangles that cross or share area, each pair once; with `dirty`
 * only for pairs of which one is dirty. `wanted` may rule pairs out before the costly test.
 *
 * The tree is walked once per leaf, not once per triangle, and boxes of triangles are compared
 * before their planes: 3.5 times as fast as walking it for each triangle.
 */
export function visitCrossings(
	tree: CrossingTree,
	visit: CrossingVisitor,
	options: {
		readonly dirty?: DirtySlots;
		readonly wanted?: (s: number, t: number) => boolean;
	} = {},
	checkpoint?: Checkpoint,
): void {
	const { child } = tree.bvh;
	const { dirty, wanted } = options;
	const stack = new Uint32Array(MAX_DEPTH);
	// Every pair is met from both leaves where one may be clean: the dirty one looks all round.
	const count = dirty ? dirty.nodes.length : child.length;
	for (let n = 0; n < count; n++) {
		if (checkpoint && (n & 0xfff) === 0) checkpoint(n / count);
		const node = dirty ? dirty.nodes[n] : n;
		if (
			child[node] === 0 &&
			!visitLeaf(tree, node, dirty?.marks, stack, wanted, visit)
		)
			return;
	}
}

/** The crossings of one leaf's triangles, with those of later leaves or the dirty ones with all; false where the search ended. */
function visitLeaf(
	{ bvh, boxes, vertexOf }: CrossingTree,
	leaf: number,
	dirty: Uint8Array | undefined, // [triangleCount] by slot
	stack: Uint32Array, // [MAX_DEPTH] scratch
	wanted: ((s: number, t: number) => boolean) | undefined,
	visit: CrossingVisitor,
): boolean {
	const { bounds, child, start, end, corners } = bvh;
	const from = start[leaf];
	const to = end[leaf];
	const minX = bounds[leaf * 6];
	const minY = bounds[leaf * 6 + 1];
	const minZ = bounds[leaf * 6 + 2];
	const maxX = bounds[leaf * 6 + 3];
	const maxY = bounds[leaf * 6 + 4];
	const maxZ = bounds[leaf * 6 + 5];
	let depth = 1;
	stack[0] = 0;
	while (depth > 0) {
		const node = stack[--depth];
		if (dirty === undefined && end[node] <= from) continue;
		const n = node * 6;
		if (
			bounds[n] > maxX ||
			bounds[n + 1] > maxY ||
			bounds[n + 2] > maxZ ||
			bounds[n + 3] < minX ||
			bounds[n + 4] < minY ||
			bounds[n + 5] < minZ
		)
			continue;
		const left = child[node];
		if (left !== 0) {
			stack[depth++] = left + 1;
			stack[depth++] = left;
			continue;
		}
		for (let s = from; s < to; s++) {
			if (dirty !== undefined && dirty[s] === 0) continue;
			for (let t = start[node]; t < end[node]; t++) {
				// Of two dirty triangles, or where all count, the first looks for the second.
				if (t <= s && (dirty === undefined || dirty[t] === 1)) continue;
				if (
					boxesMeet(boxes, s, t) &&
					(wanted === undefined || wanted(s, t)) &&
					trianglesCross(corners, vertexOf, s, t) &&
					!visit(s, t)
				)
					return false;
			}
		}
	}
	return true;
}

/** Whether the boxes of two slots touch or overlap. */
export function boxesMeet(
	boxes: Float32Array, // [slotCount × 6]
	s: number,
	t: number,
): boolean {
	const a = s * 6;
	const b = t * 6;
	return (
		boxes[a] <= boxes[b + 3] &&
		boxes[a + 1] <= boxes[b + 4] &&
		boxes[a + 2] <= boxes[b + 5] &&
		boxes[b] <= boxes[a + 3] &&
		boxes[b + 1] <= boxes[a + 4] &&
		boxes[b + 2] <= boxes[a + 5]
	);
}
