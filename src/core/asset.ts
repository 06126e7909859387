import type { Image } from "./image.ts";
import type { Mesh } from "./mesh.ts";

/** A mesh with its look, before it is packed into bytes. */
export interface TexturedMesh {
	readonly mesh: Mesh; // normals always; uvs when `baseColor` is there, else colors
	/** Base colour (albedo as photographed: lit, unless a delighter ran). */
	readonly baseColor?: Image;
	/** Perceptual roughness, 0–1. */
	readonly roughness: number;
	/** 0 dielectric – 1 metal. */
	readonly metallic: number;
	/** How many input views see each triangle; 0 means its look and shape are invented. */
	readonly seenBy?: Uint16Array; // [triangleCount]
}

/** How an asset came about: enough to make the same bytes again. No times, no host names. */
export interface Provenance {
	readonly generator: string; // 'lunar-nova 0.1.0'
	readonly engine: string;
	readonly options: Readonly<Record<string, unknown>>;
	readonly seed: number;
	readonly inputs: readonly {
		readonly label: string;
		readonly name?: string;
		readonly sha256: string;
	}[];
}

/** A picture as the bytes of a file. */
export interface EncodedPicture {
	readonly bytes: Uint8Array;
	readonly mimeType: "image/png" | "image/jpeg" | "image/webp";
}

/** What Khronos' glTF validator said. */
export interface GltfValidation {
	readonly errors: number;
	readonly warnings: number;
	readonly infos: number;
	readonly messages: readonly string[];
}

/** The finished result: the look, and the GLB bytes. */
export interface Asset {
	readonly textured: TexturedMesh;
	/** The base colour as it sits in the GLB; other formats carry the same bytes. */
	readonly texture?: EncodedPicture;
	readonly glb: Uint8Array;
	readonly provenance: Provenance;
	/** Present once validated: an asset without it is never handed out. */
	readonly validation?: GltfValidation;
}
