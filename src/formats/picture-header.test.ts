import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { describePicture } from "./picture-header.ts";

describe("describePicture", () => {
	const picture = sharp({
		create: { width: 37, height: 21, channels: 4, background: "#f80c" },
	});
	it.each([
		["png", "image/png", picture.clone().png()],
		["jpeg", "image/jpeg", picture.clone().jpeg()],
		[
			"progressive jpeg",
			"image/jpeg",
			picture.clone().jpeg({ progressive: true }),
		],
		["webp", "image/webp", picture.clone().removeAlpha().webp()],
		["webp with alpha", "image/webp", picture.clone().webp()],
		["lossless webp", "image/webp", picture.clone().webp({ lossless: true })],
	])(
		"finds type and size of %s, and survives a cut",
		async (_, mimeType, encoder) => {
			const bytes = new Uint8Array(await encoder.toBuffer());
			expect(describePicture(bytes, "?")).toEqual({
				mimeType,
				width: 37,
				height: 21,
			});
			for (let length = 0; length < Math.min(64, bytes.length); length++)
				expect(() =>
					describePicture(bytes.slice(0, length), "?"),
				).not.toThrow();
		},
	);

	it("says what it was told where the content is unknown", () => {
		expect(describePicture(new Uint8Array(50), "image/avif")).toEqual({
			mimeType: "image/avif",
		});
	});
});
