import { type CrossingTree, fitTriangleBox } from "./crossing-pairs.ts";

/**
 * Brings a tree up to date with moved vertices, in place. `dirty` marks the slots with a moved
 * corner. The tree keeps its shape, so it stays quick as long as vertices move little.
 */
export function refitCrossingTree(
	{ bvh, boxes }: CrossingTree,
	positions: Float32Array, // [vertexCount × 3]
	dirty: Uint8Array, // [triangleCount] by slot
): void {
	const { bounds, child, start, end, order, corners, mesh } = bvh;
	for (let s = 0; s < order.length; s++) {
		if (dirty[s] === 0) continue;
		for (let k = 0; k < 3; k++) {
			const v = mesh.indices[order[s] * 3 + k] * 3;
			corners[s * 9 + k * 3] = positions[v];
			corners[s * 9 + k * 3 + 1] = positions[v + 1];
			corners[s * 9 + k * 3 + 2] = positions[v + 2];
		}
		fitTriangleBox(boxes, corners, s);
	}
	// Children come after their parents.
	const changed = new Uint8Array(child.length);
	for (let node = child.length - 1; node >= 0; node--) {
		const left = child[node];
		const src = left !== 0 ? bounds : boxes;
		const marks = left !== 0 ? changed : dirty;
		const from = left !== 0 ? left : start[node];
		const to = left !== 0 ? left + 2 : end[node];
		let any = 0;
		for (let i = from; i < to; i++) any |= marks[i];
		if (any === 0) continue;
		changed[node] = 1;
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
