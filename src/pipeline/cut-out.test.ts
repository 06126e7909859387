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
import type { BackgroundMode } from "./background-modes.ts";
import type { Corrections } from "./corrections.ts";
import { cutOut } from "./cut-out.ts";
import { maskBox } from "./mask-box.ts";

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
	corrections: Corrections = {},
): Promise<{ cutout: Cutout; notices: Notice[] }> {
	const { ctx, record } = createRunContext();
	const options = { background, ...corrections };
	const [cutout] = await cutOut([photo], options, ctx);
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

/** Three discs on grey paper: a red one in the middle, a blue one right of it, a green one low at the left. */
function threeDiscs(width = 480, alpha = false): Photo {
	const height = Math.round(width * 0.75);
	const image = createImage(width, height);
	const discs = [
		[0.5, 0.45, 0.14, [190, 50, 40]],
		[0.82, 0.4, 0.1, [40, 60, 180]],
		[0.16, 0.6, 0.09, [40, 140, 50]],
	] as const;
	const random = createRandom(1);
	for (let p = 0; p < width * height; p++) {
		const x = ((p % width) + 0.5) / width;
		const y = (Math.floor(p / width) + 0.5) / width;
		const hit = discs.find(([u, v, r]) => Math.hypot(x - u, y - v) < r);
		const color = hit?.[3] ?? [205, 205, 208];
		for (let c = 0; c < 3; c++)
			image.data[p * 4 + c] = color[c] + (random() - 0.5) * 4;
		image.data[p * 4 + 3] = alpha && !hit ? 0 : 255;
	}
	return photoOf(image);
}

/** Colour channel that is strongest in the covered pixels, and their share of the picture. */
function taken({ photo, mask }: Cutout): { channel: number; share: number } {
	const sums = [0, 0, 0];
	let count = 0;
	for (let p = 0; p < mask.data.length; p++) {
		if (mask.data[p] < 128) continue;
		count++;
		for (let c = 0; c < 3; c++) sums[c] += photo.image.data[p * 4 + c];
	}
	return {
		channel: sums.indexOf(Math.max(...sums)),
		share: count / mask.data.length,
	};
}

describe("cutOut: corrections", () => {
	it("takes the large object in the middle, and names the others", async () => {
		const { cutout, notices } = await cut(threeDiscs());
		expect(taken(cutout).channel).toBe(0);
		expect(taken(cutout).share).toBeCloseTo((Math.PI * 0.14 ** 2) / 0.75, 2);
		const said = notices.find(({ code }) => code === "several-objects");
		expect(said?.severity).toBe("warning");
		expect(said?.message).toMatch(/3 objects.*2 \(right\).*3 \(.*left\)/);
		expect(said?.remedy).toContain("--object 2");
	});

	it.each([
		[1, 0],
		[2, 2],
		[3, 1],
	])("--object %i", async (object, channel) => {
		for (const alpha of [false, true]) {
			const { cutout, notices } = await cut(threeDiscs(480, alpha), "auto", {
				object,
			});
			expect(taken(cutout).channel).toBe(channel);
			expect(notices.map(({ code }) => code)).toContain("object-chosen");
		}
	});

	it("all of a cut-out belongs to it, unless a number is asked for", async () => {
		const { cutout } = await cut(threeDiscs(480, true));
		expect(taken(cutout).share).toBeGreaterThan(0.13);
	});

	it("refuses a number that no object has", async () => {
		expect(await codeOf(cut(threeDiscs(), "auto", { object: 4 }))).toBe(
			"OBJECT_UNKNOWN",
		);
	});

	it("looks for the object in the box only", async () => {
		for (const alpha of [false, true]) {
			const { cutout, notices } = await cut(threeDiscs(480, alpha), "auto", {
				box: [335, 135, 116, 116],
			});
			expect(taken(cutout).channel).toBe(2);
			expect(taken(cutout).share).toBeCloseTo((Math.PI * 0.1 ** 2) / 0.75, 2);
			expect(notices.map(({ code }) => code)).not.toContain("several-objects");
		}
		expect(
			await codeOf(cut(threeDiscs(), "auto", { box: [0, 0, 60, 60] })),
		).toBe("NO_FOREGROUND");
	});

	it("a box helps in front of clutter", async () => {
		const photo = await load("boombox/photo_bg.jpg");
		const truth = await load("boombox/photo.png");
		const { cutout } = await cut(photo, "auto", { box: [110, 98, 318, 328] });
		expect(iou(cutout.mask, truth.image)).toBeGreaterThan(0.9);
		const { left } = maskBox(cutout.mask) ?? { left: 0 };
		expect(left).toBeGreaterThanOrEqual(110);
	});

	it("a mask that was given is the law", async () => {
		const photo = threeDiscs();
		const { width, height } = photo.image;
		const mask = { width, height, data: new Uint8Array(width * height) };
		for (let p = 0; p < mask.data.length; p++)
			if (p % width < width / 3) mask.data[p] = 255;
		const given = { mask, sha256: "00" };
		const { cutout } = await cut({ ...photo, given });
		expect(cutout).toMatchObject({ method: "given", confidence: 1, mask });
		expect(await codeOf(cut({ ...photo, given }, "auto", { object: 1 }))).toBe(
			"OPTION_INVALID",
		);
	});
});
