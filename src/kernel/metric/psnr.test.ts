import { describe, expect, it } from "vitest";
import { createImage, type Image } from "../../core/image.ts";
import { PSNR_CAP_DB, psnrDb } from "./psnr.ts";

function flat(value: number, width = 8, height = 8): Image {
	const image = createImage(width, height);
	image.data.fill(value);
	return image;
}

describe("psnrDb", () => {
	it("is 20 log10(255 / d) for a constant difference d", () => {
		expect(psnrDb(flat(100), flat(110))).toBeCloseTo(28.1308, 4);
		expect(psnrDb(flat(0), flat(255))).toBeCloseTo(0, 9);
	});

	it("caps identical pictures so that JSON stays finite", () => {
		expect(psnrDb(flat(7), flat(7))).toBe(PSNR_CAP_DB);
		expect(psnrDb(flat(7), flat(9), new Uint8Array(64))).toBe(PSNR_CAP_DB);
	});

	it("ignores alpha and looks only where it is told", () => {
		const a = flat(50);
		const b = flat(50);
		b.data[3] = 0;
		expect(psnrDb(a, b)).toBe(PSNR_CAP_DB);
		b.data[0] = 60; // one channel of one of two selected pixels: mse = 100 / 6
		const where = new Uint8Array(64);
		where[0] = 1;
		where[63] = 255;
		expect(psnrDb(a, b, where)).toBeCloseTo(
			10 * Math.log10((255 * 255 * 6) / 100),
			9,
		);
	});

	it("refuses different sizes", () => {
		expect(() => psnrDb(flat(0, 8, 8), flat(0, 4, 16))).toThrow(RangeError);
		expect(() => psnrDb(flat(0), flat(0), new Uint8Array(3))).toThrow(
			RangeError,
		);
	});
});
