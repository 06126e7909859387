import { LunarError } from "../core/errors.ts";
import { readGlb, readGltfJson } from "./glb/read-gltf.ts";
import {
	corrupt,
	type LoadedModel,
	MODEL_LIMITS,
	type ModelFormat,
	type ReadModelOptions,
} from "./model.ts";
import { readObj } from "./read-obj.ts";
import { readPly } from "./read-ply.ts";
import { isBinaryStl, readStl } from "./read-stl.ts";

/**
 * Reads a GLB, glTF, OBJ, PLY or STL, recognised by content. Throws LunarErrors only:
 * MODEL_CORRUPT, MODEL_UNSUPPORTED, MODEL_TOO_LARGE, MODEL_EMPTY, and FILE_EMPTY.
 *
 * @example
 * const model = await readModel(bytes, { name: "chair.obj", resolve: (path) => readBeside(path) });
 */
export async function readModel(
	bytes: Uint8Array,
	options: ReadModelOptions = {},
): Promise<LoadedModel> {
	const label = options.name ?? "the model";
	if (bytes.length === 0)
		throw new LunarError("FILE_EMPTY", `${label} has 0 bytes`);
	if (bytes.length > MODEL_LIMITS.fileBytes)
		throw new LunarError(
			"MODEL_TOO_LARGE",
			`${label} has ${bytes.length} bytes; limit ${MODEL_LIMITS.fileBytes}`,
		);
	const format = recognize(bytes, label);
	let model: LoadedModel;
	try {
		model = await READERS[format](bytes, options);
	} catch (error) {
		if (error instanceof LunarError) throw error;
		// Damage that no check foresaw, or more memory than there is.
		throw corrupt(`${label} cannot be read as ${format.toUpperCase()}`, error);
	}
	if (model.parts.length === 0)
		throw new LunarError(
			"MODEL_EMPTY",
			`${label} (${format.toUpperCase()}) has 0 triangles`,
		);
	for (const { mesh } of model.parts)
		for (const values of [mesh.normals, mesh.uvs, mesh.colors])
			if (values) zeroNonFinite(values);
	return model;
}

/** Only wrong positions make a model useless; the rest is put right. */
function zeroNonFinite(values: Float32Array): void {
	for (let i = 0; i < values.length; i++)
		if (!Number.isFinite(values[i])) values[i] = 0;
}

const READERS: Readonly<
	Record<
		ModelFormat,
		(
			bytes: Uint8Array,
			options: ReadModelOptions,
		) => LoadedModel | Promise<LoadedModel>
	>
> = {
	glb: readGlb,
	gltf: readGltfJson,
	obj: readObj,
	ply: readPly,
	stl: readStl,
};

/** Formats that people try, which we cannot open, by their first bytes. */
const REFUSED: readonly (readonly [start: string, title: string])[] = [
	["PK\u0003\u0004", "a ZIP archive (USDZ, 3MF or packed files)"],
	["PXR-USDC", "USD"],
	["#usda", "USD"],
	["Kaydara FBX", "FBX"],
	["BLENDER", "a Blender file"],
	["DRACO", "bare Draco data"],
	["<?xml", "XML (COLLADA, X3D or 3MF)"],
];

function recognize(bytes: Uint8Array, label: string): ModelFormat {
	const head = new TextDecoder("latin1").decode(bytes.subarray(0, 4096));
	if (head.startsWith("glTF")) return "glb";
	if (/^ply\s/.test(head)) return "ply";
	for (const [start, title] of REFUSED)
		if (head.startsWith(start))
			throw new LunarError("MODEL_UNSUPPORTED", `${label} is ${title}`);
	if (isBinaryStl(bytes)) return "stl";
	const text = head.replace(/^\xef\xbb\xbf/, "").trimStart();
	if (text.startsWith("{")) return "gltf";
	if (/^solid\b/i.test(text)) {
		if (/\b(facet|endsolid)\b/i.test(text)) return "stl";
		throw corrupt(
			`${label} begins like an STL; its ${bytes.length} bytes fit neither kind`,
		);
	}
	if (looksLikeObj(text, bytes.length > 4096)) return "obj";
	if (/\.stl$/i.test(label))
		throw corrupt(`${label} has ${bytes.length} bytes, which fit no STL`);
	throw new LunarError(
		"MODEL_UNSUPPORTED",
		`${label} is none of GLB, glTF, OBJ, PLY and STL`,
	);
}

const OBJ_LINE =
	/^(#|$|(v|vn|vt|vp|f|l|p|o|g|s|mtllib|usemtl|mg|usemap|shadow_obj|trace_obj|lod|bevel|c_interp|d_interp)(\s|$))/;

/** Whether every line at the head is an OBJ statement, and at least one is more than a comment. */
function looksLikeObj(head: string, isCut: boolean): boolean {
	const lines = head.split(/\r?\n|\r/).map((line) => line.trim());
	if (isCut && lines.length > 1) lines.pop();
	let continued = false;
	let known = 0;
	for (const line of lines) {
		if (!continued) {
			if (!OBJ_LINE.test(line)) return false;
			if (line !== "" && !line.startsWith("#")) known++;
		}
		continued = line.endsWith("\\");
	}
	// A long licence comment may fill the whole head.
	return known > 0 || (isCut && head.startsWith("#"));
}
