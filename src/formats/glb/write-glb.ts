import { Document, Logger, VertexLayout, WebIO } from "@gltf-transform/core";
import { EXTTextureWebP } from "@gltf-transform/extensions";
import type { TexturedMesh } from "../../core/asset.ts";
import type { Mesh } from "../../core/mesh.ts";
import type { EncodedPicture } from "../encoded-picture.ts";
import { staysInUnitSquare } from "../stays-in-unit-square.ts";

export interface WriteGlbOptions {
	/** `asset.generator`. Default "Lunar Nova". */
	readonly generator?: string;
	/** Name of the node, mesh and material. Default "model". */
	readonly name?: string;
}

const CLAMP_TO_EDGE = 33071;
const REPEAT = 10497;
const LINEAR = 9729;
const LINEAR_MIPMAP_LINEAR = 9987;

/**
 * Packs a mesh and its look into one GLB: one mesh, one primitive, one node without a transform,
 * one metallic-roughness material. With a picture the UVs are written and the vertex colours left
 * out; without one it is the other way round. `extras` becomes `asset.extras`.
 * The same input gives the same bytes.
 */
export async function writeGlb(
	textured: TexturedMesh,
	texture: EncodedPicture | undefined,
	extras: Record<string, unknown>,
	options: WriteGlbOptions = {},
): Promise<Uint8Array> {
	const { mesh } = textured;
	const name = options.name ?? "model";
	const vertexCount = checkMesh(mesh);
	if (texture && !mesh.uvs)
		throw new RangeError("a textured mesh needs UV coordinates");

	const document = new Document().setLogger(new Logger(Logger.Verbosity.ERROR));
	const buffer = document.createBuffer();
	const root = document.getRoot();
	const asset = root.getAsset();
	asset.generator = options.generator ?? "Lunar Nova";
	if (Object.keys(extras).length > 0) asset.extras = extras;

	const material = document
		.createMaterial(name)
		.setRoughnessFactor(unitInterval(textured.roughness))
		.setMetallicFactor(unitInterval(textured.metallic))
		.setDoubleSided(false);
	const primitive = document
		.createPrimitive()
		.setMaterial(material)
		.setIndices(
			document
				.createAccessor()
				.setType("SCALAR")
				.setArray(narrowIndices(mesh.indices, vertexCount))
				.setBuffer(buffer),
		);
	const addAttribute = (
		semantic: string,
		type: "VEC2" | "VEC3" | "VEC4",
		array: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>,
	): void => {
		const accessor = document
			.createAccessor()
			.setType(type)
			.setArray(array)
			.setNormalized(array instanceof Uint16Array)
			.setBuffer(buffer);
		primitive.setAttribute(semantic, accessor);
	};

	addAttribute("POSITION", "VEC3", new Float32Array(mesh.positions));
	if (mesh.normals)
		addAttribute("NORMAL", "VEC3", unitNormals(mesh.normals, vertexCount));
	if (texture && mesh.uvs) {
		addAttribute("TEXCOORD_0", "VEC2", new Float32Array(mesh.uvs));
		if (texture.mimeType === "image/webp")
			document.createExtension(EXTTextureWebP).setRequired(true);
		material.setBaseColorTexture(
			document
				.createTexture("baseColor")
				.setImage(new Uint8Array(texture.bytes))
				.setMimeType(texture.mimeType),
		);
		const wrap = staysInUnitSquare(mesh.uvs) ? CLAMP_TO_EDGE : REPEAT;
		material
			.getBaseColorTextureInfo()
			?.setWrapS(wrap)
			.setWrapT(wrap)
			.setMagFilter(LINEAR)
			.setMinFilter(LINEAR_MIPMAP_LINEAR);
	} else if (mesh.colors) {
		addAttribute("COLOR_0", "VEC4", quantizeColors(mesh.colors));
	}

	const node = document
		.createNode(name)
		.setMesh(document.createMesh(name).addPrimitive(primitive));
	root.setDefaultScene(document.createScene(name).addChild(node));

	const io = new WebIO()
		.setLogger(new Logger(Logger.Verbosity.ERROR))
		.registerExtensions([EXTTextureWebP])
		.setVertexLayout(VertexLayout.SEPARATE);
	return io.writeBinary(document);
}

/** Programmer mistakes that would make an invalid file. Returns the vertex count. */
function checkMesh(mesh: Mesh): number {
	const vertexCount = mesh.positions.length / 3;
	if (mesh.indices.length === 0 || mesh.indices.length % 3 !== 0)
		throw new RangeError(
			`a mesh to write needs whole triangles, got ${mesh.indices.length} indices`,
		);
	for (const index of mesh.indices)
		if (index >= vertexCount)
			throw new RangeError(`index ${index} of ${vertexCount} vertices`);
	for (const value of mesh.positions)
		if (!Number.isFinite(value)) throw new RangeError(`position ${value}`);
	if (mesh.normals && mesh.normals.length !== vertexCount * 3)
		throw new RangeError("normals do not match the positions");
	if (mesh.uvs && mesh.uvs.length !== vertexCount * 2)
		throw new RangeError("uvs do not match the positions");
	if (mesh.colors && mesh.colors.length !== vertexCount * 4)
		throw new RangeError("colors do not match the positions");
	return vertexCount;
}

function narrowIndices(
	indices: Uint32Array,
	vertexCount: number,
): Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> {
	// 65535 itself is the primitive restart value and may not be used.
	return vertexCount <= 65535
		? new Uint16Array(indices)
		: new Uint32Array(indices);
}

/** Normals of length 1; +Y where a vertex has none (on degenerate faces). */
function unitNormals(
	normals: Float32Array,
	vertexCount: number,
): Float32Array<ArrayBuffer> {
	const out = new Float32Array(vertexCount * 3);
	for (let i = 0; i < out.length; i += 3) {
		const x = normals[i];
		const y = normals[i + 1];
		const z = normals[i + 2];
		const length = Math.sqrt(x * x + y * y + z * z);
		if (length > 1e-12 && length < Number.POSITIVE_INFINITY) {
			out[i] = x / length;
			out[i + 1] = y / length;
			out[i + 2] = z / length;
		} else {
			out[i + 1] = 1;
		}
	}
	return out;
}

/** 16 bits keep linear colours free of steps in the darks, at half the size of floats. */
function quantizeColors(colors: Float32Array): Uint16Array<ArrayBuffer> {
	const out = new Uint16Array(colors.length);
	for (let i = 0; i < colors.length; i++)
		out[i] = Math.round(unitInterval(colors[i]) * 65535);
	return out;
}

function unitInterval(value: number): number {
	return value > 0 ? Math.min(1, value) : 0;
}
