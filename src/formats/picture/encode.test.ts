import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { createImage, type Image } from "../../core/image.ts";
import { decodePicture } from "./decode.ts";
import {
	encodeJpeg,
	encodePng,
	encodeTurntable,
	encodeWebp,
} from "./encode.ts";

function ramp(width: number, height: number, alpha: number): Image {
	const image = createImage(width, height);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++)
			image.data.set([x * 4, y * 4, 128, alpha], (y * width + x) * 4);
	return image;
}

describe("encode", () => {
	it("PNG comes back exactly, also where it is nearly transparent", async () => {
		for (const alpha of [255, 1]) {
			const image = ramp(48, 32, alpha);
			const { photo } = await decodePicture(await encodePng(image), "x");
			expect(photo.image.data).toEqual(image.data);
		}
	});

	it("JPEG keeps full chroma, WebP keeps alpha", async () => {
		const jpeg = await encodeJpeg(ramp(48, 32, 255), 90);
		expect((await sharp(jpeg).metadata()).chromaSubsampling).toBe("4:4:4");
		const webp = await encodeWebp(ramp(48, 32, 100));
		expect((await decodePicture(webp, "x")).photo.image.data[3]).toBe(100);
	});

	it("writes the same bytes twice", async () => {
		const image = ramp(64, 64, 200);
		for (const encode of [encodePng, encodeJpeg, encodeWebp])
			expect(await encode(image)).toEqual(await encode(image));
	});

	it("turntable: every frame, endless, with its delay", async () => {
		const frames = [ramp(32, 32, 255), ramp(32, 32, 90), ramp(32, 32, 10)];
		const bytes = await encodeTurntable(frames, { delayMs: 70 });
		const { pages, loop, delay, width, pageHeight } = await sharp(bytes, {
			animated: true,
		}).metadata();
		expect({ pages, loop, delay, width, pageHeight }).toEqual({
			pages: 3,
			loop: 0,
			delay: [70, 70, 70],
			width: 32,
			pageHeight: 32,
		});
	});

	it("refuses what does not fit together", async () => {
		await expect(encodeTurntable([])).rejects.toThrow(RangeError);
		await expect(
			encodeTurntable([ramp(32, 32, 1), ramp(32, 16, 1)]),
		).rejects.toThrow(RangeError);
		await expect(
			encodePng({ width: 9, height: 9, data: new Uint8ClampedArray(4) }),
		).rejects.toThrow(RangeError);
	});
});
