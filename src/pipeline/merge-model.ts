import type { EncodedPicture, TexturedMesh } from "../core/asset.ts";
import { createImage, type Image } from "../core/image.ts";
import type { Mesh } from "../core/mesh.ts";
import type { Notice } from "../core/run-context.ts";
import { mergeParts } from "../formats/merge-parts.ts";
import type { LoadedModel, ModelPart } from "../formats/model.ts";
import { decodePicture } from "../formats/picture/decode.ts";
import { resizeImage } from "../kernel/image/resize.ts";
import { linearToSrgb, SRGB_TO_LINEAR } from "../kernel/image/srgb.ts";
import { vertexNormals } from "../kernel/mesh/normals.ts";

/** Largest side of the picture that several textures are put together on, pixels. */
const MAX_ATLAS_SIDE = 4096;
/** Repeated border round each texture, pixels: lookups and the first mipmaps stay inside. */
const BORDER = 4;
/** Side of the patch that a part without texture gets, pixels. */
const PATCH_SIDE = 8;
/** Times a texture may repeat inside a part before it is clamped. */
const MAX_REPEATS = 4;

export interface MergedModel {
	readonly textured: TexturedMesh;
	/** The file's own picture, where the model has exactly one and it needs no change. */
	readonly texture?: EncodedPicture;
	readonly notices: readonly Notice[];
}

/** A loaded model as one mesh with one look, ready to be drawn, measured or written. */
export async function mergeModel(model: LoadedModel): Promise<MergedModel> {
	const notices: Notice[] = [];
	const { parts } = model;
	const merged = mergeParts(parts);
	const mesh: Mesh = merged.normals
		? merged
		: { ...merged, normals: vertexNormals(merged) };
	const weight = (of: (part: ModelPart) => number): number =>
		parts.reduce((sum, part) => sum + of(part) * part.mesh.indices.length, 0) /
		mesh.indices.length;
	const look = {
		roughness: weight((part) => part.roughness),
		metallic: weight((part) => part.metallic),
	};
	const pictures = await Promise.all(
		parts.map((part) => decodeBaseColor(part, notices)),
	);
	if (pictures.every((picture) => picture === undefined))
		return {
			textured: { mesh: { ...mesh, colors: partColors(parts) }, ...look },
			notices,
		};
	if (parts.length === 1 && isWhite(parts[0].baseColorFactor)) {
		const { baseColor } = parts[0];
		return {
			textured: { mesh, baseColor: pictures[0] as Image, ...look },
			...(baseColor ? { texture: baseColor } : {}),
			notices,
		};
	}
	const { atlas, uvs } = putTogether(parts, pictures, notices);
	const { colors, ...rest } = mesh;
	return {
		textured: { mesh: { ...rest, uvs }, baseColor: atlas, ...look },
		notices,
	};
}

async function decodeBaseColor(
	part: ModelPart,
	notices: Notice[],
): Promise<Image | undefined> {
	if (part.baseColor === undefined || part.mesh.uvs === undefined)
		return undefined;
	try {
		const { photo } = await decodePicture(part.baseColor.bytes, part.name, {
			limits: { minSide: 1, smallSide: 1, fileBytes: 200e6 },
		});
		return photo.image;
	} catch (error) {
		notices.push({
			code: "texture-unreadable",
			severity: "warning",
			message: `The texture of ${part.name} cannot be read: ${(error as Error).message}`,
		});
		return undefined;
	}
}

/** Vertex colours of all parts: their own times the material's factor. */
function partColors(
	parts: readonly ModelPart[],
): Float32Array /* [vertexCount × 4] linear */ {
	const vertexCount = parts.reduce(
		(sum, { mesh }) => sum + mesh.positions.length / 3,
		0,
	);
	const out = new Float32Array(vertexCount * 4);
	let at = 0;
	for (const { mesh, baseColorFactor } of parts)
		for (let vertex = 0; vertex < mesh.positions.length / 3; vertex++)
			for (let channel = 0; channel < 4; channel++)
				out[at++] =
					baseColorFactor[channel] *
					(mesh.colors ? mesh.colors[vertex * 4 + channel] : 1);
	return out;
}

interface Tile {
	readonly picture: Image;
	/** Whole texture periods below and left of the part's UVs. */
	readonly u0: number;
	readonly v0: number;
	/** Periods that the tile covers. */
	readonly repeatU: number;
	readonly repeatV: number;
	x: number;
	y: number;
}

