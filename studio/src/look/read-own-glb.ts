import type { EncodedPicture, TexturedMesh } from "../../../src/core/asset.ts";

// A GLB of ours, which is of one kind: one mesh, one primitive, plain accessors. The pipeline's reader takes every GLB
// there is, and is many times as large.

interface Accessor {
	readonly bufferView: number;
	readonly byteOffset?: number;
	readonly componentType: number;
	readonly count: number;
	readonly type: "SCALAR" | "VEC2" | "VEC3" | "VEC4";
}

interface OwnGltf {
	readonly accessors: readonly Accessor[];
	readonly bufferViews: readonly {
		readonly byteOffset?: number;
		readonly byteLength: number;
	}[];
	readonly images?: readonly {
		readonly bufferView: number;
		readonly mimeType: EncodedPicture["mimeType"];
	}[];
	readonly materials: readonly {
		readonly pbrMetallicRoughness?: {
			readonly roughnessFactor?: number;
			readonly metallicFactor?: number;
		};
	}[];
	readonly meshes: readonly {
		readonly primitives: readonly {
			readonly indices: number;
			readonly attributes: Readonly<Record<string, number>>;
		}[];
	}[];
}

const PARTS = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4 } as const;
const UNSIGNED_BYTE = 5121;
const UNSIGNED_SHORT = 5123;
const UNSIGNED_INT = 5125;
/** Where the JSON chunk's length, and its text, begin. */
const JSON_LENGTH_AT = 12;
const JSON_AT = 20;
const CHUNK_HEAD = 8;

export function readOwnGlb(glb: ArrayBuffer): {
	readonly textured: TexturedMesh;
	readonly texture?: EncodedPicture;
} {
	const jsonBytes = new DataView(glb).getUint32(JSON_LENGTH_AT, true);
	const gltf = JSON.parse(
		new TextDecoder().decode(new Uint8Array(glb, JSON_AT, jsonBytes)),
	) as OwnGltf;
	const binaryAt = JSON_AT + jsonBytes + CHUNK_HEAD;
	const startOf = (view: number): number =>
		binaryAt + (gltf.bufferViews[view].byteOffset ?? 0);

	const [{ indices, attributes }] = gltf.meshes[0].primitives;
	const read = (index: number): Float32Array | Uint32Array => {
		const {
			bufferView,
			byteOffset = 0,
			componentType,
			count,
			type,
		} = gltf.accessors[index];
		const at = startOf(bufferView) + byteOffset;
		const length = count * PARTS[type];
		switch (componentType) {
			case UNSIGNED_BYTE:
				return Float32Array.from(
					new Uint8Array(glb, at, length),
					(value) => value / 255,
				);
			case UNSIGNED_SHORT:
				return index === indices
					? Uint32Array.from(new Uint16Array(glb, at, length))
					: Float32Array.from(
							new Uint16Array(glb, at, length),
							(value) => value / 65535,
						);
			case UNSIGNED_INT:
				return new Uint32Array(glb, at, length);
			default:
				return new Float32Array(glb, at, length);
		}
	};
	const attribute = (name: string): Float32Array | undefined =>
		attributes[name] === undefined
			? undefined
			: (read(attributes[name]) as Float32Array);

	const normals = attribute("NORMAL");
	const uvs = attribute("TEXCOORD_0");
	const colors = attribute("COLOR_0");
	const { roughnessFactor = 1, metallicFactor = 1 } =
		gltf.materials[0].pbrMetallicRoughness ?? {};
	const [image] = gltf.images ?? [];
	return {
		textured: {
			mesh: {
				positions: read(attributes.POSITION) as Float32Array,
				indices: read(indices) as Uint32Array,
				...(normals ? { normals } : {}),
				...(uvs ? { uvs } : {}),
				...(colors ? { colors } : {}),
			},
			roughness: roughnessFactor,
			metallic: metallicFactor,
		},
		...(image
			? {
					texture: {
						mimeType: image.mimeType,
						bytes: new Uint8Array(
							glb,
							startOf(image.bufferView),
							gltf.bufferViews[image.bufferView].byteLength,
						),
					},
				}
			: {}),
	};
}
