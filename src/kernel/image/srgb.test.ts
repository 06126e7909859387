import { expect, it } from "vitest";
import { linearToSrgb, SRGB_TO_LINEAR } from "./srgb.ts";

it("every byte survives the way to linear light and back", () => {
	for (let byte = 0; byte < 256; byte++)
		expect(linearToSrgb(SRGB_TO_LINEAR[byte])).toBe(byte);
});

it("knows middle grey and clamps", () => {
	expect(SRGB_TO_LINEAR[188]).toBeCloseTo(0.5, 2);
	expect([-1, Number.NaN, 0, 1, 2].map(linearToSrgb)).toEqual([
		0, 0, 0, 255, 255,
	]);
});
