import type { Mesh } from "../../core/mesh.ts";
import { compact } from "./compact.ts";
import { originTetrahedron, triangleArea } from "./measure.ts";
import { createSets, findRoot, unite } from "./union-find.ts";

export interface Components {
	readonly count: number;
	readonly ofTriangle: Uint32Array; // [triangleCount] 0 … count − 1, by first triangle
}

/** Numbers the connected pieces of a mesh: triangles that share a vertex index belong together. */
export function labelComponents(mesh: Mesh): Components {
	const { indices } = mesh;
	const vertexCount = mesh.positions.length / 3;
	// (1) Union-find over vertices.
	const parent = createSets(vertexCount);
	for (let h = 0; h < indices.length; h += 3) {
		unite(parent, indices[h], indices[h + 1]);
		unite(parent, indices[h], indices[h + 2]);
	}
	// (2) Number the roots in the order of their first triangle.
	const labelOfRoot = new Int32Array(vertexCount).fill(-1);
	const ofTriangle = new Uint32Array(indices.length / 3);
	let count = 0;
	for (let t = 0; t < ofTriangle.length; t++) {
		const root = findRoot(parent, indices[t * 3]);
		if (labelOfRoot[root] < 0) labelOfRoot[root] = count++;
		ofTriangle[t] = labelOfRoot[root];
	}
	return { count, ofTriangle };
}

/** Area and signed volume of each component. */
export function measureComponents(
	mesh: Mesh,
	components: Components,
): { readonly areas: Float64Array; readonly volumes: Float64Array } {
	const { positions, indices } = mesh;
	const areas = new Float64Array(components.count);
	const volumes = new Float64Array(components.count);
	// Each component is measured from one of its own vertices: exact enough far from the origin.
	const origin = new Int32Array(components.count).fill(-1);
	for (let t = 0; t < components.ofTriangle.length; t++) {
		const k = components.ofTriangle[t];
		const a = indices[t * 3] * 3;
		const b = indices[t * 3 + 1] * 3;
		const c = indices[t * 3 + 2] * 3;
		if (origin[k] < 0) origin[k] = a;
		const o = origin[k];
		areas[k] += triangleArea(positions, a, b, c);
		volumes[k] += originTetrahedron(
			positions,
			a,
			b,
			c,
			positions[o],
			positions[o + 1],
			positions[o + 2],
		);
	}
	return { areas, volumes };
}

export interface KeepComponentsOptions {
	/** What makes a component large. Default 'area'; 'volume' takes the absolute signed volume. */
	readonly by?: "area" | "volume";
}

/**
 * Drops the components smaller than `minShareOfLargest` (0–1) of the largest one.
 * 1 keeps only the largest; 0 keeps all.
 */
export function keepComponents(
	mesh: Mesh,
	minShareOfLargest: number,
	options: KeepComponentsOptions = {},
): Mesh {
	if (!(minShareOfLargest >= 0 && minShareOfLargest <= 1))
		throw new RangeError(
			`minShareOfLargest is ${minShareOfLargest}, must be 0 to 1`,
		);
	const components = labelComponents(mesh);
	if (components.count <= 1) return mesh;
	const { areas, volumes } = measureComponents(mesh, components);
	const sizes = options.by === "volume" ? volumes.map(Math.abs) : areas;
	let largest = 0;
	for (let k = 0; k < sizes.length; k++)
		if (sizes[k] > largest) largest = sizes[k];
	const limit = largest * minShareOfLargest;

	const indices = new Uint32Array(mesh.indices.length);
	let used = 0;
	for (let t = 0; t < components.ofTriangle.length; t++) {
		if (sizes[components.ofTriangle[t]] < limit) continue;
		indices[used] = mesh.indices[t * 3];
		indices[used + 1] = mesh.indices[t * 3 + 1];
		indices[used + 2] = mesh.indices[t * 3 + 2];
		used += 3;
	}
	if (used === indices.length) return mesh;
	return compact({ ...mesh, indices: indices.slice(0, used) });
}
