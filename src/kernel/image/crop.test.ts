import { expect, it } from "vitest";
import { cropImage, cropMask } from "./crop.ts";

it("cuts the box out, row by row", () => {
	// 0 1 2
	// 3 4 5
	const mask = { width: 3, height: 2, data: Uint8Array.of(0, 1, 2, 3, 4, 5) };
	const box = { left: 1, top: 0, right: 3, bottom: 2 };
	expect(cropMask(mask, box)).toEqual({
		width: 2,
		height: 2,
		data: Uint8Array.of(1, 2, 4, 5),
	});
	const image = {
		width: 3,
		height: 2,
		data: Uint8ClampedArray.from({ length: 24 }, (_, i) => i >> 2),
	};
	expect([...cropImage(image, box).data]).toEqual(
		[1, 2, 4, 5].flatMap((value) => [value, value, value, value]),
	);
});

it("refuses a box outside", () => {
	const mask = { width: 2, height: 2, data: new Uint8Array(4) };
	for (const box of [
		{ left: -1, top: 0, right: 1, bottom: 1 },
		{ left: 0, top: 0, right: 3, bottom: 1 },
		{ left: 1, top: 1, right: 1, bottom: 2 },
	])
		expect(() => cropMask(mask, box)).toThrow(RangeError);
});
