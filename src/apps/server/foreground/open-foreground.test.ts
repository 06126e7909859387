import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDiskBlobs } from "../../../adapters/disk/blob-storage.ts";
import { createImage, type Image } from "../../../core/image.ts";
import { decodePicture } from "../../../formats/picture/decode.ts";
import { encodePng } from "../../../formats/picture/encode.ts";
import type { BlobStorage } from "../../../service/ports/blob-storage.ts";
import type { ForegroundDoor } from "../context.ts";
import { openForeground } from "./open-foreground.ts";

let folder: string;
let blobs: BlobStorage;
let foreground: ForegroundDoor;
let picture: string;
const { signal } = new AbortController();

/** A large red disc at (60, 64) and a small blue one at (180, 64), on white. */
function twoDiscs(): Image {
	const image = createImage(240, 128);
	for (let y = 0; y < 128; y++)
		for (let x = 0; x < 240; x++) {
			const p = (y * 240 + x) * 4;
			const inLarge = Math.hypot(x - 60, y - 64) < 40;
			const inSmall = Math.hypot(x - 180, y - 64) < 20;
			image.data[p] = inSmall ? 20 : inLarge ? 200 : 250;
			image.data[p + 1] = inSmall || inLarge ? 30 : 250;
			image.data[p + 2] = inSmall ? 200 : inLarge ? 30 : 250;
			image.data[p + 3] = 255;
		}
	return image;
}

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "lunar-foreground-"));
	blobs = await openDiskBlobs(folder);
	foreground = openForeground(blobs);
	picture = (await blobs.put(await encodePng(twoDiscs()))).sha256;
});
afterAll(async () => {
	await foreground.close();
	await rm(folder, { recursive: true, force: true });
});

const find = (more: object = {}) =>
	foreground.find({ sha256: picture, background: "builtin", ...more }, signal);

async function maskAt(sha256: string, x: number, y: number): Promise<number> {
	const response = new Response(await blobs.read(sha256));
	const { photo } = await decodePicture(
		new Uint8Array(await response.arrayBuffer()),
		"mask",
	);
	return photo.image.data[(y * photo.image.width + x) * 4];
}

it("finds an object in a thread, and remembers it", async () => {
	const found = await find();
	expect(found.confidence).toBeGreaterThan(0.5);
	expect(await maskAt(found.maskSha256, 60, 64)).toBe(255);
	expect(await maskAt(found.maskSha256, 5, 5)).toBe(0);
	expect(await find()).toBe(found);
});

it("looks only where it is told, and takes the object it is told", async () => {
	const boxed = await find({ box: [150, 34, 60, 60] });
	const [x, y, width, height] = boxed.bounds;
	expect(Math.abs(x - 160)).toBeLessThan(4);
	expect(Math.abs(y - 44)).toBeLessThan(4);
	expect(Math.abs(width - 40)).toBeLessThan(6);
	expect(Math.abs(height - 40)).toBeLessThan(6);
	expect(await maskAt(boxed.maskSha256, 60, 64)).toBe(0);
	const largest = await find({ object: 1 });
	expect(await maskAt(largest.maskSha256, 60, 64)).toBe(255);
	expect(await maskAt(largest.maskSha256, 180, 64)).toBe(0);
});

it("shows a mask that was given as it is", async () => {
	const given = await find({ background: "auto", maskSha256: picture });
	expect(given).toMatchObject({ method: "given", confidence: 1 });
});

it("says what is wrong, and goes on", async () => {
	await expect(find({ box: [1000, 1000, 5, 5] })).rejects.toMatchObject({
		code: "BOX_INVALID",
	});
	await expect(find({ object: 9 })).rejects.toMatchObject({
		code: "OBJECT_UNKNOWN",
	});
	const { sha256 } = await blobs.put(Buffer.from("no picture at all"));
	await expect(
		foreground.find({ sha256, background: "auto" }, signal),
	).rejects.toMatchObject({ code: "PICTURE_UNSUPPORTED" });
	expect((await find({ background: "flood" })).method).toBe("flood");
});

it("does nothing for those who have left", async () => {
	await expect(
		foreground.find(
			{ sha256: picture, background: "keep" },
			AbortSignal.abort(),
		),
	).rejects.toMatchObject({ code: "CANCELLED" });
});
