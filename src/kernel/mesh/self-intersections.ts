import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { type Bvh, buildBvh, MAX_DEPTH } from "./bvh.ts";
import { trianglesCross } from "./triangles-cross.ts";
import { weldPositions } from "./weld.ts";

/**
 * The triangles that cut through another triangle of the same mesh, or lie on one in the same
 * plane, in ascending order. Neighbours count only when they share more than their common vertex
 * or edge; which vertices are common is decided by position, so seams do not count. Triangles
 * without area are left out.
 */
export function findSelfIntersections(
	mesh: Mesh,
	bvh?: Bvh,
	checkpoint?: Checkpoint,
): Uint32Array {
	if (mesh.indices.length === 0) return new Uint32Array();
	const tree = bvh ?? buildBvh(mesh);
	const { bounds, child, start, end, order, corners } = tree;
	const { srcToDst } = weldPositions(mesh.positions);
	const count = order.length;
	const vertexOf = new Uint32Array(count * 3); // welded, by slot
	for (let s = 0; s < count; s++)
		for (let k = 0; k < 3; k++)
			vertexOf[s * 3 + k] = srcToDst[mesh.indices[order[s] * 3 + k]];

	const hit = new Uint8Array(count); // by slot
	const stack = new Uint32Array(MAX_DEPTH);
	for (let s = 0; s < count; s++) {
		if (checkpoint && (s & 0x1fff) === 0) checkpoint(s / count);
		const o = s * 9;
		const ax = corners[o];
		const ay = corners[o + 1];
		const az = corners[o + 2];
		const bx = corners[o + 3];
		const by = corners[o + 4];
		const bz = corners[o + 5];
		const cx = corners[o + 6];
		const cy = corners[o + 7];
		const cz = corners[o + 8];
		const minX = ax < bx ? (ax < cx ? ax : cx) : bx < cx ? bx : cx;
		const minY = ay < by ? (ay < cy ? ay : cy) : by < cy ? by : cy;
		const minZ = az < bz ? (az < cz ? az : cz) : bz < cz ? bz : cz;
		const maxX = ax > bx ? (ax > cx ? ax : cx) : bx > cx ? bx : cx;
		const maxY = ay > by ? (ay > cy ? ay : cy) : by > cy ? by : cy;
		const maxZ = az > bz ? (az > cz ? az : cz) : bz > cz ? bz : cz;
		let depth = 1;
		stack[0] = 0;
		while (depth > 0) {
			const node = stack[--depth];
			// Each pair once: only slots after s.
			if (end[node] <= s + 1) continue;
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
			const first = start[node] > s ? start[node] : s + 1;
			for (let t = first; t < end[node]; t++)
				if (!(hit[s] && hit[t]) && trianglesCross(corners, vertexOf, s, t)) {
					hit[s] = 1;
					hit[t] = 1;
				}
		}
	}

	let found = 0;
	for (let s = 0; s < count; s++) found += hit[s];
	const triangles = new Uint32Array(found);
	let used = 0;
	for (let s = 0; s < count; s++) if (hit[s]) triangles[used++] = order[s];
	return triangles.sort();
}
