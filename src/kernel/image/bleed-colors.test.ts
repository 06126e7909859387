import { expect, it } from "vitest";
import { createImage, createMask } from "../../core/image.ts";
import { bleedColors } from "./bleed-colors.ts";

it("carries the object's colour outwards, so far and no further", () => {
	const image = createImage(9, 9);
	const mask = createMask(9, 9);
	image.data.set([200, 100, 50, 255], (4 * 9 + 4) * 4);
	mask.data[4 * 9 + 4] = 255;
	const bled = bleedColors(image, mask, 2);
	const at = (x: number, y: number) => [
		...bled.data.subarray((y * 9 + x) * 4, (y * 9 + x) * 4 + 4),
	];
	expect(at(4, 4)).toEqual([200, 100, 50, 255]);
	expect(at(5, 4)).toEqual([200, 100, 50, 0]);
	expect(at(6, 4)).toEqual([200, 100, 50, 0]);
	expect(at(7, 4)).toEqual([0, 0, 0, 0]);
	expect(image.data[(4 * 9 + 5) * 4]).toBe(0); // the source is untouched
});

it("leaves a picture without foreground alone", () => {
	const image = createImage(4, 4);
	expect(bleedColors(image, createMask(4, 4), 3)).toEqual(image);
});
