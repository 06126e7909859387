import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { Camera } from "../../core/camera.ts";
import { LunarError } from "../../core/errors.ts";
import { canonicalCamera } from "../../kernel/math/camera.ts";
import { checkRequestSize } from "./check-request-size.ts";
import { decodePicture } from "./decode.ts";

/** Four quadrants: red, green / blue, white. */
function quadrants(width = 64, height = 48, channels: 3 | 4 = 3): Buffer {
	const colors = [
		[255, 0, 0],
		[0, 255, 0],
		[0, 0, 255],
		[255, 255, 255],
	];
	const data = Buffer.alloc(width * height * channels, 255);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const quadrant = (x >= width / 2 ? 1 : 0) + (y >= height / 2 ? 2 : 0);
			data.set(colors[quadrant], (y * width + x) * channels);
		}
	return data;
}
const picture = (width = 64, height = 48) =>
	sharp(quadrants(width, height), { raw: { width, height, channels: 3 } });

async function codeOf(work: Promise<unknown>): Promise<string> {
	try {
		await work;
	} catch (error) {
		if (error instanceof LunarError) return error.code;
		throw error;
	}
	return "none";
}

function pixel(
	image: { width: number; data: Uint8ClampedArray },
	x: number,
	y: number,
): number[] {
	const i = (y * image.width + x) * 4;
	return [...image.data.subarray(i, i + 4)];
}

function expectNear(seen: number[], wanted: number[], tolerance = 6): void {
	wanted.forEach((value, k) => {
		expect(Math.abs(seen[k] - value)).toBeLessThanOrEqual(tolerance);
	});
}

function expectQuadrants(
	image: { width: number; height: number; data: Uint8ClampedArray },
	tolerance?: number,
): void {
	const { width: w, height: h } = image;
	expectNear(pixel(image, w >> 2, h >> 2), [255, 0, 0, 255], tolerance);
	expectNear(pixel(image, (3 * w) >> 2, h >> 2), [0, 255, 0, 255], tolerance);
	expectNear(pixel(image, w >> 2, (3 * h) >> 2), [0, 0, 255, 255], tolerance);
	expectNear(
		pixel(image, (3 * w) >> 2, (3 * h) >> 2),
		[255, 255, 255, 255],
		tolerance,
	);
}

