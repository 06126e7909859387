import { LunarError } from "../core/errors.ts";
import type { Mesh } from "../core/mesh.ts";
import type { EncodedPicture } from "./encoded-picture.ts";

export type ModelFormat = "glb" | "gltf" | "obj" | "ply" | "stl";

/** Everything in a model file that we can draw and measure. */
export interface LoadedModel {
	readonly format: ModelFormat;
	readonly parts: readonly ModelPart[];
	/** `asset.extras` of a glTF file, as it was. */
	readonly extras?: unknown;
	/** Every picture the file carries or names, used or not. Sizes where the header tells them. */
	readonly fileTextures: readonly FileTexture[];
	readonly materialCount: number;
	/** Primitives drawn, an instance counted each time it is drawn. */
	readonly drawCallCount: number;
	/** Points and lines that were left out. */
	readonly skippedPrimitiveCount: number;
}

export interface FileTexture {
	readonly mimeType: string;
	readonly width?: number; // pixels
	readonly height?: number; // pixels
}

/** Triangles with one material, placed in the world. */
export interface ModelPart {
	readonly name: string;
	readonly mesh: Mesh;
	readonly baseColorFactor: readonly [number, number, number, number]; // linear RGBA
	readonly baseColor?: EncodedPicture;
	readonly roughness: number; // 0–1
	readonly metallic: number; // 0–1
	/** Numbers a PLY file has for each face, repeated for each triangle of the face. */
	readonly faceProperties?: Readonly<Record<string, Float64Array>>; // [triangleCount]
}

export interface ReadModelOptions {
	/** File name, for messages and as the name of nameless parts. */
	readonly name?: string;
	/**
	 * Reads a file that the model names. Paths are relative, use `/`, and hold no `..`.
	 * Without it, or where it gives undefined, missing pictures and materials are left out
	 * and missing geometry is an error.
	 */
	readonly resolve?: (relativePath: string) => Promise<Uint8Array | undefined>;
}

/** What a model may cost to open. */
export const MODEL_LIMITS: {
	readonly fileBytes: number;
	readonly jsonBytes: number;
	readonly decodedBytes: number;
	readonly triangles: number;
	readonly vertices: number;
	readonly parts: number;
} = {
	fileBytes: 512 * 2 ** 20,
	jsonBytes: 64 * 2 ** 20, // JSON chunk of a GLB
	decodedBytes: 1024 * 2 ** 20, // out of meshopt compression
	triangles: 20e6,
	vertices: 60e6,
	parts: 100_000,
};

/** Counts what a file asks for before memory is given to it. */
export class ModelBudget {
	private triangles = 0;
	private vertices = 0;
	private parts = 0;
	private decodedBytes = 0;
	private fileBytes = 0;

	takeTriangles(count: number): void {
		this.triangles += count;
		if (!(this.triangles <= MODEL_LIMITS.triangles))
			throw tooLarge("triangles", MODEL_LIMITS.triangles);
	}

	takeVertices(count: number): void {
		this.vertices += count;
		if (!(this.vertices <= MODEL_LIMITS.vertices))
			throw tooLarge("vertices", MODEL_LIMITS.vertices);
	}

	takePart(): void {
		this.parts++;
		if (this.parts > MODEL_LIMITS.parts)
			throw tooLarge("parts", MODEL_LIMITS.parts);
	}

	/** The file itself and every file it names. */
	takeFileBytes(count: number): void {
		this.fileBytes += count;
		if (!(this.fileBytes <= MODEL_LIMITS.fileBytes))
			throw tooLarge("bytes", MODEL_LIMITS.fileBytes);
	}

	takeDecodedBytes(count: number): void {
		this.decodedBytes += count;
		if (!(this.decodedBytes <= MODEL_LIMITS.decodedBytes))
			throw tooLarge("decoded bytes", MODEL_LIMITS.decodedBytes);
	}
}

function tooLarge(what: string, limit: number): LunarError {
	return new LunarError(
		"MODEL_TOO_LARGE",
		`the model has more than ${limit} ${what}`,
	);
}

/** A MODEL_CORRUPT error: what was seen, and where. */
export function corrupt(message: string, cause?: unknown): LunarError {
	return new LunarError("MODEL_CORRUPT", message, { cause });
}

/** Throws MODEL_CORRUPT at the first position that is not a finite number. */
export function checkFinite(positions: Float32Array, where: string): void {
	for (let i = 0; i < positions.length; i++)
		if (!Number.isFinite(positions[i]))
			throw corrupt(
				`${where}: position of vertex ${Math.floor(i / 3)} is ${positions[i]}`,
			);
}

/** Throws MODEL_CORRUPT at the first index that names no vertex. */
export function checkIndices(
	indices: Uint32Array,
	vertexCount: number,
	where: string,
): void {
	for (let i = 0; i < indices.length; i++)
		if (indices[i] >= vertexCount)
			throw corrupt(
				`${where}: index ${indices[i]} where there are ${vertexCount} vertices`,
			);
}
