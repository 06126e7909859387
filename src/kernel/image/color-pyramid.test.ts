import { expect, test } from "vitest";
import { colorPyramid } from "./color-pyramid.ts";

test("the background never bleeds in", () => {
	const [width, height] = [16, 12];
	const data = new Uint8ClampedArray(width * height * 4);
	const mask = new Uint8Array(width * height);
	for (let n = 0; n < mask.length; n++) {
		const inside = n % width > 4;
		data.set(inside ? [200, 100, 50, 255] : [0, 255, 0, 255], n * 4);
		mask[n] = inside ? 255 : 0;
	}
	const levels = colorPyramid(
		{ width, height, data },
		{ width, height, data: mask },
		3,
	);
	expect(levels.map((level) => [level.width, level.height])).toEqual([
		[16, 12],
		[8, 6],
		[4, 3],
	]);
	for (const { data: colors } of levels)
		for (let i = 0; i < colors.length; i += 4) {
			if (colors[i + 3] < 0.01) continue;
			expect(colors[i] / colors[i + 3]).toBeCloseTo(200 / 255, 4);
			expect(colors[i + 1] / colors[i + 3]).toBeCloseTo(100 / 255, 4);
		}
});
