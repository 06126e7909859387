import type { Mat4 } from "../../core/camera.ts";
import type { Mesh } from "../../core/mesh.ts";
import { multiply } from "../../kernel/math/mat4.ts";
import type { EncodedPicture } from "../encoded-picture.ts";
import {
	corrupt,
	type FileTexture,
	type LoadedModel,
	ModelBudget,
	type ModelPart,
	type ReadModelOptions,
} from "../model.ts";
import { describePicture, pictureMimeType } from "../picture-header.ts";
import { transformMesh } from "../transform-mesh.ts";
import { openGlb } from "./gltf-container.ts";
import type { GltfJson, GltfTextureInfo } from "./gltf-json.ts";
import { readPrimitive } from "./gltf-primitive.ts";
import { parseGltfJson } from "./gltf-schema.ts";
import { type GltfSource, openGltfSource } from "./gltf-source.ts";

const MAX_NODE_DEPTH = 256;
// biome-ignore format: one row a line
const IDENTITY: Mat4 = new Float64Array([
	1, 0, 0, 0,
	0, 1, 0, 0,
	0, 0, 1, 0,
	0, 0, 0, 1,
]);

/** Reads a GLB. */
export function readGlb(
	bytes: Uint8Array,
	options: ReadModelOptions,
): Promise<LoadedModel> {
	const { json, binary } = openGlb(bytes);
	return readGltf("glb", parseGltfJson(json), binary, options);
}

/** Reads glTF JSON with its buffers and pictures in data URIs or beside it. */
export function readGltfJson(
	bytes: Uint8Array,
	options: ReadModelOptions,
): Promise<LoadedModel> {
	return readGltf("gltf", parseGltfJson(bytes), undefined, options);
}

async function readGltf(
	format: "glb" | "gltf",
	json: GltfJson,
	binary: Uint8Array | undefined,
	options: ReadModelOptions,
): Promise<LoadedModel> {
	const source = await openGltfSource(json, binary, new ModelBudget(), options);
	const pictures = await readPictures(source);
	const materials = (json.materials ?? []).map((_, i) =>
		readMaterial(json, i, pictures.bytes),
	);

	const parts: ModelPart[] = [];
	const localMeshes = new Map<string, Promise<Mesh | undefined>>();
	let skippedPrimitiveCount = 0;
	let drawCallCount = 0;
	for (const { meshIndex, name, worldFromLocal } of placedMeshes(json)) {
		const mesh = json.meshes?.[meshIndex];
		if (!mesh) throw corrupt(`the file has no mesh ${meshIndex}`);
		for (const [k, primitive] of mesh.primitives.entries()) {
			source.budget.takePart();
			drawCallCount++;
			const where = `mesh ${meshIndex} primitive ${k}`;
			const material =
				primitive.material === undefined
					? DEFAULT_MATERIAL
					: materials[primitive.material];
			if (!material)
				throw corrupt(`${where}: no material ${primitive.material}`);
			let local = localMeshes.get(where);
			const isInstance = local !== undefined;
			if (!local) {
				local = readPrimitive(source, primitive, material.uvSet, where);
				localMeshes.set(where, local);
			}
			const triangles = await local;
			if (!triangles || triangles.indices.length === 0) {
				skippedPrimitiveCount++;
				continue;
			}
			if (isInstance) {
				source.budget.takeVertices(triangles.positions.length / 3);
				source.budget.takeTriangles(triangles.indices.length / 3);
			}
			parts.push({
				name: name ?? mesh.name ?? options.name ?? `part ${parts.length + 1}`,
				mesh: transformMesh(material.moveUvs(triangles), worldFromLocal, where),
				baseColorFactor: material.baseColorFactor,
				...(material.baseColor ? { baseColor: material.baseColor } : {}),
				roughness: material.roughness,
				metallic: material.metallic,
			});
		}
	}
	return {
		format,
		parts,
		...(json.asset.extras === undefined ? {} : { extras: json.asset.extras }),
		fileTextures: pictures.descriptions,
		materialCount: materials.length,
		drawCallCount,
		skippedPrimitiveCount,
	};
}

interface PlacedMesh {
	readonly meshIndex: number;
	readonly name?: string;
	readonly worldFromLocal: Mat4;
}

/** Every mesh of the scene with its place in the world, in the order of the node tree. */
function placedMeshes(json: GltfJson): PlacedMesh[] {
	const nodes = json.nodes ?? [];
	if (nodes.length === 0)
		return (json.meshes ?? []).map((_, meshIndex) => ({
			meshIndex,
			worldFromLocal: IDENTITY,
		}));

	const children = new Set(nodes.flatMap((node) => node.children ?? []));
	const roots =
		json.scenes?.[json.scene ?? 0]?.nodes ??
		nodes.map((_, i) => i).filter((i) => !children.has(i));
	const placed: PlacedMesh[] = [];
	const seen = new Set<number>();
	const stack = [...roots]
		.reverse()
		.map((index) => ({ index, parent: IDENTITY, depth: 0 }));
	for (let item = stack.pop(); item; item = stack.pop()) {
		const { index, parent, depth } = item;
		const node = nodes[index];
		if (!node) throw corrupt(`the file has no node ${index}`);
		if (seen.has(index))
			throw corrupt(`node ${index} hangs in the tree more than once`);
		if (depth > MAX_NODE_DEPTH)
			throw corrupt(`the node tree is deeper than ${MAX_NODE_DEPTH}`);
		seen.add(index);
		const world = multiply(parent, nodeMatrix(node));
		if (node.mesh !== undefined)
			placed.push({
				meshIndex: node.mesh,
				...(node.name ? { name: node.name } : {}),
				worldFromLocal: world,
			});
		for (const child of [...(node.children ?? [])].reverse())
			stack.push({ index: child, parent: world, depth: depth + 1 });
	}
	return placed;
}