function chunk(type: string, body: Buffer): Buffer {
	const out = Buffer.alloc(body.length + 12);
	out.writeUInt32BE(body.length, 0);
	out.write(type, 4, "latin1");
	body.copy(out, 8);
	out.writeUInt32BE(crc32(out.subarray(4, 8 + body.length)), 8 + body.length);
	return out;
}
function crc32(bytes: Uint8Array): number {
	let crc = -1;
	for (const byte of bytes) {
		crc ^= byte;
		for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return (crc ^ -1) >>> 0;
}
/** A PNG with this header and this (already inflated) pixel stream. */
function rawPng(
	width: number,
	height: number,
	pixels: Buffer,
	extra: Buffer[] = [],
	colorType = 0, // 0 grey, 4 grey and alpha
): Buffer {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([8, colorType, 0, 0, 0], 8); // 8 bits a channel
	return Buffer.concat([
		Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
		chunk("IHDR", header),
		...extra,
		chunk("IDAT", deflateSync(pixels)),
		chunk("IEND", Buffer.alloc(0)),
	]);
}

describe("decodePicture: what it reads", () => {
	it.each(["png", "jpeg", "webp", "gif", "tiff", "avif"] as const)(
		"reads %s by content, whatever the name",
		async (format) => {
			const bytes = await picture()
				.toFormat(format, { quality: 95 })
				.toBuffer();
			const { photo } = await decodePicture(bytes, "misnamed.txt");
			expect(photo.source.format).toBe(format);
			expect([photo.image.width, photo.image.height]).toEqual([64, 48]);
			expectQuadrants(photo.image, 24);
			expect(photo.source.sha256).toMatch(/^[0-9a-f]{64}$/);
		},
	);

	it.each([1, 2, 3, 4, 5, 6, 7, 8])(
		"turns EXIF orientation %i upright",
		async (orientation) => {
			// Where EXIF says the upright pixel (x, y) is stored.
			const right = 63;
			const low = 47;
			const storedAt = (x: number, y: number): number[] =>
				[
					[x, y],
					[right - x, y],
					[right - x, low - y],
					[x, low - y],
					[y, x],
					[y, right - x],
					[low - y, right - x],
					[low - y, x],
				][orientation - 1];
			const upright = quadrants();
			const [width, height] = orientation > 4 ? [48, 64] : [64, 48];
			const stored = Buffer.alloc(upright.length);
			for (let y = 0; y <= low; y++)
				for (let x = 0; x <= right; x++) {
					const [u, v] = storedAt(x, y);
					const i = (y * 64 + x) * 3;
					upright.copy(stored, (v * width + u) * 3, i, i + 3);
				}
			const raw = sharp(stored, { raw: { width, height, channels: 3 } });
			const bytes = await raw.withMetadata({ orientation }).png().toBuffer();
			expect((await sharp(bytes).metadata()).orientation).toBe(orientation);
			const { photo } = await decodePicture(bytes, "turned.png");
			expect([photo.image.width, photo.image.height]).toEqual([64, 48]);
			expect([photo.source.width, photo.source.height]).toEqual([64, 48]);
			expectQuadrants(photo.image);
		},
	);

	it("reads 16-bit, palette, grey, grey + alpha and CMYK", async () => {
		const deep = await picture().toColourspace("rgb16").png().toBuffer();
		expect((await sharp(deep).metadata()).depth).toBe("ushort");
		expectQuadrants((await decodePicture(deep, "deep")).photo.image);

		const palette = await picture().png({ palette: true }).toBuffer();
		expect((await sharp(palette).metadata()).isPalette).toBe(true);
		expectQuadrants((await decodePicture(palette, "palette")).photo.image);

		const cmyk = await picture().toColourspace("cmyk").jpeg().toBuffer();
		expect((await sharp(cmyk).metadata()).space).toBe("cmyk");
		const printed = (await decodePicture(cmyk, "cmyk")).photo.image;
		const red = pixel(printed, 16, 12);
		expect(red[0]).toBeGreaterThan(180);
		expect(red[2]).toBeLessThan(100);
		expectNear(pixel(printed, 48, 36), [255, 255, 255, 255], 8);

		const rows = Buffer.from(
			// A filter byte, then 32 pairs of grey and alpha.
			Array.from({ length: 32 * 65 }, (_, i) =>
				i % 65 === 0 ? 0 : (i % 65) % 2 ? 130 : 77,
			),
		);
		const greyAlpha = rawPng(32, 32, rows, [], 4);
		expect((await sharp(greyAlpha).metadata()).channels).toBe(2);
		const grey = (await decodePicture(greyAlpha, "grey")).photo.image;
		expectNear(pixel(grey, 5, 5), [130, 130, 130, 77], 0);
	});

	it("keeps straight alpha: colour under transparent pixels survives", async () => {
		const data = Buffer.alloc(32 * 32 * 4);
		for (let i = 0; i < data.length; i += 4) data.set([200, 100, 50, 3], i);
		const bytes = await sharp(data, {
			raw: { width: 32, height: 32, channels: 4 },
		})
			.png()
			.toBuffer();
		const { photo } = await decodePicture(bytes, "soft.png");
		expect(pixel(photo.image, 9, 9)).toEqual([200, 100, 50, 3]);
	});

	it("converts an embedded profile to sRGB", async () => {
		const bytes = await sharp({
			create: { width: 32, height: 32, channels: 3, background: "#c83232" },
		})
			.withIccProfile("p3")
			.png()
			.toBuffer();
		expect((await sharp(bytes).metadata()).hasProfile).toBe(true);
		const stored = (
			await sharp(bytes, { ignoreIcc: true }).raw().toBuffer()
		)[0];
		const { photo } = await decodePicture(bytes, "p3.png");
		expect(stored).toBeLessThan(195); // the P3 numbers differ from the sRGB ones
		expectNear(pixel(photo.image, 3, 3), [200, 50, 50, 255], 3);
	});

	it.each(["gif", "webp"] as const)(
		"takes the first frame of an animated %s and says so",
		async (format) => {
			const first = quadrants(64, 48, 4);
			const stack = Buffer.concat([first, Buffer.alloc(first.length, 128)]);
			const bytes = await sharp(stack, {
				raw: { width: 64, height: 96, channels: 4, pageHeight: 48 },
			})
				.toFormat(format, { quality: 95, delay: [50, 50] })
				.toBuffer();
			expect((await sharp(bytes).metadata()).pages).toBe(2);
			const { photo, notices } = await decodePicture(bytes, "moving");
			expectQuadrants(photo.image, 24);
			expect(notices.map((n) => n.code)).toContain("picture-first-frame");
		},
	);

	it("says so for an animated PNG", async () => {
		const control = Buffer.alloc(8);
		control.writeUInt32BE(1, 0);
		const bytes = rawPng(32, 32, Buffer.alloc(33 * 32), [
			chunk("acTL", control),
		]);
		const { notices } = await decodePicture(bytes, "moving.png");
		expect(notices.map((n) => n.code)).toContain("picture-first-frame");
	});

	it("reads a polyglot as the picture it begins as", async () => {
		const png = await picture().png().toBuffer();
		const zip = Buffer.concat([
			png,
			Buffer.from("PK\x03\x04<script>alert(1)</script>"),
		]);
		expectQuadrants((await decodePicture(zip, "a.png.zip")).photo.image);
	});
});

describe("decodePicture: sizes", () => {
	it("reduces a long side above the limit, and the camera with it", async () => {
		const bytes = await picture(5000, 1000).png().toBuffer();
		const camera: Camera = canonicalCamera("front", 5000, 1000);
		const { photo, notices } = await decodePicture(bytes, "wide.png", {
			camera,
			name: "front",
		});
		expect([photo.image.width, photo.image.height]).toEqual([4096, 819]);
		expect(photo.source.width).toBe(5000);
		expect(photo.name).toBe("front");
		expect(photo.camera?.width).toBe(4096);
		expect(photo.camera?.fx).toBeCloseTo((camera.fx * 4096) / 5000, 6);
		expect(notices.map((n) => n.code)).toEqual(["picture-reduced"]);
	});

	it("refuses a camera of other proportions", async () => {
		const bytes = await picture(300, 300).png().toBuffer();
		const camera = canonicalCamera("front", 300, 400);
		expect(await codeOf(decodePicture(bytes, "x", { camera }))).toBe(
			"CAMERA_INVALID",
		);
	});

	it("warns of a small picture, refuses a tiny one", async () => {
		const small = await picture(64, 48).png().toBuffer();
		const { notices } = await decodePicture(small, "small.png");
		expect(notices.map((n) => [n.code, n.severity])).toEqual([
			["picture-small", "warning"],
		]);
		const dot = await picture(1, 1).png().toBuffer();
		expect(await codeOf(decodePicture(dot, "dot"))).toBe("PICTURE_TOO_SMALL");
		const strip = await picture(400, 15).png().toBuffer();
		expect(await codeOf(decodePicture(strip, "strip"))).toBe(
			"PICTURE_TOO_SMALL",
		);
	});

	it("adds up a request", () => {
		expect(() => checkRequestSize([1e8, 1e8])).not.toThrow();
		expect(() => checkRequestSize([1e8, 1e8, 1])).toThrow(LunarError);
	});
});

describe("decodePicture: hostile input", () => {
	it("refuses an empty and an over-large file", async () => {
		expect(await codeOf(decodePicture(new Uint8Array(0), "x"))).toBe(
			"FILE_EMPTY",
		);
		expect(await codeOf(decodePicture(new Uint8Array(20_000_001), "x"))).toBe(
			"FILE_TOO_LARGE",
		);
	});

	it.each([
		["SVG", '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>'],
		["SVG with prolog", '<?xml version="1.0"?><svg width="64" height="64"/>'],
		["HTML", "\ufeff <!DOCTYPE html><img src=x>"],
		["PDF", "%PDF-1.7\n1 0 obj"],
		["ZIP", "PK\u0003\u0004rest"],
		["video", "\0\0\0\u0018ftypmp42\0\0\0\0mp42isom"],
		["HEIC", "\0\0\0\u0018ftypheic\0\0\0\0mif1heic"],
		["text", "hello"],
		["NUL bytes", "\0\0\0\0\0\0\0\0\0\0\0\0"],
		["one byte", "\u0089"],
	])("refuses %s named .png", async (_, text) => {
		const bytes = new TextEncoder().encode(text);
		expect(await codeOf(decodePicture(bytes, "photo.png"))).toBe(
			"PICTURE_UNSUPPORTED",
		);
	});

	it.each(["png", "jpeg", "webp", "gif", "tiff", "avif"] as const)(
		"refuses a %s that is cut short anywhere",
		async (format) => {
			const noise = Buffer.alloc(96 * 96 * 3);
			for (let i = 0; i < noise.length; i++) noise[i] = (i * 7919) >> 3;
			const whole = await sharp(noise, {
				raw: { width: 96, height: 96, channels: 3 },
			})
				.toFormat(format)
				.toBuffer();
			for (const share of [0.03, 0.1, 0.4, 0.7, 0.95]) {
				const cut = whole.subarray(0, Math.floor(whole.length * share));
				const code = await codeOf(decodePicture(cut, "cut"));
				expect(["PICTURE_CORRUPT", "PICTURE_UNSUPPORTED"]).toContain(code);
				if (cut.length > 32) expect(code).toBe("PICTURE_CORRUPT");
			}
		},
	);

	it("refuses damaged content in every format", async () => {
		for (const head of [
			"\x89PNG\r\n\x1a\n",
			"\xff\xd8\xff\xe0",
			"GIF89a",
			"II*\0",
		]) {
			const bytes = Buffer.alloc(4000, 0x5a);
			bytes.write(head, "latin1");
			expect(await codeOf(decodePicture(bytes, "noise"))).toBe(
				"PICTURE_CORRUPT",
			);
		}
	});

	it("refuses a header that claims too many pixels, before decoding", async () => {
		const before = process.memoryUsage.rss();
		for (const side of [20_000, 65_535]) {
			const bytes = rawPng(side, side, Buffer.alloc(64));
			expect(bytes.length).toBeLessThan(200);
			expect(await codeOf(decodePicture(bytes, "claim.png"))).toBe(
				"PICTURE_TOO_MANY_PIXELS",
			);
		}
		const gif = Buffer.from(
			"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;",
			"latin1",
		);
		expect(await codeOf(decodePicture(gif, "claim.gif"))).toBe(
			"PICTURE_TOO_MANY_PIXELS",
		);
		expect(process.memoryUsage.rss() - before).toBeLessThan(150e6);
	});

	it("stays small on a zlib bomb: 49 megapixels in 50 KB, and a stream far longer than its picture", async () => {
		const before = process.memoryUsage.rss();
		const flat = rawPng(7000, 7000, Buffer.alloc(7001 * 7000));
		expect(flat.length).toBeLessThan(60_000);
		const { photo } = await decodePicture(flat, "flat.png");
		expect(photo.image.width).toBe(4096);
		const long = rawPng(32, 32, Buffer.alloc(100e6));
		await codeOf(decodePicture(long, "long.png")); // accepted or refused, never expanded
		expect(process.memoryUsage.rss() - before).toBeLessThan(500e6);
	});
});
