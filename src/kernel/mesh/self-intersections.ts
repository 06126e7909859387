import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { Bvh } from "./bvh.ts";
import { buildCrossingTree, visitCrossings } from "./crossing-pairs.ts";

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
	const tree = buildCrossingTree(mesh, bvh);
	const { order } = tree.bvh;
	const hit = new Uint8Array(order.length); // by slot
	visitCrossings(
		tree,
		(s, t) => {
			hit[s] = 1;
			hit[t] = 1;
			return true;
		},
		{ wanted: (s, t) => hit[s] === 0 || hit[t] === 0 },
		checkpoint,
	);
	let found = 0;
	for (let s = 0; s < hit.length; s++) found += hit[s];
	const triangles = new Uint32Array(found);
	let used = 0;
	for (let s = 0; s < hit.length; s++)
		if (hit[s] === 1) triangles[used++] = order[s];
	return triangles.sort();
}
