import type { Mesh } from "../../core/mesh.ts";

/**
 * A binary tree of boxes over the triangles of a mesh, in flat arrays.
 *
 * Node 0 is the root. Every node covers the triangles `start[n]` … `end[n] − 1` of `order`; an
 * inner node's children are `child[n]` and `child[n] + 1`, and a leaf has `child[n]` = 0.
 */
export interface Bvh {
	readonly mesh: Mesh;
	readonly bounds: Float32Array; // [nodeCount × 6] min xyz, max xyz
	readonly child: Uint32Array; // [nodeCount]
	readonly start: Uint32Array; // [nodeCount]
	readonly end: Uint32Array; // [nodeCount]
	readonly order: Uint32Array; // [triangleCount] triangle of each slot
	readonly corners: Float32Array; // [triangleCount × 9] positions of each slot's corners
}

/** No path from the root is longer, so a stack of this many nodes is enough for one descent. */
export const MAX_DEPTH = 96;

const BINS = 16;
/** Triangles in a leaf at most. */
export const LEAF_SIZE = 4;
/** Below this depth nodes are cut in two equal halves, which bounds the depth of any input. */
const BALANCED_BELOW = 48;

/**
 * Builds the tree top down. Each node is cut across the longest side of its centroids' box where
 * the surface area heuristic, evaluated at 16 bins, is least (Wald, "On fast construction of
 * SAH-based bounding volume hierarchies", 2007).
 */
export function buildBvh(mesh: Mesh): Bvh {
	const { positions: p, indices } = mesh;
	const count = indices.length / 3;
	if (count === 0)
		throw new RangeError("a mesh without triangles has no bounding volumes");

	// (1) Box and centroid of each triangle.
	const boxes = new Float32Array(count * 6);
	const centroids = new Float32Array(count * 3); // middle of the box
	for (let t = 0; t < count; t++) {
		for (let k = 0; k < 3; k++) {
			const a = p[indices[t * 3] * 3 + k];
			const b = p[indices[t * 3 + 1] * 3 + k];
			const c = p[indices[t * 3 + 2] * 3 + k];
			const low = a < b ? (a < c ? a : c) : b < c ? b : c;
			const high = a > b ? (a > c ? a : c) : b > c ? b : c;
			boxes[t * 6 + k] = low;
			boxes[t * 6 + 3 + k] = high;
			centroids[t * 3 + k] = (low + high) / 2;
		}
	}

	// (2) Split nodes, the left child first; children are appended in pairs.
	const capacity = 2 * count;
	const bounds = new Float32Array(capacity * 6);
	const child = new Uint32Array(capacity);
	const start = new Uint32Array(capacity);
	const end = new Uint32Array(capacity);
	const depth = new Uint8Array(capacity);
	const order = new Uint32Array(count);
	for (let t = 0; t < count; t++) order[t] = t;
	end[0] = count;
	fitNode(bounds, 0, boxes, order, 0, count);
	let nodeCount = 1;
	const scratch = createScratch();
	const stack = new Uint32Array(MAX_DEPTH);
	let waiting = 1;
	while (waiting > 0) {
		const n = stack[--waiting];
		const from = start[n];
		const to = end[n];
		if (to - from <= LEAF_SIZE) continue;
		const middle = splitNode(
			order,
			from,
			to,
			boxes,
			centroids,
			depth[n] >= BALANCED_BELOW,
			scratch,
		);
		const left = nodeCount;
		nodeCount += 2;
		child[n] = left;
		start[left] = from;
		end[left] = middle;
		start[left + 1] = middle;
		end[left + 1] = to;
		depth[left] = depth[left + 1] = depth[n] + 1;
		stack[waiting++] = left + 1;
		stack[waiting++] = left;
		fitNode(bounds, left, boxes, order, from, middle);
		fitNode(bounds, left + 1, boxes, order, middle, to);
	}

	// (3) Corner positions in leaf order: queries read memory forwards.
	const corners = new Float32Array(count * 9);
	for (let s = 0; s < count; s++) fitCorners(corners, s, mesh, order[s]);
	return {
		mesh,
		bounds: bounds.slice(0, nodeCount * 6),
		child: child.slice(0, nodeCount),
		start: start.slice(0, nodeCount),
		end: end.slice(0, nodeCount),
		order,
		corners,
	};
}

/** Sets the corners of one slot to where its triangle's vertices are. */
export function fitCorners(
	corners: Float32Array, // [triangleCount × 9]
	slot: number,
	{ positions, indices }: Mesh,
	triangle: number,
): void {
	for (let c = 0; c < 3; c++) {
		const v = indices[triangle * 3 + c] * 3;
		corners[slot * 9 + c * 3] = positions[v];
		corners[slot * 9 + c * 3 + 1] = positions[v + 1];
		corners[slot * 9 + c * 3 + 2] = positions[v + 2];
	}
}

/** The ways from the leaves to the root. */
export interface UpwardLinks {
	readonly parent: Int32Array; // [nodeCount] −1 for the root
	readonly leafOf: Uint32Array; // [triangleCount] node of each slot
}

export function linkUpwards({ child, start, end, order }: Bvh): UpwardLinks {
	const parent = new Int32Array(child.length).fill(-1);
	const leafOf = new Uint32Array(order.length);
	for (let node = 0; node < child.length; node++)
		if (child[node] !== 0) {
			parent[child[node]] = node;
			parent[child[node] + 1] = node;
		} else leafOf.fill(node, start[node], end[node]);
	return { parent, leafOf };
}

interface Scratch {
	readonly counts: Uint32Array; // [BINS]
	readonly boxes: Float32Array; // [BINS × 6]
	readonly box: Float32Array; // [6]
	readonly leftCosts: Float64Array; // [BINS]
}

