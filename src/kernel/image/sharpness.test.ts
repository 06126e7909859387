import { expect, it } from "vitest";
import { createImage, createMask } from "../../core/image.ts";
import { sharpness } from "./sharpness.ts";

/** Stripes of a given period across the whole picture. */
function stripes(period: number, amplitude: number) {
	const image = createImage(64, 64);
	const mask = createMask(64, 64);
	mask.data.fill(255);
	for (let p = 0; p < 64 * 64; p++) {
		const v = 128 + amplitude * Math.sin(((p % 64) * 2 * Math.PI) / period);
		image.data.set([v, v, v, 255], p * 4);
	}
	return { image, mask };
}

it("falls with the fourth power of the size of detail, whatever the contrast", () => {
	const fine = stripes(8, 100);
	const coarse = stripes(16, 100);
	const faint = stripes(8, 50);
	const ratio = sharpness(fine.image, fine.mask).ratio;
	expect(ratio / sharpness(coarse.image, coarse.mask).ratio).toBeCloseTo(
		15,
		-1,
	);
	expect(sharpness(faint.image, faint.mask).ratio / ratio).toBeCloseTo(1, 1);
	const { contrast } = sharpness(fine.image, fine.mask);
	expect(Math.abs(contrast - 100 / Math.SQRT2)).toBeLessThan(1.5);
});

it("an empty mask is no detail", () => {
	expect(sharpness(createImage(9, 9), createMask(9, 9))).toEqual({
		ratio: 0,
		contrast: 0,
	});
});
