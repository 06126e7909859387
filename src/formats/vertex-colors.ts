import type { TexturedMesh } from "../core/asset.ts";
import { linearToSrgb } from "../kernel/image/srgb.ts";

/**
 * Screen colours of the vertices, for formats that carry no pictures: the mesh's own,
 * else those of the base colour picture at each vertex. Undefined where it has neither.
 */
export function vertexColors(
	textured: TexturedMesh,
): Uint8Array /* [vertexCount × 4] sRGB RGBA */ | undefined {
	const { mesh, baseColor } = textured;
	const vertexCount = mesh.positions.length / 3;
	const out = new Uint8Array(vertexCount * 4);
	if (mesh.colors) {
		for (let i = 0; i < out.length; i += 4) {
			for (let c = 0; c < 3; c++) out[i + c] = linearToSrgb(mesh.colors[i + c]);
			out[i + 3] = Math.round(
				Math.min(1, Math.max(0, mesh.colors[i + 3])) * 255,
			);
		}
		return out;
	}
	if (!baseColor || !mesh.uvs) return undefined;
	const { width, height, data } = baseColor;
	for (let v = 0; v < vertexCount; v++) {
		const x = texel(mesh.uvs[v * 2], width);
		const y = texel(mesh.uvs[v * 2 + 1], height);
		const at = (y * width + x) * 4;
		for (let c = 0; c < 4; c++) out[v * 4 + c] = data[at + c];
	}
	return out;
}

function texel(coordinate: number, size: number): number {
	return Math.min(size - 1, Math.max(0, Math.floor(coordinate * size)));
}
