import { describe, expect, it } from "vitest";
import { createImage, type Image } from "../../core/image.ts";
import { createRandom } from "../../core/run-context.ts";
import { ssim } from "./ssim.ts";

function picture(
	width: number,
	height: number,
	grey: (x: number, y: number) => number,
): Image {
	const image = createImage(width, height);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++)
			image.data.fill(grey(x, y), (y * width + x) * 4, (y * width + x) * 4 + 3);
	return image;
}

/** The definition, window by window. */
function slowSsim(a: Image, b: Image): number {
	let total = 0;
	let count = 0;
	for (let y = 5; y < a.height - 5; y++)
		for (let x = 5; x < a.width - 5; x++) {
			let [w, ma, mb, maa, mbb, mab] = [0, 0, 0, 0, 0, 0];
			for (let dy = -5; dy <= 5; dy++)
				for (let dx = -5; dx <= 5; dx++) {
					const k = Math.exp(-(dx * dx + dy * dy) / 4.5);
					const va = a.data[((y + dy) * a.width + x + dx) * 4];
					const vb = b.data[((y + dy) * a.width + x + dx) * 4];
					w += k;
					ma += k * va;
					mb += k * vb;
					maa += k * va * va;
					mbb += k * vb * vb;
					mab += k * va * vb;
				}
			ma /= w;
			mb /= w;
			const varA = maa / w - ma * ma;
			const varB = mbb / w - mb * mb;
			const cov = mab / w - ma * mb;
			total +=
				((2 * ma * mb + 6.5025) * (2 * cov + 58.5225)) /
				((ma * ma + mb * mb + 6.5025) * (varA + varB + 58.5225));
			count++;
		}
	return total / count;
}

describe("ssim", () => {
	it("of flat pictures is the luminance term", () => {
		const expected = (2 * 100 * 150 + 6.5025) / (100 ** 2 + 150 ** 2 + 6.5025);
		expect(
			ssim(
				picture(20, 16, () => 100),
				picture(20, 16, () => 150),
			),
		).toBeCloseTo(expected, 6);
	});

	it.each([1, 2, 3])("agrees with the definition (seed %i)", (seed) => {
		const random = createRandom(seed);
		const a = picture(31, 27, () => random() * 256);
		// A local change, so that the part that is skipped matters.
		const b = picture(31, 27, (x, y) =>
			x > 6 && x < 14 && y > 16 ? random() * 256 : a.data[(y * 31 + x) * 4],
		);
		expect(ssim(a, b)).toBeCloseTo(slowSsim(a, b), 5);
		const c = picture(31, 27, () => random() * 256);
		expect(ssim(a, c)).toBeCloseTo(slowSsim(a, c), 5);
	});

	it("is exactly 1 for equal pictures, and symmetric", () => {
		const random = createRandom(4);
		const a = picture(16, 16, () => random() * 256);
		const b = picture(16, 16, () => random() * 256);
		expect(ssim(a, a)).toBe(1);
		expect(ssim(a, b)).toBeCloseTo(ssim(b, a), 12);
	});

	it("refuses pictures smaller than its window and different sizes", () => {
		const small = picture(10, 40, () => 0);
		expect(() => ssim(small, small)).toThrow(RangeError);
		expect(() => ssim(createImage(20, 20), createImage(20, 21))).toThrow(
			RangeError,
		);
	});
});
