import type { Mesh } from "../../core/mesh.ts";
import { buildEdges } from "./adjacency.ts";
import { findCavities } from "./cavities.ts";
import { labelComponents, measureComponents } from "./components.ts";

/**
 * Turns triangles so that neighbours agree and every component encloses positive volume.
 *
 * The flood crosses edges with exactly two triangles. A component that already agreed with itself
 * and is a cavity (negative, inside the box of a larger one) stays as it is; on a surface with one
 * side only (a Möbius strip) some edges keep disagreeing. Triangle order and vertices do not change.
 */
export function orient(mesh: Mesh): Mesh {
	const indices = mesh.indices.slice();
	const triangleCount = indices.length / 3;
	const { start, halves, edgeOfHalf } = buildEdges(
		indices,
		mesh.positions.length / 3,
	);

	// (1) Flood: agree with the neighbour one came from.
	const visited = new Uint8Array(triangleCount);
	const turned = new Uint8Array(triangleCount);
	const stack = new Uint32Array(triangleCount);
	for (let seed = 0; seed < triangleCount; seed++) {
		if (visited[seed]) continue;
		visited[seed] = 1;
		let waiting = 0;
		stack[waiting++] = seed;
		while (waiting > 0) {
			const t = stack[--waiting];
			for (let h = t * 3; h < t * 3 + 3; h++) {
				const first = start[edgeOfHalf[h]];
				if (start[edgeOfHalf[h] + 1] - first !== 2) continue;
				const g = halves[first] === h ? halves[first + 1] : halves[first];
				const u = Math.floor(g / 3);
				if (visited[u]) continue;
				visited[u] = 1;
				// They agree when they run along the edge in opposite directions.
				const opposed = mesh.indices[h] !== mesh.indices[g];
				turned[u] = opposed ? turned[t] : 1 - turned[t];
				stack[waiting++] = u;
			}
		}
	}
	for (let t = 0; t < triangleCount; t++) if (turned[t]) turn(indices, t);

	// (2) Outward, component by component.
	const result = { ...mesh, indices };
	const components = labelComponents(result);
	const { volumes } = measureComponents(result, components);
	const isCavity = findCavities(result, components, volumes);
	for (let t = 0; t < triangleCount; t++)
		if (turned[t]) isCavity[components.ofTriangle[t]] = 0;
	let changed = false;
	for (let t = 0; t < triangleCount; t++) {
		const k = components.ofTriangle[t];
		if (volumes[k] < 0 && !isCavity[k]) {
			turn(indices, t);
			turned[t] = 1 - turned[t];
		}
		if (turned[t]) changed = true;
	}
	if (!changed) return mesh;
	// Normals would point the old way.
	const { normals: _, ...rest } = result;
	return rest;
}

function turn(indices: Uint32Array, t: number): void {
	const b = indices[t * 3 + 1];
	indices[t * 3 + 1] = indices[t * 3 + 2];
	indices[t * 3 + 2] = b;
}
