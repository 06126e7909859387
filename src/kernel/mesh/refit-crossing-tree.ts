import { fitCorners, type UpwardLinks } from "./bvh.ts";
import { type CrossingTree, fitTriangleBox } from "./crossing-pairs.ts";

/**
 * Brings a tree up to date with moved vertices, in place. `dirty` are the slots with a moved
 * corner. The tree keeps its shape, so it stays quick as long as vertices move little.
 */
export function refitCrossingTree(
	{ bvh, boxes }: CrossingTree,
	{ leafOf, parent }: UpwardLinks,
	positions: Float32Array, // [vertexCount × 3]
	dirty: readonly number[],
): Uint32Array /* the nodes whose boxes were fitted, ascending */ {
	const { bounds, child, start, end, order, corners, mesh } = bvh;
	const moved = { positions, indices: mesh.indices };
	// (1) The triangles, and all nodes above them.
	const changed = new Uint8Array(child.length);
	const nodes: number[] = [];
	for (const s of dirty) {
		fitCorners(corners, s, moved, order[s]);
		fitTriangleBox(boxes, corners, s);
		let node: number = leafOf[s];
		while (node >= 0 && changed[node] === 0) {
			changed[node] = 1;
			nodes.push(node);
			node = parent[node];
		}
	}
	// (2) Their boxes. Children come after their parents.
	const ascending = Uint32Array.from(nodes).sort();
	for (let n = ascending.length - 1; n >= 0; n--) {
		const node = ascending[n];
		const left = child[node];
		const src = left !== 0 ? bounds : boxes;
		const from = left !== 0 ? left : start[node];
		const to = left !== 0 ? left + 2 : end[node];
		for (let k = 0; k < 3; k++) {
			let low = src[from * 6 + k];
			let high = src[from * 6 + 3 + k];
			for (let i = from + 1; i < to; i++) {
				if (src[i * 6 + k] < low) low = src[i * 6 + k];
				if (src[i * 6 + 3 + k] > high) high = src[i * 6 + 3 + k];
			}
			bounds[node * 6 + k] = low;
			bounds[node * 6 + 3 + k] = high;
		}
	}
	return ascending;
}
