import { describe, expect, it } from "vitest";
import {
	createImage,
	createMask,
	type Image,
	type Mask,
} from "../../core/image.ts";
import { comparePictures, fidelityVerdict } from "./compare-pictures.ts";

/** A square of one colour from (x0, x0) to (x1, x1) on a 32 × 32 picture. */
function square(x0: number, x1: number, value: number): [Image, Mask] {
	const image = createImage(32, 32);
	const mask = createMask(32, 32);
	for (let y = x0; y < x1; y++)
		for (let x = x0; x < x1; x++) {
			image.data.set([value, value, value, 255], (y * 32 + x) * 4);
			mask.data[y * 32 + x] = 255;
		}
	return [image, mask];
}

describe("comparePictures", () => {
	it("passes an identical picture, whatever lies under its background", () => {
		const [input, mask] = square(8, 24, 200);
		const [rendered] = square(8, 24, 200);
		input.data.set([1, 2, 3, 255], 0); // background: not looked at
		const { fidelity, difference } = comparePictures(input, mask, rendered);
		expect(fidelity).toEqual({
			psnrDb: 99,
			foregroundPsnrDb: 99,
			ssim: 1,
			silhouetteIou: 1,
			verdict: "pass",
		});
		expect(Array.from(difference.data.subarray(0, 4))).toEqual([
			232, 232, 232, 255,
		]);
		const middle = (16 * 32 + 16) * 4;
		expect(Array.from(difference.data.subarray(middle, middle + 4))).toEqual([
			255, 255, 255, 255,
		]);
	});

	it("measures a known colour error over the picture and over the object", () => {
		const [input, mask] = square(8, 24, 200);
		const [rendered] = square(8, 24, 190);
		const { fidelity } = comparePictures(input, mask, rendered);
		expect(fidelity.foregroundPsnrDb).toBeCloseTo(28.1308, 4);
		// A quarter of the pixels carry the error.
		expect(fidelity.psnrDb).toBeCloseTo(28.1308 + 10 * Math.log10(4), 4);
		expect(fidelity.silhouetteIou).toBe(1);
	});

	it("shows and counts silhouettes that do not match", () => {
		const [input, mask] = square(8, 24, 200);
		const [rendered] = square(10, 26, 200);
		const { fidelity, difference } = comparePictures(input, mask, rendered);
		expect(fidelity.silhouetteIou).toBeCloseTo(196 / (512 - 196), 9);
		expect(fidelity.verdict).toBe("fail");
		const at = (x: number, y: number) =>
			Array.from(
				difference.data.subarray((y * 32 + x) * 4, (y * 32 + x) * 4 + 3),
			);
		expect(at(8, 8)).toEqual([0, 114, 178]);
		expect(at(25, 25)).toEqual([155, 80, 190]);
	});

	it("weighs a soft edge by its coverage", () => {
		const [input, mask] = square(8, 24, 200);
		const [rendered] = square(8, 24, 200);
		for (let y = 8; y < 24; y++) {
			mask.data[y * 32 + 8] = 140;
			rendered.data[(y * 32 + 8) * 4 + 3] = 140;
		}
		expect(comparePictures(input, mask, rendered).fidelity.psnrDb).toBe(99);
	});

	it("refuses different sizes", () => {
		const [input, mask] = square(8, 24, 200);
		expect(() => comparePictures(input, mask, createImage(16, 64))).toThrow(
			RangeError,
		);
	});
});

it.each([
	[25, 0.85, "pass"],
	[40, 0.84, "warn"],
	[24.9, 0.99, "warn"],
	[20, 0.75, "warn"],
	[19.9, 0.99, "fail"],
	[40, 0.7, "fail"],
] as const)("%d dB and %d is %s", (psnr, similarity, verdict) => {
	expect(fidelityVerdict(psnr, similarity)).toBe(verdict);
});
