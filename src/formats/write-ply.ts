import type { TexturedMesh } from "../core/asset.ts";
import { type EncodedPicture, pictureExtension } from "./encoded-picture.ts";
import type { OutputFile } from "./output-file.ts";
import { vertexColors } from "./vertex-colors.ts";

/**
 * Writes `<stem>.ply` (binary little endian) with normals, UVs, and vertex colours in sRGB bytes:
 * the mesh's own, or those of its picture at each vertex. With an encoded picture it also writes
 * that, and names it the way MeshLab and Open3D look for it.
 */
export function writePly(
	textured: TexturedMesh,
	texture: EncodedPicture | undefined,
	stem: string,
): readonly OutputFile[] {
	const { mesh } = textured;
	const { positions, indices, normals } = mesh;
	const vertexCount = positions.length / 3;
	const triangleCount = indices.length / 3;
	const uvs = mesh.uvs;
	const colors = vertexColors(textured);
	const textureName =
		texture && uvs
			? `${stem}.${pictureExtension(texture.mimeType)}`
			: undefined;

	const header = new TextEncoder().encode(
		[
			"ply",
			"format binary_little_endian 1.0",
			"comment Lunar Nova; Y up, front +Z, metres",
			...(textureName ? [`comment TextureFile ${textureName}`] : []),
			`element vertex ${vertexCount}`,
			"property float x",
			"property float y",
			"property float z",
			...(normals
				? ["property float nx", "property float ny", "property float nz"]
				: []),
			...(uvs ? ["property float s", "property float t"] : []),
			...(colors
				? [
						"property uchar red",
						"property uchar green",
						"property uchar blue",
						"property uchar alpha",
					]
				: []),
			`element face ${triangleCount}`,
			"property list uchar int vertex_indices",
			"end_header\n",
		].join("\n"),
	);
	const vertexBytes =
		12 + (normals ? 12 : 0) + (uvs ? 8 : 0) + (colors ? 4 : 0);
	const bytes = new Uint8Array(
		header.length + vertexCount * vertexBytes + triangleCount * 13,
	);
	bytes.set(header);
	const view = new DataView(bytes.buffer);
	let at = header.length;
	for (let v = 0; v < vertexCount; v++) {
		for (let c = 0; c < 3; c++, at += 4)
			view.setFloat32(at, positions[v * 3 + c], true);
		if (normals)
			for (let c = 0; c < 3; c++, at += 4)
				view.setFloat32(at, normals[v * 3 + c], true);
		if (uvs) {
			view.setFloat32(at, uvs[v * 2], true);
			view.setFloat32(at + 4, 1 - uvs[v * 2 + 1], true); // origin at the bottom
			at += 8;
		}
		if (colors) for (let c = 0; c < 4; c++) bytes[at++] = colors[v * 4 + c];
	}
	for (let i = 0; i < indices.length; i += 3) {
		bytes[at] = 3;
		view.setUint32(at + 1, indices[i], true);
		view.setUint32(at + 5, indices[i + 1], true);
		view.setUint32(at + 9, indices[i + 2], true);
		at += 13;
	}
	return [
		{ name: `${stem}.ply`, bytes },
		...(texture && textureName
			? [{ name: textureName, bytes: texture.bytes }]
			: []),
	];
}
