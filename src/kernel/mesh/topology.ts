import type { Mesh } from "../../core/mesh.ts";
import type { MeshReport } from "../../core/report.ts";
import { buildEdges, type EdgeTable } from "./adjacency.ts";
import { findCavities } from "./cavities.ts";
import {
	type Components,
	labelComponents,
	measureComponents,
} from "./components.ts";
import { isDegenerate } from "./measure.ts";
import { createSets, findRoot, uniteAlongEdge } from "./union-find.ts";
import { weld } from "./weld.ts";

/** The fields of `MeshReport` that follow from how triangles are joined. */
export type Topology = Pick<
	MeshReport,
	| "vertexCount"
	| "triangleCount"
	| "watertight"
	| "manifold"
	| "consistentlyOriented"
	| "outwardOriented"
	| "componentCount"
	| "genus"
	| "eulerCharacteristic"
	| "boundaryEdgeCount"
	| "nonManifoldEdgeCount"
	| "nonManifoldVertexCount"
	| "degenerateTriangleCount"
>;

/**
 * Measures how a mesh hangs together, after welding equal positions: seams of UVs and normals do
 * not count as holes.
 *
 * - watertight: at least one triangle, and every edge has exactly two.
 * - manifold: no edge has more than two triangles, and the triangles at each vertex form one fan.
 * - consistentlyOriented: the triangles at each edge run along it in opposite directions.
 * - outwardOriented: besides, every component encloses positive volume, or is a cavity: its box
 *   lies inside the box of one that does.
 * - triangleCount is that of `src`; vertexCount, edges and characteristic are those of the weld.
 */
export function measureTopology(src: Mesh): Topology {
	const { mesh } = weld(src);
	const { indices } = mesh;
	const edges = buildEdges(indices, mesh.positions.length / 3);
	const { boundary, nonManifold, inconsistent } = countEdges(indices, edges);
	const { used, split } = countVertices(mesh, edges);
	const components = labelComponents(mesh);

	let degenerate = (src.indices.length - indices.length) / 3; // lost a corner in the weld
	for (let h = 0; h < indices.length; h += 3)
		if (
			isDegenerate(
				mesh.positions,
				indices[h] * 3,
				indices[h + 1] * 3,
				indices[h + 2] * 3,
			)
		)
			degenerate++;

	const watertight = indices.length > 0 && boundary === 0 && nonManifold === 0;
	const manifold = nonManifold === 0 && split === 0;
	const consistentlyOriented = nonManifold === 0 && inconsistent === 0;
	const eulerCharacteristic = used - edges.edgeCount + indices.length / 3;
	return {
		vertexCount: used,
		triangleCount: src.indices.length / 3,
		watertight,
		manifold,
		consistentlyOriented,
		outwardOriented: consistentlyOriented && facesOutward(mesh, components),
		componentCount: components.count,
		// χ = 2 (components − genus) holds for closed orientable surfaces only.
		genus:
			watertight && manifold && consistentlyOriented
				? components.count - eulerCharacteristic / 2
				: 0,
		eulerCharacteristic,
		boundaryEdgeCount: boundary,
		nonManifoldEdgeCount: nonManifold,
		nonManifoldVertexCount: split,
		degenerateTriangleCount: degenerate,
	};
}

function countEdges(
	indices: Uint32Array,
	{ edgeCount, start, halves }: EdgeTable,
): { boundary: number; nonManifold: number; inconsistent: number } {
	let boundary = 0;
	let nonManifold = 0;
	let inconsistent = 0;
	for (let e = 0; e < edgeCount; e++) {
		const first = start[e];
		const faces = start[e + 1] - first;
		if (faces === 1) boundary++;
		else if (faces > 2) nonManifold++;
		else if (indices[halves[first]] === indices[halves[first + 1]])
			inconsistent++;
	}
	return { boundary, nonManifold, inconsistent };
}

/** Vertices in use, and those whose triangles fall into several fans. */
function countVertices(
	mesh: Mesh,
	{ edgeCount, start, halves }: EdgeTable,
): { used: number; split: number } {
	const { indices } = mesh;
	const fans = createSets(indices.length);
	for (let e = 0; e < edgeCount; e++)
		for (let i = start[e] + 1; i < start[e + 1]; i++)
			uniteAlongEdge(fans, indices, halves[i - 1], halves[i]);
	const fanCount = new Uint32Array(mesh.positions.length / 3);
	for (let h = 0; h < indices.length; h++)
		if (findRoot(fans, h) === h) fanCount[indices[h]]++;
	let used = 0;
	let split = 0;
	for (let v = 0; v < fanCount.length; v++) {
		if (fanCount[v] > 0) used++;
		if (fanCount[v] > 1) split++;
	}
	return { used, split };
}

function facesOutward(mesh: Mesh, components: Components): boolean {
	const { volumes } = measureComponents(mesh, components);
	const isCavity = findCavities(mesh, components, volumes);
	for (let k = 0; k < components.count; k++)
		if (!(volumes[k] > 0 || isCavity[k])) return false;
	return components.count > 0;
}
