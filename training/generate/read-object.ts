import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { LunarError } from "../../src/core/errors.ts";
import type { LoadedModel } from "../../src/formats/model.ts";
import { decodePicture } from "../../src/formats/picture/decode.ts";
import { readModel } from "../../src/formats/read-model.ts";
import { resizeImage } from "../../src/kernel/image/resize.ts";
import { SRGB_TO_LINEAR } from "../../src/kernel/image/srgb.ts";
import { measureBounds } from "../../src/kernel/mesh/measure.ts";
import { vertexNormals } from "../../src/kernel/mesh/normals.ts";
import type { Dice } from "./dice.ts";
import { createMaterial, type Material, type Texture } from "./materials.ts";
import { type Body, joinBody, reshape } from "./sketch.ts";

/** A model file before chance has a say. */
export interface ReadObject {
	readonly parts: readonly FilePart[];
	/** The look of each part. */
	readonly looks: readonly Look[];
}

interface FilePart {
	readonly positions: Float32Array; // [vertexCount × 3]
	readonly normals: Float32Array; // [vertexCount × 3]
	readonly uvs: Float32Array; // [vertexCount × 2]
	readonly indices: Uint32Array; // [triangleCount × 3]
}

interface Look {
	readonly base: readonly [number, number, number]; // linear
	readonly texture?: Texture;
}

/** Longer files take too long for what one object is worth. */
const MOST_BYTES = 8e6;
const MOST_PARTS = 255;
const LONGEST_TEXTURE = 512; // pixels
/** Thinner ones are pictures, marks and panes: shortest side by the longest. */
const THINNEST = 0.12;
/** Clearer parts are left out, and objects of which they are more than a third. */
const CLEAR = 0.6;
const MOST_CLEAR = 1 / 3;

/** All models below a folder, in an order that depends on their names only. */
export function findObjects(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && /\.(obj|glb)$/i.test(entry.name))
		.map((entry) => join(entry.parentPath, entry.name))
		.sort();
}

/** The file's triangles; null where they cannot be read, or are too many, too thin or mostly glass. */
export async function readObject(path: string): Promise<ReadObject | null> {
	if (statSync(path).size > MOST_BYTES) return null;
	let model: LoadedModel;
	try {
		model = await readModel(readFileSync(path), {
			name: basename(path),
			resolve: async (beside) => {
				const file = join(dirname(path), beside);
				return existsSync(file) ? readFileSync(file) : undefined;
			},
		});
	} catch (error) {
		if (error instanceof LunarError) return null;
		throw error;
	}
	const solid = model.parts.filter((part) => part.baseColorFactor[3] >= CLEAR);
	const count = (parts: LoadedModel["parts"]): number =>
		parts.reduce((sum, { mesh }) => sum + mesh.indices.length, 0);
	if (count(solid) < (1 - MOST_CLEAR) * count(model.parts)) return null;
	if (solid.length > MOST_PARTS || isThin(solid)) return null;
	const looks: Look[] = [];
	for (const { baseColorFactor, baseColor } of solid) {
		const [r, g, b] = baseColorFactor;
		looks.push({
			base: [r, g, b],
			...(baseColor ? { texture: await readTexture(baseColor.bytes) } : {}),
		});
	}
	return {
		parts: solid.map(({ mesh }) => ({
			positions: mesh.positions,
			normals: mesh.normals ?? vertexNormals(mesh),
			uvs: mesh.uvs ?? new Float32Array((mesh.positions.length / 3) * 2),
			indices: mesh.indices,
		})),
		looks,
	};
}

/** The object as a sketch would be: turned, with other proportions, sometimes in other colours; centred and scaled. */
export function bodyOf({ parts, looks }: ReadObject, dice: Dice): Body {
	const repaint = dice.chance(0.3);
	// As if cast, carved or primed: only light and shadow tell of its form.
	const clay: Material | null = dice.chance(0.2)
		? { ...createMaterial(dice, "light"), pattern: "plain" }
		: null;
	const turns = dice.pick([0, 0, 0, 1, 2, 3]);
	const body = joinBody(
		parts.map((part, material) => ({ part, material })),
		looks.map(({ base, texture }) => {
			if (clay) return clay;
			const drawn = createMaterial(dice, "any");
			if (repaint && (texture === undefined || dice.chance(0.3))) return drawn;
			return {
				...drawn,
				pattern: "plain",
				base,
				metal: false,
				...(texture ? { texture } : {}),
			};
		}),
	);
	for (const list of [body.positions, body.normals])
		for (let turn = 0; turn < turns; turn++) quarterTurn(list);
	reshape(body, dice);
	return body;
}

function quarterTurn(list: Float32Array): void {
	for (let n = 0; n < list.length; n += 3) {
		const x = list[n];
		list[n] = list[n + 2];
		list[n + 2] = -x;
	}
}

async function readTexture(bytes: Uint8Array): Promise<Texture> {
	const { photo } = await decodePicture(bytes, "texture", {
		limits: { minSide: 1 },
	});
	const { image } = photo;
	const scale = Math.min(
		1,
		LONGEST_TEXTURE / Math.max(image.width, image.height),
	);
	const { width, height, data } = resizeImage(
		image,
		Math.max(1, Math.round(image.width * scale)),
		Math.max(1, Math.round(image.height * scale)),
	);
	const color = new Float32Array(width * height * 3);
	for (let n = 0; n < width * height; n++)
		for (let c = 0; c < 3; c++)
			color[n * 3 + c] = SRGB_TO_LINEAR[data[n * 4 + c]];
	return { width, height, color };
}

function isThin(parts: LoadedModel["parts"]): boolean {
	const boxes = parts.map(({ mesh }) => measureBounds(mesh));
	const sides = [0, 1, 2].map(
		(axis) =>
			Math.max(...boxes.map(({ max }) => max[axis])) -
			Math.min(...boxes.map(({ min }) => min[axis])),
	);
	return !(Math.min(...sides) > THINNEST * Math.max(...sides));
}
