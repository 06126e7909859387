import { expect, it } from "vitest";
import { SRGB_TO_LINEAR } from "../image/srgb.ts";
import { applyGains } from "./apply-gains.ts";

it("multiplies linear light by channel, clips, and leaves alpha and the source alone", () => {
	const data = Uint8ClampedArray.of(100, 100, 250, 77);
	const out = applyGains({ width: 1, height: 1, data }, [1, 0.5, 2]);
	expect(out.data[0]).toBe(100);
	expect(SRGB_TO_LINEAR[out.data[1]] / SRGB_TO_LINEAR[100]).toBeCloseTo(0.5, 1);
	expect(out.data[2]).toBe(255);
	expect(out.data[3]).toBe(77);
	expect(data[1]).toBe(100);
});
