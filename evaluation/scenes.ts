import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createImage, type Image, type Mask } from "../src/core/image.ts";
import { createRandom } from "../src/core/run-context.ts";
import { decodePicture } from "../src/formats/picture/decode.ts";
import { encodeJpeg } from "../src/formats/picture/encode.ts";
import { gaussianBlur } from "../src/kernel/image/gaussian-blur.ts";
import { SRGB_TO_LINEAR } from "../src/kernel/image/srgb.ts";
import type { EvaluationObject } from "./objects.ts";

// Pictures with a background whose object is known: the eight photographs of the set, and its cut-outs put before
// other backgrounds. The same pictures every time.

/** Kinds of background, simple ones first. */
export const SCENE_KINDS = [
	"white",
	"uniform",
	"studio",
	"plate",
	"photo",
] as const;
export type SceneKind = (typeof SCENE_KINDS)[number];

export interface Scene {
	readonly kind: SceneKind;
	readonly object: string;
	readonly name: string;
	readonly image: Image; // opaque
	readonly truth: Mask;
}

/** Parameters are chosen on these objects; the others only confirm. */
export const TUNING_OBJECTS: readonly string[] = [
	"spot",
	"boombox",
	"chair",
	"shoe",
];

/** Views beside photo.png: from above, where people photograph from. */
const POSED = ["r_05"];
const JPEG_QUALITY = 90;

type Ground = (x: number, y: number) => readonly [number, number, number];

/** Every picture of one object. `plates` are the objects whose photographs may stand behind it. */
export async function scenesOf(
	object: EvaluationObject,
	plates: readonly EvaluationObject[],
	kinds: readonly SceneKind[] = SCENE_KINDS,
): Promise<Scene[]> {
	const { name, folder } = object;
	const seed = seedOf(name);
	const cutouts = await Promise.all(
		["photo.png", ...POSED.map((file) => `posed/${file}.webp`)]
			.filter((file) => existsSync(join(folder, file)))
			.map((file) => read(join(folder, file))),
	);
	const made: Promise<Scene>[] = [];
	const add = (
		kind: SceneKind,
		title: string,
		image: Image | Promise<Image>,
		truth: Mask,
	): void => {
		made.push(
			Promise.resolve(image).then(async (picture) => ({
				kind,
				object: name,
				name: title,
				image: await throughJpeg(picture),
				truth,
			})),
		);
	};
	for (const [k, cutout] of cutouts.entries()) {
		const truth = coverageOf(cutout);
		const random = createRandom(seed + k);
		if (kinds.includes("white"))
			add(
				"white",
				`white ${k}`,
				over(cutout, flat([253, 253, 253]), 2, random),
				truth,
			);
		if (kinds.includes("uniform"))
			for (const [n, color] of uniformColors(random).entries())
				add(
					"uniform",
					`uniform ${k}.${n}`,
					over(cutout, flat(color), 5, random),
					truth,
				);
		if (kinds.includes("studio"))
			for (const shade of [0.25, 0.5])
				add(
					"studio",
					`studio ${k} shadow ${shade}`,
					over(cutout, withShadow(studio(random), truth, shade), 4, random),
					truth,
				);
		if (kinds.includes("plate"))
			for (const plate of plates)
				if (plate.name !== name)
					add("plate", `${plate.name} ${k}`, onPlate(cutout, plate, k), truth);
	}
	const photo = join(folder, "photo_bg.jpg");
	if (kinds.includes("photo") && existsSync(photo))
		made.push(
			read(photo).then((image) => ({
				kind: "photo",
				object: name,
				name: "photo_bg",
				image,
				truth: coverageOf(cutouts[0]),
			})),
		);
	return Promise.all(made);
}

/** A grey and two colours. */
function uniformColors(random: () => number): [number, number, number][] {
	const grey = 40 + 180 * random();
	const color = (): [number, number, number] => [
		40 + 200 * random(),
		40 + 200 * random(),
		40 + 200 * random(),
	];
	return [[grey, grey, grey], color(), color()];
}

function flat(color: readonly [number, number, number]): Ground {
	return () => color;
}

/** A sweep of paper: brighter above, darker towards the corners, a tint, lit from one side. */
function studio(random: () => number): Ground {
	const level = 150 + 90 * random();
	const fall = 20 + 50 * random();
	const side = 30 * (random() - 0.5);
	const tint = [8 * random(), 4 * random(), 8 * random()];
	return (x, y) => {
		const r = Math.hypot(x - 0.5, y - 0.45);
		const value = level - fall * y - 60 * r * r + side * x;
		return [value - tint[0], value - tint[1], value - tint[2]];
	};
}

/** A soft shadow on the ground under the object, thrown a little to one side. */
function withShadow(ground: Ground, truth: Mask, strength: number): Ground {
	const { width, height } = truth;
	const shade = shadowOf(truth);
	return (x, y) => {
		const p =
			Math.min(height - 1, Math.floor(y * height)) * width +
			Math.min(width - 1, Math.floor(x * width));
		const lit = 1 - strength * shade[p];
		const [r, g, b] = ground(x, y);
		return [r * lit, g * lit, b * lit];
	};
}

