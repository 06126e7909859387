import { expect, it } from "vitest";
import { imageToLab } from "./lab.ts";

it("matches published values", () => {
	const lab = imageToLab({
		width: 4,
		height: 1,
		data: new Uint8ClampedArray([
			255, 255, 255, 255, 0, 0, 0, 0, 255, 0, 0, 9, 0, 0, 255, 255,
		]),
	});
	const wanted = [100, 0, 0, 0, 0, 0, 53.24, 80.09, 67.2, 32.3, 79.19, -107.86];
	wanted.forEach((value, k) => {
		expect(lab[k]).toBeCloseTo(value, 1);
	});
});
