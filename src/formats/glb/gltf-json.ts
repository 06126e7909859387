// The part of glTF 2.0 that we read, by the Khronos specification. `gltf-schema.ts` checks it.

export interface GltfJson {
	readonly asset: { readonly version: string; readonly extras?: unknown };
	readonly extensionsRequired?: readonly string[];
	readonly scene?: number;
	readonly scenes?: readonly { readonly nodes?: readonly number[] }[];
	readonly nodes?: readonly GltfNode[];
	readonly meshes?: readonly {
		readonly name?: string;
		readonly primitives: readonly GltfPrimitive[];
	}[];
	readonly materials?: readonly GltfMaterial[];
	readonly textures?: readonly {
		readonly source?: number;
		readonly extensions?: {
			readonly EXT_texture_webp?: { readonly source: number };
		};
	}[];
	readonly images?: readonly {
		readonly uri?: string;
		readonly mimeType?: string;
		readonly bufferView?: number;
	}[];
	readonly accessors?: readonly GltfAccessor[];
	readonly bufferViews?: readonly GltfBufferView[];
	readonly buffers?: readonly {
		readonly uri?: string;
		readonly byteLength: number;
	}[];
}

export interface GltfNode {
	readonly name?: string;
	readonly mesh?: number;
	readonly children?: readonly number[];
	readonly matrix?: readonly number[]; // [16] column-major
	readonly translation?: readonly number[]; // [3]
	readonly rotation?: readonly number[]; // [4] xyzw quaternion
	readonly scale?: readonly number[]; // [3]
}

export interface GltfPrimitive {
	readonly attributes: Readonly<Record<string, number>>;
	readonly indices?: number;
	readonly material?: number;
	readonly mode?: number;
	readonly extensions?: {
		readonly KHR_draco_mesh_compression?: {
			readonly bufferView: number;
			readonly attributes: Readonly<Record<string, number>>;
		};
	};
}

export interface GltfMaterial {
	readonly name?: string;
	readonly pbrMetallicRoughness?: {
		readonly baseColorFactor?: readonly number[]; // [4] linear RGBA
		readonly baseColorTexture?: GltfTextureInfo;
		readonly metallicFactor?: number;
		readonly roughnessFactor?: number;
	};
	readonly extensions?: {
		readonly KHR_materials_pbrSpecularGlossiness?: {
			readonly diffuseFactor?: readonly number[]; // [4] linear RGBA
			readonly diffuseTexture?: GltfTextureInfo;
			readonly glossinessFactor?: number;
		};
	};
}

export interface GltfTextureInfo {
	readonly index: number;
	readonly texCoord?: number;
	readonly extensions?: {
		readonly KHR_texture_transform?: {
			readonly offset?: readonly number[]; // [2]
			readonly rotation?: number; // radians
			readonly scale?: readonly number[]; // [2]
			readonly texCoord?: number;
		};
	};
}

export type GltfComponentType = 5120 | 5121 | 5122 | 5123 | 5125 | 5126;

export interface GltfAccessor {
	readonly bufferView?: number;
	readonly byteOffset?: number;
	readonly componentType: GltfComponentType;
	readonly count: number;
	readonly normalized?: boolean;
	readonly type: string;
	readonly sparse?: {
		readonly count: number;
		readonly indices: {
			readonly bufferView: number;
			readonly byteOffset?: number;
			readonly componentType: GltfComponentType;
		};
		readonly values: {
			readonly bufferView: number;
			readonly byteOffset?: number;
		};
	};
}

export interface GltfBufferView {
	readonly buffer: number;
	readonly byteOffset?: number;
	readonly byteLength: number;
	readonly byteStride?: number;
	readonly extensions?: {
		readonly EXT_meshopt_compression?: GltfMeshoptView;
		readonly KHR_meshopt_compression?: GltfMeshoptView;
	};
}

export interface GltfMeshoptView {
	readonly buffer: number;
	readonly byteOffset?: number;
	readonly byteLength: number;
	readonly byteStride: number;
	readonly count: number;
	readonly mode: "ATTRIBUTES" | "TRIANGLES" | "INDICES";
	readonly filter?:
		| "NONE"
		| "OCTAHEDRAL"
		| "QUATERNION"
		| "EXPONENTIAL"
		| "COLOR";
}
