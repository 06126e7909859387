import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { lanczosResize } from "./lanczos-resize.ts";

const { cases } = JSON.parse(
	readFileSync(new URL("lanczos-resize.golden.json", import.meta.url), "utf8"),
) as {
	cases: {
		width: number;
		height: number;
		channels: number;
		toWidth: number;
		toHeight: number;
		seed: number;
		binary: boolean;
		output: string; // base64
	}[];
};

/** The generator the golden pictures were made with. */
function pictureOf(length: number, seed: number, binary: boolean): Uint8Array {
	let v = seed;
	return Uint8Array.from({ length }, () => {
		v = (Math.imul(v, 1103515245) + 12345) & 0x7fffffff;
		const byte = (v >> 16) & 255;
		return binary ? (byte > 127 ? 255 : 0) : byte;
	});
}

describe("lanczosResize", () => {
	it.each(cases)(
		"is Pillow's, $width × $height × $channels to $toWidth × $toHeight",
		({ width, height, channels, toWidth, toHeight, seed, binary, output }) => {
			const src = pictureOf(width * height * channels, seed, binary);
			const out = lanczosResize(
				src,
				width,
				height,
				channels,
				toWidth,
				toHeight,
			);
			expect(Buffer.from(out).toString("base64")).toBe(output);
		},
	);

	it("keeps even areas even", () => {
		const out = lanczosResize(new Uint8Array(100).fill(93), 10, 10, 1, 37, 3);
		expect(new Set(out)).toEqual(new Set([93]));
	});

	it("refuses sizes that do not fit", () => {
		expect(() => lanczosResize(new Uint8Array(5), 2, 2, 1, 3, 3)).toThrow(
			RangeError,
		);
		expect(() => lanczosResize(new Uint8Array(4), 2, 2, 1, 0, 3)).toThrow(
			RangeError,
		);
	});
});