/** The silhouette pressed flat onto the ground below it, and blurred. */
function shadowOf(truth: Mask): Float32Array /* [height × width] 0–1 */ {
	const { width, height, data } = truth;
	let bottom = 0;
	for (let p = 0; p < data.length; p++)
		if (data[p] >= 128) bottom = Math.floor(p / width);
	const out = new Float32Array(width * height);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			if (data[y * width + x] < 128) continue;
			const v = Math.round(bottom - 0.12 * (bottom - y));
			const u = Math.min(width - 1, Math.round(x + 0.15 * (bottom - y)));
			out[v * width + u] = 1;
		}
	return gaussianBlur(out, width, height, 0.014 * width);
}

/** The cut-out in the place of another object in its photograph. */
async function onPlate(
	cutout: Image,
	plate: EvaluationObject,
	k: number,
): Promise<Image> {
	const photo = await read(join(plate.folder, "photo_bg.jpg"));
	const hidden = coverageOf(await read(join(plate.folder, "photo.png")));
	const empty = withoutObject(photo, hidden);
	const { width, height } = empty;
	const shade = shadowOf(coverageOf(cutout));
	const random = createRandom(seedOf(plate.name) + k);
	const gain = 0.8 + 0.4 * random();
	return over(
		cutout,
		(x, y) => {
			const p =
				Math.min(height - 1, Math.floor(y * height)) * width +
				Math.min(width - 1, Math.floor(x * width));
			const lit = gain * (1 - 0.4 * shade[p]);
			const c = (channel: number): number => empty.data[p * 4 + channel] * lit;
			return [c(0), c(1), c(2)];
		},
		2,
		random,
	);
}

/** Fills the object and its shadow with what lies to the left and right of them, mirrored. */
function withoutObject(photo: Image, hidden: Mask): Image {
	const { width, height } = photo;
	let left = width;
	let right = 0;
	let top = height;
	let bottom = 0;
	for (let p = 0; p < hidden.data.length; p++) {
		if (hidden.data[p] < 20) continue;
		left = Math.min(left, p % width);
		right = Math.max(right, p % width);
		top = Math.min(top, Math.floor(p / width));
		bottom = Math.max(bottom, Math.floor(p / width));
	}
	left = Math.max(1, left - 12);
	right = Math.min(width - 2, right + 12);
	top = Math.max(0, top - 8);
	bottom = Math.min(height - 1, bottom + 40);
	const out = createImage(width, height);
	out.data.set(photo.data);
	const mirrored = (x: number, edge: number): number => {
		const u = Math.abs(2 * edge - x);
		return u >= width ? 2 * (width - 1) - u : u;
	};
	for (let y = top; y <= bottom; y++)
		for (let x = left; x <= right; x++) {
			const share = (x - left) / (right - left);
			const weight = Math.min(1, Math.max(0, (share - 0.35) / 0.3));
			const a = (y * width + mirrored(x, left - 1)) * 4;
			const b = (y * width + mirrored(x, right + 1)) * 4;
			for (let c = 0; c < 3; c++)
				out.data[(y * width + x) * 4 + c] =
					photo.data[a + c] * (1 - weight) + photo.data[b + c] * weight;
		}
	return out;
}

/** Composited in linear light, then grain (uniform, so many levels wide). */
function over(
	cutout: Image,
	ground: Ground,
	grain: number,
	random: () => number,
): Image {
	const { width, height } = cutout;
	const out = createImage(width, height);
	for (let p = 0; p < width * height; p++) {
		const a = cutout.data[p * 4 + 3] / 255;
		const x = ((p % width) + 0.5) / width;
		const y = (Math.floor(p / width) + 0.5) / height;
		const behind = ground(x, y);
		for (let c = 0; c < 3; c++) {
			const back = Math.max(0, Math.min(255, behind[c])) / 255;
			const light =
				SRGB_TO_LINEAR[cutout.data[p * 4 + c]] * a +
				(back <= 0.04045 ? back / 12.92 : ((back + 0.055) / 1.055) ** 2.4) *
					(1 - a);
			const value =
				light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
			out.data[p * 4 + c] = value * 255 + (random() - 0.5) * grain;
		}
		out.data[p * 4 + 3] = 255;
	}
	return out;
}

function coverageOf({ width, height, data }: Image): Mask {
	return {
		width,
		height,
		data: Uint8Array.from(
			{ length: width * height },
			(_, p) => data[p * 4 + 3],
		),
	};
}

async function throughJpeg(image: Image): Promise<Image> {
	const bytes = await encodeJpeg(image, JPEG_QUALITY);
	return (await decodePicture(bytes, "scene")).photo.image;
}

async function read(file: string): Promise<Image> {
	return (await decodePicture(readFileSync(file), file)).photo.image;
}

function seedOf(name: string): number {
	let seed = 7;
	for (const letter of name) seed = (seed * 31 + letter.charCodeAt(0)) >>> 0;
	return seed;
}
