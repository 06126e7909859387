import type { Mat4 } from "../core/camera.ts";
import type { Mesh } from "../core/mesh.ts";
import { checkFinite } from "./model.ts";

/** The mesh placed in the world. A mirroring transform also turns the triangles round. */
export function transformMesh(mesh: Mesh, m: Mat4, where: string): Mesh {
	if (isIdentity(m)) return mesh;
	const positions = new Float32Array(mesh.positions.length);
	for (let i = 0; i < positions.length; i += 3) {
		const x = mesh.positions[i];
		const y = mesh.positions[i + 1];
		const z = mesh.positions[i + 2];
		positions[i] = m[0] * x + m[1] * y + m[2] * z + m[3];
		positions[i + 1] = m[4] * x + m[5] * y + m[6] * z + m[7];
		positions[i + 2] = m[8] * x + m[9] * y + m[10] * z + m[11];
	}
	checkFinite(positions, where);

	// Cofactors of the upper 3 × 3: its determinant times its inverse transpose.
	const c0 = m[5] * m[10] - m[6] * m[9];
	const c1 = m[6] * m[8] - m[4] * m[10];
	const c2 = m[4] * m[9] - m[5] * m[8];
	const c3 = m[2] * m[9] - m[1] * m[10];
	const c4 = m[0] * m[10] - m[2] * m[8];
	const c5 = m[1] * m[8] - m[0] * m[9];
	const c6 = m[1] * m[6] - m[2] * m[5];
	const c7 = m[2] * m[4] - m[0] * m[6];
	const c8 = m[0] * m[5] - m[1] * m[4];
	const mirrored = m[0] * c0 + m[1] * c1 + m[2] * c2 < 0;

	let { indices } = mesh;
	if (mirrored) {
		indices = indices.slice();
		for (let i = 0; i < indices.length; i += 3) {
			const b = indices[i + 1];
			indices[i + 1] = indices[i + 2];
			indices[i + 2] = b;
		}
	}
	let { normals } = mesh;
	if (normals) {
		const sign = mirrored ? -1 : 1;
		const out = new Float32Array(normals.length);
		for (let i = 0; i < out.length; i += 3) {
			const x = normals[i];
			const y = normals[i + 1];
			const z = normals[i + 2];
			const nx = c0 * x + c1 * y + c2 * z;
			const ny = c3 * x + c4 * y + c5 * z;
			const nz = c6 * x + c7 * y + c8 * z;
			const scale = sign / (Math.hypot(nx, ny, nz) || 1);
			out[i] = nx * scale;
			out[i + 1] = ny * scale;
			out[i + 2] = nz * scale;
		}
		normals = out;
	}
	return { ...mesh, positions, indices, ...(normals ? { normals } : {}) };
}

function isIdentity(m: Mat4): boolean {
	for (let k = 0; k < 16; k++) if (m[k] !== (k % 5 === 0 ? 1 : 0)) return false;
	return true;
}
