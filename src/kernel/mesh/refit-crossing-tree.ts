import { type CrossingTree, fitTriangleBox } from "./crossing-pairs.ts";

/**
 * Brings a tree up to date with moved vertices, in place. `dirty` are the slots with a moved
 * corner. The tree keeps its shape, so it stays quick as long as vertices move little.
 */
export function refitCrossingTree(
	{ bvh, boxes, leafOf, parent }: CrossingTree,
	positions: Float32Array, // [vertexCount × 3]
	dirty: readonly number[],
): void {
	const { bounds, child, start, end, order, corners, mesh } = bvh;
	// (1) The triangles, and all nodes above them.
	const changed = new Uint8Array(child.length);
	const nodes: number[] = [];
	for (const s of dirty) {
		for (let k = 0; k < 3; k++) {
			const v = mesh.indices[order[s] * 3 + k] * 3;
			corners[s * 9 + k * 3] = positions[v];
			corners[s * 9 + k * 3 + 1] = positions[v + 1];
			corners[s * 9 + k * 3 + 2] = positions[v + 2];
		}
		fitTriangleBox(boxes, corners, s);
		for (let node = leafOf[s]; changed[node] === 0; node = parent[node]) {
			changed[node] = 1;
			nodes.push(node);
		}
	}
	// (2) Their boxes. Children come after their parents.
	const upwards = Uint32Array.from(nodes).sort();
	for (let n = upwards.length - 1; n >= 0; n--) {
		const node = upwards[n];
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
}