/** All textures side by side on one picture, and the UVs that find them there. */
function putTogether(
	parts: readonly ModelPart[],
	pictures: readonly (Image | undefined)[],
	notices: Notice[],
): { atlas: Image; uvs: Float32Array } {
	const tiles = parts.map((part, k) => tileOf(part, pictures[k], notices));
	const side = placeOnShelves(tiles);
	const atlas = createImage(side, side);
	for (const tile of tiles) drawTile(atlas, tile);

	const vertexCount = parts.reduce(
		(sum, { mesh }) => sum + mesh.positions.length / 3,
		0,
	);
	const uvs = new Float32Array(vertexCount * 2);
	let at = 0;
	for (const [k, { mesh }] of parts.entries()) {
		const tile = tiles[k];
		const { width, height } = tile.picture;
		for (let vertex = 0; vertex < mesh.positions.length / 3; vertex++) {
			const u = mesh.uvs ? mesh.uvs[vertex * 2] - tile.u0 : 0.5;
			const v = mesh.uvs ? mesh.uvs[vertex * 2 + 1] - tile.v0 : 0.5;
			uvs[at++] =
				(tile.x + Math.min(tile.repeatU, Math.max(0, u)) * width) / side;
			uvs[at++] =
				(tile.y + Math.min(tile.repeatV, Math.max(0, v)) * height) / side;
		}
	}
	const fit = Math.min(MAX_ATLAS_SIDE, side);
	return {
		atlas: fit === side ? atlas : resizeImage(atlas, fit, fit),
		uvs,
	};
}

function tileOf(
	part: ModelPart,
	picture: Image | undefined,
	notices: Notice[],
): Tile {
	const tinted = tint(picture ?? patch(), part.baseColorFactor);
	const { uvs } = part.mesh;
	if (picture === undefined || uvs === undefined)
		return {
			picture: tinted,
			u0: 0,
			v0: 0,
			repeatU: 1,
			repeatV: 1,
			x: 0,
			y: 0,
		};
	const [u0, repeatU] = periods(uvs, 0);
	const [v0, repeatV] = periods(uvs, 1);
	if (repeatU > MAX_REPEATS || repeatV > MAX_REPEATS)
		notices.push({
			code: "texture-clamped",
			severity: "warning",
			message: `The texture of ${part.name} repeats ${Math.max(repeatU, repeatV)} times; beyond ${MAX_REPEATS} it is stretched.`,
		});
	return {
		picture: tinted,
		u0,
		v0,
		repeatU: Math.min(repeatU, MAX_REPEATS),
		repeatV: Math.min(repeatV, MAX_REPEATS),
		x: 0,
		y: 0,
	};
}

function periods(
	uvs: Float32Array,
	axis: 0 | 1,
): [start: number, count: number] {
	let min = Infinity;
	let max = -Infinity;
	for (let i = axis; i < uvs.length; i += 2) {
		if (uvs[i] < min) min = uvs[i];
		if (uvs[i] > max) max = uvs[i];
	}
	const start = Math.floor(min + 1e-4);
	return [start, Math.max(1, Math.ceil(max - 1e-4) - start)];
}

/** Tallest first, on shelves of a square that is as small a power of two as holds them. */
function placeOnShelves(tiles: readonly Tile[]): number {
	const order = [...tiles].sort(
		(a, b) => b.picture.height * b.repeatV - a.picture.height * a.repeatV,
	);
	for (let side = 64; ; side *= 2) {
		let x = 0;
		let y = 0;
		let shelf = 0;
		let fits = true;
		for (const tile of order) {
			const width = tile.picture.width * tile.repeatU + 2 * BORDER;
			const height = tile.picture.height * tile.repeatV + 2 * BORDER;
			if (x + width > side) {
				x = 0;
				y += shelf;
				shelf = 0;
			}
			if (x + width > side || y + height > side) {
				fits = false;
				break;
			}
			tile.x = x + BORDER;
			tile.y = y + BORDER;
			x += width;
			shelf = Math.max(shelf, height);
		}
		if (fits) return side;
	}
}

function drawTile(atlas: Image, tile: Tile): void {
	const { width, height, data } = tile.picture;
	const tileWidth = width * tile.repeatU;
	const tileHeight = height * tile.repeatV;
	for (let y = -BORDER; y < tileHeight + BORDER; y++)
		for (let x = -BORDER; x < tileWidth + BORDER; x++) {
			const source =
				((((y % height) + height) % height) * width +
					(((x % width) + width) % width)) *
				4;
			const target = ((tile.y + y) * atlas.width + tile.x + x) * 4;
			for (let channel = 0; channel < 4; channel++)
				atlas.data[target + channel] = data[source + channel];
		}
}

function patch(): Image {
	const image = createImage(PATCH_SIDE, PATCH_SIDE);
	image.data.fill(255);
	return image;
}

/** The picture times a linear factor. */
function tint(
	image: Image,
	factor: readonly [number, number, number, number],
): Image {
	if (isWhite(factor)) return image;
	const data = new Uint8ClampedArray(image.data.length);
	for (let channel = 0; channel < 3; channel++) {
		const table = Uint8ClampedArray.from({ length: 256 }, (_, value) =>
			linearToSrgb(SRGB_TO_LINEAR[value] * factor[channel]),
		);
		for (let i = channel; i < data.length; i += 4)
			data[i] = table[image.data[i]];
	}
	for (let i = 3; i < data.length; i += 4) data[i] = image.data[i] * factor[3];
	return { ...image, data };
}

function isWhite(factor: readonly number[]): boolean {
	return factor.every((value) => value === 1);
}
