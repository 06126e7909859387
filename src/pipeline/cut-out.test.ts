import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LunarError } from "../core/errors.ts";
import { createImage, type Image, type Mask } from "../core/image.ts";
import type { Cutout, Photo } from "../core/photo.ts";
import {
	createRandom,
	createRunContext,
	type Notice,
} from "../core/run-context.ts";
import { decodePicture } from "../formats/picture/decode.ts";
import { type BackgroundMode, cutOut } from "./cut-out.ts";

const FIXTURES = new URL("../../fixtures/eval/", import.meta.url);

function photoOf(image: Image, label = "a.png"): Photo {
	const { width, height } = image;
	return {
		image,
		label,
		source: { sha256: "", sizeBytes: 1, format: "png", width, height },
	};
}

async function load(path: string): Promise<Photo> {
	return (await decodePicture(readFileSync(new URL(path, FIXTURES)), path))
		.photo;
}

async function cut(
	photo: Photo,
	background: BackgroundMode = "auto",
): Promise<{ cutout: Cutout; notices: Notice[] }> {
	const { ctx, record } = createRunContext();
	const [cutout] = await cutOut([photo], { background }, ctx);
	return { cutout, notices: record.notices };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
	try {
		await work;
	} catch (error) {
		if (error instanceof LunarError) return error.code;
		throw error;
	}
	return "none";
}

/** Over a background with a little noise (seed 2). */
function over(
	image: Image,
	ground: (x: number, y: number) => readonly number[],
	noise = 4,
): Image {
	const { width, height } = image;
	const out = createImage(width, height);
	const random = createRandom(2);
	for (let p = 0; p < width * height; p++) {
		const a = image.data[p * 4 + 3] / 255;
		const behind = ground(p % width, Math.floor(p / width));
		const grain = (random() - 0.5) * noise;
		for (let c = 0; c < 3; c++)
			out.data[p * 4 + c] =
				image.data[p * 4 + c] * a + behind[c] * (1 - a) + grain;
		out.data[p * 4 + 3] = 255;
	}
	return out;
}

function iou(mask: Mask, truth: Image): number {
	let both = 0;
	let either = 0;
	for (let p = 0; p < mask.data.length; p++) {
		const a = mask.data[p] >= 128;
		const b = truth.data[p * 4 + 3] >= 128;
		if (a && b) both++;
		if (a || b) either++;
	}
	return both / either;
}

function flat(value: number, alpha = 255): Image {
	const image = createImage(300, 300);
	for (let i = 0; i < image.data.length; i += 4)
		image.data.set([value, value, value, alpha], i);
	return image;
}

describe("cutOut: alpha", () => {
	it("passes a meaningful alpha channel through and carries colours outwards", async () => {
		const photo = await load("spot/views/front.png");
		const { cutout, notices } = await cut(photo);
		expect(cutout.method).toBe("alpha");
		expect(cutout.confidence).toBe(1);
		expect(notices).toEqual([]);
		for (let p = 0; p < cutout.mask.data.length; p++)
			if (cutout.mask.data[p] !== photo.image.data[p * 4 + 3])
				expect.fail(`pixel ${p} differs`);
	});

	it("refuses a picture that is transparent everywhere, and 'alpha' without alpha", async () => {
		expect(await codeOf(cut(photoOf(flat(200, 0))))).toBe("NO_FOREGROUND");
		expect(await codeOf(cut(photoOf(flat(200, 100))))).toBe("NO_FOREGROUND");
		expect(await codeOf(cut(photoOf(flat(200)), "alpha"))).toBe(
			"NO_FOREGROUND",
		);
	});

	it("refuses an object of a few pixels", async () => {
		const image = flat(90, 0);
		image.data[4 * 150 * 300 + 3] = 255;
		expect(await codeOf(cut(photoOf(image)))).toBe("NO_FOREGROUND");
	});

	it("keep takes the whole picture", async () => {
		const { cutout } = await cut(photoOf(flat(255)), "keep");
		expect(cutout.method).toBe("keep");
		expect(cutout.mask.data.every((v) => v === 255)).toBe(true);
	});
});

describe("cutOut: opaque pictures", () => {
	it.each([0, 128, 255])("finds nothing on plain %i", async (value) => {
		expect(await codeOf(cut(photoOf(flat(value))))).toBe("NO_FOREGROUND");
	});

	it.each([
		["white", () => [255, 255, 255], 0],
		["noisy blue", (_: number, y: number) => [60, 120 + y * 0.06, 200], 5],
		[
			"grey studio sweep",
			(_: number, y: number) => [
				210 - y * 0.15,
				210 - y * 0.15,
				214 - y * 0.15,
			],
			5,
		],
	] as const)("cuts the cow out of %s", async (_, ground, noise) => {
		const photo = await load("spot/photo.png");
		const { cutout, notices } = await cut(
			photoOf(over(photo.image, ground, noise)),
		);
		expect(cutout.method).toBe("uniform");
		expect(cutout.confidence).toBeGreaterThan(0.85);
		expect(notices).toEqual([]);
		expect(iou(cutout.mask, photo.image)).toBeGreaterThan(0.97);
	});

	it("cuts the avocado out of a room, the same every time", async () => {
		const photo = await load("avocado/photo_bg.jpg");
		const truth = await load("avocado/photo.png");
		const { cutout } = await cut(photo);
		expect(iou(cutout.mask, truth.image)).toBeGreaterThan(0.95);
		const again = (await cut(photo)).cutout.mask.data;
		expect(Buffer.compare(again, cutout.mask.data)).toBe(0);
	});

	it("says so when nothing is certain", async () => {
		const random = createRandom(9);
		const image = createImage(256, 256);
		for (let p = 0; p < 256 * 256; p++) {
			const x = p % 256;
			const patch = Math.sin(x * 0.11) * Math.cos((p / 256) * 0.13) * 60;
			for (let c = 0; c < 3; c++)
				image.data[p * 4 + c] = 128 + patch + (random() - 0.5) * 70;
			image.data[p * 4 + 3] = 255;
		}
		const { cutout, notices } = await cut(photoOf(image));
		expect(cutout.confidence).toBeLessThan(0.6);
		expect(notices[0]).toMatchObject({
			code: "mask-weak",
			severity: "warning",
			label: "a.png",
		});
		expect(notices[0].remedy).toBeTruthy();
	});

	it("stops when cancelled", async () => {
		const photo = await load("avocado/photo_bg.jpg");
		const { ctx } = createRunContext({ isCancelled: () => true });
		expect(await codeOf(cutOut([photo], {}, ctx))).toBe("CANCELLED");
	});
});
