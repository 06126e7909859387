import type { Mesh } from "../core/mesh.ts";
import type { ModelPart } from "./model.ts";

/**
 * All parts as one mesh. Colours, UVs and normals stay only where every part has them.
 * UVs of parts with different pictures then lie over each other.
 */
export function mergeParts(parts: readonly ModelPart[]): Mesh {
	if (parts.length === 1) return parts[0].mesh;
	let vertexCount = 0;
	let cornerCount = 0;
	for (const { mesh } of parts) {
		vertexCount += mesh.positions.length / 3;
		cornerCount += mesh.indices.length;
	}
	const indices = new Uint32Array(cornerCount);
	let firstVertex = 0;
	let corner = 0;
	for (const { mesh } of parts) {
		for (let i = 0; i < mesh.indices.length; i++)
			indices[corner++] = mesh.indices[i] + firstVertex;
		firstVertex += mesh.positions.length / 3;
	}
	const joined = (
		key: "normals" | "uvs" | "colors",
		components: number,
	): Partial<Mesh> =>
		parts.length > 0 && parts.every(({ mesh }) => mesh[key])
			? {
					[key]: concatenate(
						parts.map(({ mesh }) => mesh[key] ?? new Float32Array(0)),
						vertexCount * components,
					),
				}
			: {};
	return {
		positions: concatenate(
			parts.map(({ mesh }) => mesh.positions),
			vertexCount * 3,
		),
		indices,
		...joined("normals", 3),
		...joined("uvs", 2),
		...joined("colors", 4),
	};
}

function concatenate(
	arrays: readonly Float32Array[],
	length: number,
): Float32Array {
	const out = new Float32Array(length);
	let at = 0;
	for (const array of arrays) {
		out.set(array, at);
		at += array.length;
	}
	return out;
}
