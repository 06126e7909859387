import type { Mesh } from "../../core/mesh.ts";
import { checkFinite, checkIndices, corrupt } from "../model.ts";
import { decodeDraco } from "./decode-draco.ts";
import {
	accessorAt,
	componentCount,
	readFloats,
	readIndices,
} from "./gltf-accessor.ts";
import type { GltfPrimitive } from "./gltf-json.ts";
import type { GltfSource } from "./gltf-source.ts";

const TRIANGLES = 4;
const TRIANGLE_STRIP = 5;
const TRIANGLE_FAN = 6;

type Attribute = { readonly components: number; readonly values: Float32Array };

/**
 * The triangles of one primitive in its own space, with the UV set that its base colour uses.
 * Undefined for points, lines, and primitives without positions.
 */
export async function readPrimitive(
	source: GltfSource,
	primitive: GltfPrimitive,
	uvSet: number,
	where: string,
): Promise<Mesh | undefined> {
	const mode = primitive.mode ?? TRIANGLES;
	if (mode < TRIANGLES || primitive.attributes.POSITION === undefined)
		return undefined;
	const packed = primitive.extensions?.KHR_draco_mesh_compression;
	const wanted = ["POSITION", "NORMAL", `TEXCOORD_${uvSet}`, "COLOR_0"];
	const attributes = new Map<string, Attribute>();
	let corners: Uint32Array;
	let vertexCount: number;

	if (packed) {
		const bytes = source.views[packed.bufferView];
		if (!bytes) throw corrupt(`${where}: no buffer view ${packed.bufferView}`);
		const ids = wanted.filter((name) => packed.attributes[name] !== undefined);
		const mesh = await decodeDraco(
			bytes,
			ids.map((name) => packed.attributes[name]),
			source.budget,
		);
		vertexCount = mesh.vertexCount;
		corners = mesh.indices;
		for (const name of ids) {
			const decoded = mesh.attributes.get(packed.attributes[name]);
			if (decoded)
				attributes.set(
					name,
					undoNormalization(source, primitive, name, decoded),
				);
		}
	} else {
		vertexCount = accessorAt(source, primitive.attributes.POSITION).count;
		source.budget.takeVertices(vertexCount);
		const indexAccessor =
			primitive.indices === undefined
				? undefined
				: accessorAt(source, primitive.indices);
		const cornerCount = indexAccessor?.count ?? vertexCount;
		source.budget.takeTriangles(
			mode === TRIANGLES ? cornerCount / 3 : Math.max(0, cornerCount - 2),
		);
		for (const name of wanted) {
			const index = primitive.attributes[name];
			if (index === undefined) continue;
			const accessor = accessorAt(source, index);
			if (accessor.count !== vertexCount)
				throw corrupt(
					`${where}: ${name} has ${accessor.count} elements, POSITION ${vertexCount}`,
				);
			attributes.set(name, {
				components: componentCount(accessor),
				values: readFloats(source, accessor),
			});
		}
		corners = indexAccessor
			? readIndices(source, indexAccessor)
			: Uint32Array.from({ length: vertexCount }, (_, i) => i);
	}

	const position = attributes.get("POSITION");
	if (position?.components !== 3)
		throw corrupt(`${where}: POSITION is not VEC3`);
	checkFinite(position.values, where);
	checkIndices(corners, vertexCount, where);
	const indices = toTriangles(corners, packed ? TRIANGLES : mode);
	const normal = attributes.get("NORMAL");
	const uv = attributes.get(`TEXCOORD_${uvSet}`);
	const color = attributes.get("COLOR_0");
	return {
		positions: position.values,
		indices,
		...(normal?.components === 3 ? { normals: normal.values } : {}),
		...(uv?.components === 2 ? { uvs: uv.values } : {}),
		...(color && color.components >= 3 ? { colors: toRgba(color) } : {}),
	};
}

/** Draco hands out the stored integers; the accessor says whether they are fractions. */
function undoNormalization(
	source: GltfSource,
	primitive: GltfPrimitive,
	name: string,
	decoded: Attribute,
): Attribute {
	const index = primitive.attributes[name];
	const accessor = index === undefined ? undefined : accessorAt(source, index);
	if (!accessor?.normalized) return decoded;
	const max = { 5120: 127, 5121: 255, 5122: 32767, 5123: 65535 }[
		accessor.componentType as 5120
	];
	if (max === undefined) return decoded;
	return {
		components: decoded.components,
		values: decoded.values.map((value) => Math.max(-1, value / max)),
	};
}

function toTriangles(corners: Uint32Array, mode: number): Uint32Array {
	if (mode === TRIANGLES)
		return corners.length % 3 === 0
			? corners
			: corners.slice(0, corners.length - (corners.length % 3));
	const count = Math.max(0, corners.length - 2);
	const out = new Uint32Array(count * 3);
	let o = 0;
	for (let i = 0; i < count; i++) {
		// Every second triangle of a strip is wound the other way.
		const odd = mode === TRIANGLE_STRIP ? i & 1 : 0;
		const a = mode === TRIANGLE_FAN ? corners[0] : corners[i];
		const b = corners[i + 1 + odd];
		const c = corners[i + 2 - odd];
		if (a === b || b === c || c === a) continue; // strips are stitched with these
		out[o++] = a;
		out[o++] = b;
		out[o++] = c;
	}
	return out.slice(0, o);
}

function toRgba(color: Attribute): Float32Array /* [vertexCount × 4] */ {
	if (color.components === 4) return color.values;
	const count = color.values.length / 3;
	const out = new Float32Array(count * 4).fill(1);
	for (let i = 0; i < count; i++)
		for (let c = 0; c < 3; c++) out[i * 4 + c] = color.values[i * 3 + c];
	return out;
}