function nodeMatrix(node: NonNullable<GltfJson["nodes"]>[number]): Mat4 {
	const out = new Float64Array(16);
	if (node.matrix) {
		for (let row = 0; row < 4; row++)
			for (let column = 0; column < 4; column++)
				out[row * 4 + column] = node.matrix[column * 4 + row];
		return out;
	}
	const [tx, ty, tz] = node.translation ?? [0, 0, 0];
	const [sx, sy, sz] = node.scale ?? [1, 1, 1];
	const rotation = node.rotation ?? [0, 0, 0, 1];
	const length = Math.hypot(...rotation) || 1;
	const [x, y, z, w] = rotation.map((value) => value / length);
	// biome-ignore format: one row a line
	out.set([
		(1 - 2 * (y * y + z * z)) * sx, 2 * (x * y - z * w) * sy, 2 * (x * z + y * w) * sz, tx,
		2 * (x * y + z * w) * sx, (1 - 2 * (x * x + z * z)) * sy, 2 * (y * z - x * w) * sz, ty,
		2 * (x * z - y * w) * sx, 2 * (y * z + x * w) * sy, (1 - 2 * (x * x + y * y)) * sz, tz,
		0, 0, 0, 1,
	]);
	return out;
}

interface Material {
	readonly baseColorFactor: readonly [number, number, number, number];
	readonly baseColor?: EncodedPicture;
	readonly roughness: number;
	readonly metallic: number;
	readonly uvSet: number;
	/** Applies KHR_texture_transform of the base colour. */
	moveUvs(mesh: Mesh): Mesh;
}

const DEFAULT_MATERIAL: Material = {
	baseColorFactor: [1, 1, 1, 1],
	roughness: 1,
	metallic: 1,
	uvSet: 0,
	moveUvs: (mesh) => mesh,
};

function readMaterial(
	json: GltfJson,
	index: number,
	pictures: readonly (EncodedPicture | undefined)[],
): Material {
	const material = json.materials?.[index];
	const pbr = material?.pbrMetallicRoughness;
	const old = material?.extensions?.KHR_materials_pbrSpecularGlossiness;
	const factor = old?.diffuseFactor ?? pbr?.baseColorFactor ?? [1, 1, 1, 1];
	const info = old?.diffuseTexture ?? pbr?.baseColorTexture;
	const texture = info && json.textures?.[info.index];
	const pictureIndex =
		texture?.extensions?.EXT_texture_webp?.source ?? texture?.source;
	const baseColor =
		pictureIndex === undefined ? undefined : pictures[pictureIndex];
	return {
		baseColorFactor: [
			unitInterval(factor[0]),
			unitInterval(factor[1]),
			unitInterval(factor[2]),
			unitInterval(factor[3]),
		],
		...(baseColor ? { baseColor } : {}),
		roughness: unitInterval(
			old ? 1 - (old.glossinessFactor ?? 1) : (pbr?.roughnessFactor ?? 1),
		),
		metallic: old ? 0 : unitInterval(pbr?.metallicFactor ?? 1),
		uvSet:
			info?.extensions?.KHR_texture_transform?.texCoord ?? info?.texCoord ?? 0,
		moveUvs: (mesh) => moveUvs(mesh, info),
	};
}

function moveUvs(mesh: Mesh, info: GltfTextureInfo | undefined): Mesh {
	const move = info?.extensions?.KHR_texture_transform;
	if (!move || !mesh.uvs) return mesh;
	const [ox, oy] = move.offset ?? [0, 0];
	const [sx, sy] = move.scale ?? [1, 1];
	const cos = Math.cos(move.rotation ?? 0);
	const sin = Math.sin(move.rotation ?? 0);
	const uvs = new Float32Array(mesh.uvs.length);
	for (let i = 0; i < uvs.length; i += 2) {
		const u = mesh.uvs[i] * sx;
		const v = mesh.uvs[i + 1] * sy;
		uvs[i] = cos * u + sin * v + ox;
		uvs[i + 1] = -sin * u + cos * v + oy;
	}
	return { ...mesh, uvs };
}

async function readPictures(source: GltfSource): Promise<{
	bytes: (EncodedPicture | undefined)[];
	descriptions: FileTexture[];
}> {
	const bytes: (EncodedPicture | undefined)[] = [];
	const descriptions: FileTexture[] = [];
	for (const [i, image] of (source.json.images ?? []).entries()) {
		let data: Uint8Array | undefined;
		if (image.uri !== undefined) data = await source.fetch(image.uri);
		else if (image.bufferView !== undefined) {
			data = source.views[image.bufferView];
			if (!data)
				throw corrupt(`image ${i}: no buffer view ${image.bufferView}`);
		}
		const fallbackType =
			image.mimeType?.slice(0, 80) ?? "application/octet-stream";
		descriptions.push(
			data ? describePicture(data, fallbackType) : { mimeType: fallbackType },
		);
		const mimeType = data && pictureMimeType(data);
		bytes.push(
			data && mimeType && mimeType !== "image/ktx2"
				? { bytes: data, mimeType }
				: undefined,
		);
	}
	return { bytes, descriptions };
}

function unitInterval(value: number): number {
	return value > 0 ? Math.min(1, value) : 0;
}
