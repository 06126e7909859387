import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import type { Image } from "../src/core/image.ts";
import type { Mesh } from "../src/core/mesh.ts";
import type { ViewName } from "../src/core/view.ts";
import { canonicalCamera } from "../src/kernel/math/camera.ts";
import {
	join as joinMeshes,
	sphere,
	translated,
} from "../src/kernel/mesh/shapes.ts";
import { renderUnlit } from "../src/kernel/raster/render-unlit.ts";
import { scratchFolder } from "./run-lunar.ts";

// What the hostile tests feed: one figure that no mirror or turn leaves alike, and files of any content.

/** A body, a head to the front, a hump on its right, a tail: every side is recognisable. */
export const FIGURE: Mesh = painted(
	joinMeshes(
		sphere(80, 120, 0.4),
		translated(sphere(48, 72, 0.23), 0, 0.25, 0.42),
		translated(sphere(32, 48, 0.15), 0.37, 0.15, -0.08),
		translated(sphere(24, 32, 0.12), 0, -0.3, -0.4),
	),
);
/** Another object. */
export const PLATE: Mesh = painted(
	joinMeshes(
		translated(sphere(16, 24, 0.12), 0.3, 0.3, 0),
		translated(sphere(16, 24, 0.12), -0.3, -0.3, 0),
	),
);

/** Fine stripes: sharp to the eye and to the check of sharpness. */
function painted(mesh: Mesh): Mesh {
	const colors = new Float32Array((mesh.positions.length / 3) * 4);
	for (let v = 0; v < colors.length / 4; v++) {
		const [x, y, z] = mesh.positions.subarray(v * 3, v * 3 + 3);
		const stripe = Math.sin(90 * x) + Math.sin(80 * y + 1) + Math.sin(70 * z);
		colors.set(
			[0.3 + 0.1 * stripe, 0.15 + 0.08 * stripe + 0.2 * z, 0.2 + 0.3 * y, 1],
			v * 4,
		);
	}
	return { ...mesh, colors };
}

/** One canonical side, on nothing. */
export function sideOf(name: ViewName, size = 420, mesh: Mesh = FIGURE): Image {
	return renderUnlit(
		{ mesh, roughness: 1, metallic: 0 },
		canonicalCamera(name, size, size),
		{ samples: 2 },
	);
}

export function encode({ width, height, data }: Image): Sharp {
	return sharp(Buffer.from(data), { raw: { width, height, channels: 4 } });
}

/** The figure from the front as a PNG with alpha. */
export function frontPng(size = 420): Promise<Buffer> {
	return encode(sideOf("front", size)).png().toBuffer();
}

/** The figure from the front before a plain wall. */
export function frontBeforeWall(size = 420): Sharp {
	return encode(sideOf("front", size)).flatten({ background: "#cfd4da" });
}

const SCRATCH = scratchFolder();

/** Writes files into a fresh folder that is gone when the process ends. */
export function folderWith(
	files: Readonly<Record<string, Uint8Array | string>>,
): string {
	const folder = mkdtempSync(join(SCRATCH, "in-"));
	for (const [name, content] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, name)), { recursive: true });
		writeFileSync(join(folder, name), content);
	}
	return folder;
}

/** PNGs of the named sides, as `front.png` and so on; `of` may give another picture for a side. */
export async function sidePngs(
	names: readonly ViewName[],
	of: (name: ViewName) => Image = sideOf,
): Promise<Record<string, Buffer>> {
	const entries = names.map(
		async (name) =>
			[`${name}.png`, await encode(of(name)).png().toBuffer()] as const,
	);
	return Object.fromEntries(await Promise.all(entries));
}

/** A PNG that claims this size and holds these (inflated) bytes. */
export function rawPng(
	width: number,
	height: number,
	pixels: Uint8Array,
	extra: readonly Buffer[] = [],
): Buffer {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header[8] = 8; // bits a channel, grey
	return Buffer.concat([
		Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
		pngChunk("IHDR", header),
		...extra,
		pngChunk("IDAT", deflateSync(pixels)),
		pngChunk("IEND", Buffer.alloc(0)),
	]);
}

/** The PNG with an `acTL` chunk: the mark of an animation. */
export function withAnimationMark(png: Buffer): Buffer {
	const afterHeader = 8 + 25;
	const control = Buffer.alloc(8);
	control.writeUInt32BE(1, 0);
	return Buffer.concat([
		png.subarray(0, afterHeader),
		pngChunk("acTL", control),
		png.subarray(afterHeader),
	]);
}

function pngChunk(type: string, body: Buffer): Buffer {
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
