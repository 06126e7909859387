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

/** The finished result: the look, and the validated GLB bytes. */
export interface Asset {
	readonly textured: TexturedMesh;
	readonly glb: Uint8Array;
	readonly provenance: Provenance;
}
