import type { TexturedMesh } from "../core/asset.ts";
import { linearToSrgb } from "../kernel/image/srgb.ts";
import { ByteWriter } from "./byte-writer.ts";
import { type EncodedPicture, pictureExtension } from "./encoded-picture.ts";
import type { OutputFile } from "./output-file.ts";

const SPACE = 32;
const SLASH = 47;
const NEWLINE = 10;

/**
 * Writes `<stem>.obj`, `<stem>.mtl` and, with a picture, `<stem>.<png|jpg|webp>`.
 * Vertex colours follow the positions (an extension many programs read) where there is no picture.
 */
export function writeObj(
	textured: TexturedMesh,
	texture: EncodedPicture | undefined,
	stem: string,
): readonly OutputFile[] {
	const { mesh } = textured;
	const { positions, indices, normals } = mesh;
	const uvs = texture ? mesh.uvs : undefined;
	const colors = texture ? undefined : mesh.colors;
	const name = fileStem(stem);
	const textureName = texture
		? `${name}.${pictureExtension(texture.mimeType)}`
		: undefined;

	const out = new ByteWriter(positions.length * 24 + indices.length * 24 + 256);
	out.text(
		`# Lunar Nova\n# Y up, front +Z, metres\nmtllib ${name}.mtl\no ${name}\n`,
	);
	for (let i = 0, v = 0; i < positions.length; i += 3, v++) {
		out.char(118); // v
		for (let c = 0; c < 3; c++) {
			out.char(SPACE);
			out.number(positions[i + c]);
		}
		if (colors)
			for (let c = 0; c < 3; c++) {
				out.char(SPACE);
				out.number(linearToSrgb(colors[v * 4 + c]) / 255);
			}
		out.char(NEWLINE);
	}
	if (uvs)
		for (let i = 0; i < uvs.length; i += 2) {
			out.text("vt ");
			out.number(uvs[i]);
			out.char(SPACE);
			out.number(1 - uvs[i + 1]); // OBJ has its UV origin at the bottom
			out.char(NEWLINE);
		}
	if (normals)
		for (let i = 0; i < normals.length; i += 3) {
			out.text("vn");
			for (let c = 0; c < 3; c++) {
				out.char(SPACE);
				out.number(normals[i + c]);
			}
			out.char(NEWLINE);
		}
	out.text("usemtl material\n");
	for (let i = 0; i < indices.length; i += 3) {
		out.char(102); // f
		for (let c = 0; c < 3; c++) {
			const corner = indices[i + c] + 1;
			out.char(SPACE);
			out.integer(corner);
			if (uvs || normals) out.char(SLASH);
			if (uvs) out.integer(corner);
			if (normals) {
				out.char(SLASH);
				out.integer(corner);
			}
		}
		out.char(NEWLINE);
	}

	// Ns by the usual relation of Blinn-Phong to roughness, for programs without PBR.
	const shininess = Math.min(
		1000,
		Math.max(1, 2 / Math.max(textured.roughness ** 4, 1e-6) - 2),
	);
	const mtl = [
		"# Lunar Nova",
		"newmtl material",
		"Ka 0 0 0",
		"Kd 1 1 1",
		"Ks 0.04 0.04 0.04",
		`Ns ${shininess.toFixed(1)}`,
		"d 1",
		"illum 2",
		`Pr ${textured.roughness}`,
		`Pm ${textured.metallic}`,
		...(textureName ? [`map_Kd ${textureName}`] : []),
		"",
	].join("\n");
	return [
		{ name: `${stem}.obj`, bytes: out.finish() },
		{ name: `${name}.mtl`, bytes: new TextEncoder().encode(mtl) },
		...(texture && textureName
			? [{ name: textureName, bytes: texture.bytes }]
			: []),
	];
}

/** Names of files inside OBJ and MTL are plain words: some readers stop at a blank. */
function fileStem(stem: string): string {
	return stem.replace(/[^\p{L}\p{N}._-]+/gu, "_") || "model";
}
