import { expect, test } from "vitest";
import { cropRound } from "./crop-round.ts";

test("the crop is a square round the object's box, a tenth wider", () => {
	const [width, height] = [60, 40];
	const data = new Uint8Array(width * height);
	for (let y = 10; y < 20; y++)
		for (let x = 30; x < 50; x++) data[y * width + x] = 255;
	expect(cropRound({ width, height, data })).toEqual({
		centreU: 40,
		centreV: 15,
		halfSide: 11,
		boxX: 10 / 11,
		boxY: 5 / 11,
	});
	data.fill(127);
	expect(cropRound({ width, height, data })).toBeNull();
});
