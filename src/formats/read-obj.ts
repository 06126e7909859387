import { srgbToLinear } from "../kernel/image/srgb.ts";
import type { EncodedPicture } from "./encoded-picture.ts";
import { indexDistinct } from "./index-distinct.ts";
import {
	type FileTexture,
	type LoadedModel,
	ModelBudget,
	type ModelPart,
	type ReadModelOptions,
} from "./model.ts";
import { type ObjStatements, parseObj } from "./obj-statements.ts";
import { describePicture, pictureMimeType } from "./picture-header.ts";
import { defaultMtl, type MtlMaterial, readMtl } from "./read-mtl.ts";
import { safeRelativePath } from "./safe-relative-path.ts";

/** Reads OBJ: one part for each material in use. Polygons become fans. */
export async function readObj(
	bytes: Uint8Array,
	options: ReadModelOptions,
): Promise<LoadedModel> {
	const budget = new ModelBudget();
	const statements = parseObj(bytes, budget);
	const materials = new Map<string, MtlMaterial>();
	for (const library of statements.libraries) {
		const text = await fetchBeside(library, budget, options);
		if (!text) continue;
		for (const [name, material] of readMtl(text)) materials.set(name, material);
	}

	const fileTextures: FileTexture[] = [];
	const pictures = new Map<string, EncodedPicture | undefined>();
	for (const { texturePath } of materials.values()) {
		if (texturePath === undefined || pictures.has(texturePath)) continue;
		const picture = await fetchBeside(texturePath, budget, options);
		fileTextures.push(
			picture
				? describePicture(picture, "application/octet-stream")
				: { mimeType: "application/octet-stream" },
		);
		const mimeType = picture && pictureMimeType(picture);
		pictures.set(
			texturePath,
			picture && mimeType && mimeType !== "image/ktx2"
				? { bytes: picture, mimeType }
				: undefined,
		);
	}

	const parts: ModelPart[] = [];
	const groups = groupByMaterial(statements);
	for (const [m, corners] of groups.entries()) {
		if (corners.length === 0) continue;
		const name = statements.materialNames[m];
		const material = materials.get(name) ?? defaultMtl();
		const picture =
			material.texturePath === undefined
				? undefined
				: pictures.get(material.texturePath);
		parts.push({
			name: name === "" ? (options.name ?? "model") : name,
			mesh: buildMesh(statements, corners),
			baseColorFactor: picture
				? [1, 1, 1, material.baseColorFactor[3]] // a picture replaces Kd
				: material.baseColorFactor,
			...(picture ? { baseColor: picture } : {}),
			roughness: material.roughness,
			metallic: material.metallic,
		});
	}
	return {
		format: "obj",
		parts,
		fileTextures,
		materialCount: statements.materialNames.filter((name) => name !== "")
			.length,
		drawCallCount: parts.length,
		skippedPrimitiveCount: statements.skippedPrimitiveCount,
	};
}

/** Corners of each material's triangles, in file order. */
function groupByMaterial(
	statements: ObjStatements,
): Int32Array[] /* [materialCount][n × 9] */ {
	const corners = statements.corners.values();
	const materialOf = statements.materialOfTriangle.values();
	const counts = new Int32Array(statements.materialNames.length);
	for (let t = 0; t < materialOf.length; t++) counts[materialOf[t]]++;
	const groups = Array.from(counts, (count) => new Int32Array(count * 9));
	counts.fill(0);
	for (let t = 0; t < materialOf.length; t++) {
		const group = groups[materialOf[t]];
		const at = counts[materialOf[t]]++ * 9;
		for (let k = 0; k < 9; k++) group[at + k] = corners[t * 9 + k];
	}
	return groups;
}

/** One vertex for each distinct position, UV and normal. UVs and normals stay where all have them. */
function buildMesh(
	statements: ObjStatements,
	corners: Int32Array, // [triangleCount × 9]
): ModelPart["mesh"] {
	let hasUvs = true;
	let hasNormals = true;
	for (let i = 0; i < corners.length; i += 3) {
		if (corners[i + 1] < 0) hasUvs = false;
		if (corners[i + 2] < 0) hasNormals = false;
	}
	for (let i = 0; i < corners.length; i += 3) {
		if (!hasUvs) corners[i + 1] = -1;
		if (!hasNormals) corners[i + 2] = -1;
	}
	const { rowToDistinct, firstRows } = indexDistinct(corners, 3);
	const count = firstRows.length;
	const srcPositions = statements.positions.values();
	const srcColors = statements.colors.values();
	const srcUvs = statements.uvs.values();
	const srcNormals = statements.normals.values();
	const positions = new Float32Array(count * 3);
	const uvs = new Float32Array(hasUvs ? count * 2 : 0);
	const normals = new Float32Array(hasNormals ? count * 3 : 0);
	const colors = new Float32Array(srcColors.length > 0 ? count * 4 : 0);
	for (let v = 0; v < count; v++) {
		const row = firstRows[v] * 3;
		const p = corners[row] * 3;
		for (let c = 0; c < 3; c++) positions[v * 3 + c] = srcPositions[p + c];
		if (hasUvs) {
			const t = corners[row + 1] * 2;
			uvs[v * 2] = srcUvs[t];
			uvs[v * 2 + 1] = 1 - srcUvs[t + 1]; // ours has its origin at the top
		}
		if (hasNormals) {
			const n = corners[row + 2] * 3;
			const x = srcNormals[n];
			const y = srcNormals[n + 1];
			const z = srcNormals[n + 2];
			const length = Math.sqrt(x * x + y * y + z * z);
			const scale = length > 0 ? 1 / length : 0;
			normals[v * 3] = x * scale;
			normals[v * 3 + 1] = y * scale;
			normals[v * 3 + 2] = z * scale;
		}
		if (colors.length > 0) {
			for (let c = 0; c < 3; c++)
				colors[v * 4 + c] =
					p + c < srcColors.length ? srgbToLinear(srcColors[p + c]) : 1;
			colors[v * 4 + 3] = 1;
		}
	}
	return {
		positions,
		indices: rowToDistinct,
		...(hasUvs ? { uvs } : {}),
		...(hasNormals ? { normals } : {}),
		...(colors.length > 0 ? { colors } : {}),
	};
}

/** A file that the OBJ or MTL names. Paths that lead elsewhere are as good as missing. */
async function fetchBeside(
	path: string,
	budget: ModelBudget,
	options: ReadModelOptions,
): Promise<Uint8Array | undefined> {
	const safe = safeRelativePath(path.replaceAll("\\", "/"));
	const bytes = safe === undefined ? undefined : await options.resolve?.(safe);
	if (bytes) budget.takeFileBytes(bytes.length);
	return bytes;
}
