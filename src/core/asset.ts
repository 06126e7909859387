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
	/** How the look was made. */
	readonly look?: Look;
	/** The look before light was divided out of it: what the input pictures are compared with. */
	readonly lit?: {
		readonly baseColor?: Image;
		readonly colors?: Float32Array; // [vertexCount × 4] linear RGBA, 0–1
	};
}

/** What was estimated about the look, and what was assumed. Plain numbers, for the file's extras. */
export interface Look {
	readonly material: "assumed";
	/** What each view's linear RGB was multiplied by, where exposure or white balance were evened out. */
	readonly gains?: readonly (readonly [r: number, g: number, b: number])[];
	/** The light that was divided out of the colours, where it was. */
	readonly light?: Light;
}

/** Distant light, as spherical harmonics of the surface normal. */
export interface Light {
	/** Order 2, l² + l + m ascending: of the surface's brightness over its albedo. */
	readonly harmonics: readonly (readonly [r: number, g: number, b: number])[]; // [9]
	/** Where most light comes from: unit vector in world axes. */
	readonly direction: readonly [x: number, y: number, z: number];
	/** Share of the light that comes from everywhere alike, 0–1. */
	readonly ambientShare: number;
	/** Brightest over darkest surface that faces any way. */
	readonly strength: number;
}

/** How an asset came about: enough to make the same bytes again. No times, no host names. */
export interface Provenance {
	readonly generator: string; // 'lunar-nova 0.1.0'
	readonly engine: string;
	readonly options: Readonly<Record<string, unknown>>;
	readonly seed: number;
	/** Known once the look is made. */
	readonly look?: Look;
	readonly inputs: readonly {
		readonly label: string;
		readonly name?: string;
		readonly sha256: string;
		/** SHA-256 of the mask that came with it. */
		readonly mask?: string;
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
