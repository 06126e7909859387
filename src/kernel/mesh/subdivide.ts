import type { Mesh } from "../../core/mesh.ts";
import { buildEdges, nextHalf } from "./adjacency.ts";

/**
 * Cuts every triangle into four at the middles of its edges. The form stays as it is; a closed
 * manifold stays one. Old vertices keep their indices, those of the edges follow.
 */
export function subdivide(mesh: Mesh): Mesh {
	const { positions: p, indices } = mesh;
	const vertexCount = p.length / 3;
	const { edgeCount, start, halves, edgeOfHalf } = buildEdges(
		indices,
		vertexCount,
	);
	const positions = new Float32Array((vertexCount + edgeCount) * 3);
	positions.set(p);
	for (let e = 0; e < edgeCount; e++) {
		const half = halves[start[e]];
		const a = indices[half] * 3;
		const b = indices[nextHalf(half)] * 3;
		const to = (vertexCount + e) * 3;
		for (let k = 0; k < 3; k++) positions[to + k] = (p[a + k] + p[b + k]) / 2;
	}
	const cut = new Uint32Array(indices.length * 4);
	for (let h = 0, to = 0; h < indices.length; h += 3, to += 12) {
		const ab = vertexCount + edgeOfHalf[h];
		const bc = vertexCount + edgeOfHalf[h + 1];
		const ca = vertexCount + edgeOfHalf[h + 2];
		cut.set(
			// biome-ignore format: one triangle a line
			[
				indices[h], ab, ca,
				indices[h + 1], bc, ab,
				indices[h + 2], ca, bc,
				ab, bc, ca,
			],
			to,
		);
	}
	return { positions, indices: cut };
}
