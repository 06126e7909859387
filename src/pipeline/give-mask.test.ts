import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { LunarError } from "../core/errors.ts";
import { createImage, type Image } from "../core/image.ts";
import type { Photo } from "../core/photo.ts";
import { decodePicture } from "../formats/picture/decode.ts";
import { encodePng } from "../formats/picture/encode.ts";
import { giveMask } from "./give-mask.ts";

function photoOf(image: Image, label: string): Photo {
	const { width, height } = image;
	return {
		image,
		label,
		source: { sha256: label, sizeBytes: 1, format: "png", width, height },
	};
}

/** White where `inside` says, black elsewhere. */
function drawn(
	width: number,
	height: number,
	inside: (x: number, y: number) => boolean,
): Photo {
	const image = createImage(width, height);
	for (let p = 0; p < width * height; p++) {
		const v = inside(p % width, Math.floor(p / width)) ? 255 : 0;
		image.data.set([v, v, v, 255], p * 4);
	}
	return photoOf(image, "mask.png");
}

const photo = photoOf(createImage(120, 80), "a.jpg");
const leftHalf =
	(width: number) =>
	(x: number): boolean =>
		x < width / 2;

function codeOf(work: () => unknown): string {
	try {
		work();
	} catch (error) {
		if (error instanceof LunarError) return error.code;
		throw error;
	}
	return "none";
}

describe("giveMask", () => {
	it("takes a mask of the photo's size as it is", () => {
		const mask = drawn(120, 80, (x, y) => x > 30 && x < 90 && y > 20);
		const { photo: with_, notices } = giveMask(photo, mask);
		expect(notices).toEqual([]);
		expect(with_.given?.sha256).toBe("mask.png");
		for (let p = 0; p < 120 * 80; p++)
			if (with_.given?.mask.data[p] !== mask.image.data[p * 4])
				expect.fail(`pixel ${p} differs`);
	});

	it("brings another size of the same shape to the photo's, and says so", () => {
		const { photo: with_, notices } = giveMask(
			photo,
			drawn(240, 160, leftHalf(240)),
		);
		expect(notices.map(({ code }) => code)).toEqual(["mask-resized"]);
		expect(with_.given?.mask.data.length).toBe(120 * 80);
		expect(with_.given?.mask.data[40 * 120 + 10]).toBe(255);
		expect(with_.given?.mask.data[40 * 120 + 110]).toBe(0);
	});

	it("reads the alpha channel of a cut-out", () => {
		const image = createImage(120, 80);
		for (let p = 0; p < 120 * 80; p++)
			image.data.set([9, 9, 9, p % 120 < 50 ? 255 : 0], p * 4);
		const { photo: with_ } = giveMask(photo, photoOf(image, "mask.png"));
		expect(with_.given?.mask.data[10]).toBe(255);
		expect(with_.given?.mask.data[100]).toBe(0);
	});

	it.each([
		["of another shape", drawn(80, 120, leftHalf(80))],
		["black", drawn(120, 80, () => false)],
		["white", drawn(120, 80, () => true)],
	])("refuses one that is %s", (_, mask) => {
		expect(codeOf(() => giveMask(photo, mask))).toBe("MASK_INVALID");
	});

	it("wonders about one that covers the border", () => {
		const hole = drawn(120, 80, (x, y) => x < 20 || x > 90 || y < 9 || y > 60);
		expect(giveMask(photo, hole).notices[0].code).toBe("mask-inverted");
	});

	it("is compared with the photo as it is displayed, not as it is stored", async () => {
		const stored = await encodePng(createImage(120, 80));
		const turned = await sharp(stored)
			.flatten()
			.jpeg()
			.withMetadata({ orientation: 6 })
			.toBuffer();
		const { photo: upright } = await decodePicture(turned, "a.jpg");
		expect(codeOf(() => giveMask(upright, drawn(80, 120, leftHalf(80))))).toBe(
			"none",
		);
		expect(codeOf(() => giveMask(upright, drawn(120, 80, leftHalf(120))))).toBe(
			"MASK_INVALID",
		);
	});
});