function createScratch(): Scratch {
	return {
		counts: new Uint32Array(BINS),
		boxes: new Float32Array(BINS * 6),
		box: new Float32Array(6),
		leftCosts: new Float64Array(BINS),
	};
}

/** Partitions order[from … to) in place; returns where the right part begins. */
function splitNode(
	order: Uint32Array,
	from: number,
	to: number,
	boxes: Float32Array,
	centroids: Float32Array,
	balanced: boolean,
	scratch: Scratch,
): number {
	// (1) Longest side of the centroids' box.
	let minX = Infinity;
	let minY = Infinity;
	let minZ = Infinity;
	let maxX = -Infinity;
	let maxY = -Infinity;
	let maxZ = -Infinity;
	for (let i = from; i < to; i++) {
		const c = order[i] * 3;
		const x = centroids[c];
		const y = centroids[c + 1];
		const z = centroids[c + 2];
		if (x < minX) minX = x;
		if (x > maxX) maxX = x;
		if (y < minY) minY = y;
		if (y > maxY) maxY = y;
		if (z < minZ) minZ = z;
		if (z > maxZ) maxZ = z;
	}
	const sx = maxX - minX;
	const sy = maxY - minY;
	const sz = maxZ - minZ;
	const axis = sx >= sy ? (sx >= sz ? 0 : 2) : sy >= sz ? 1 : 2;
	const low = axis === 0 ? minX : axis === 1 ? minY : minZ;
	const side = axis === 0 ? sx : axis === 1 ? sy : sz;
	const middle = (from + to) >>> 1;
	// All centroids in one place (or not finite): any cut is as good.
	if (!(side > 0) || side === Infinity) return middle;
	if (balanced) {
		order
			.subarray(from, to)
			.sort((a, b) => centroids[a * 3 + axis] - centroids[b * 3 + axis]);
		return middle;
	}

	// (2) Fill the bins.
	const scale = (BINS * (1 - 1e-6)) / side;
	const { counts, boxes: bins, box, leftCosts } = scratch;
	counts.fill(0);
	for (let b = 0; b < BINS * 6; b += 6) {
		bins[b] = bins[b + 1] = bins[b + 2] = Infinity;
		bins[b + 3] = bins[b + 4] = bins[b + 5] = -Infinity;
	}
	for (let i = from; i < to; i++) {
		const t = order[i];
		const bin = ((centroids[t * 3 + axis] - low) * scale) | 0;
		counts[bin]++;
		growBox(bins, bin * 6, boxes, t * 6);
	}

	// (3) Cost of each cut: triangles times half the surface of their box, both sides.
	emptyBox(box);
	let inLeft = 0;
	for (let b = 0; b < BINS - 1; b++) {
		inLeft += counts[b];
		growBox(box, 0, bins, b * 6);
		leftCosts[b] = inLeft === 0 ? 0 : inLeft * halfSurface(box);
	}
	emptyBox(box);
	let inRight = 0;
	let best = -1;
	let bestCost = Infinity;
	for (let b = BINS - 1; b > 0; b--) {
		inRight += counts[b];
		growBox(box, 0, bins, b * 6);
		if (inRight === 0 || inRight === to - from) continue;
		const cost = leftCosts[b - 1] + inRight * halfSurface(box);
		if (cost < bestCost) {
			bestCost = cost;
			best = b;
		}
	}
	if (best < 0) return middle;

	// (4) Partition.
	let i = from;
	let j = to - 1;
	while (i <= j) {
		const t = order[i];
		if ((((centroids[t * 3 + axis] - low) * scale) | 0) < best) i++;
		else {
			order[i] = order[j];
			order[j--] = t;
		}
	}
	return i;
}

function emptyBox(box: Float32Array): void {
	box[0] = box[1] = box[2] = Infinity;
	box[3] = box[4] = box[5] = -Infinity;
}

function growBox(
	box: Float32Array,
	at: number,
	other: Float32Array,
	from: number,
): void {
	if (other[from] < box[at]) box[at] = other[from];
	if (other[from + 1] < box[at + 1]) box[at + 1] = other[from + 1];
	if (other[from + 2] < box[at + 2]) box[at + 2] = other[from + 2];
	if (other[from + 3] > box[at + 3]) box[at + 3] = other[from + 3];
	if (other[from + 4] > box[at + 4]) box[at + 4] = other[from + 4];
	if (other[from + 5] > box[at + 5]) box[at + 5] = other[from + 5];
}

function halfSurface(box: Float32Array): number {
	const x = box[3] - box[0];
	const y = box[4] - box[1];
	const z = box[5] - box[2];
	return x * y + y * z + z * x;
}

function fitNode(
	bounds: Float32Array,
	node: number,
	boxes: Float32Array,
	order: Uint32Array,
	from: number,
	to: number,
): void {
	let minX = Infinity;
	let minY = Infinity;
	let minZ = Infinity;
	let maxX = -Infinity;
	let maxY = -Infinity;
	let maxZ = -Infinity;
	for (let i = from; i < to; i++) {
		const b = order[i] * 6;
		if (boxes[b] < minX) minX = boxes[b];
		if (boxes[b + 1] < minY) minY = boxes[b + 1];
		if (boxes[b + 2] < minZ) minZ = boxes[b + 2];
		if (boxes[b + 3] > maxX) maxX = boxes[b + 3];
		if (boxes[b + 4] > maxY) maxY = boxes[b + 4];
		if (boxes[b + 5] > maxZ) maxZ = boxes[b + 5];
	}
	const n = node * 6;
	bounds[n] = minX;
	bounds[n + 1] = minY;
	bounds[n + 2] = minZ;
	bounds[n + 3] = maxX;
	bounds[n + 4] = maxY;
	bounds[n + 5] = maxZ;
}
