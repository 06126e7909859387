import { expect, it } from "vitest";
import { edgeGradient } from "./edge-gradient.ts";

it("is the slope of a ramp, over all channels", () => {
	const w = 6;
	const src = new Float32Array(w * 5 * 2);
	for (let i = 0; i < w * 5; i++) {
		src[i * 2] = (i % w) * 3;
		src[i * 2 + 1] = Math.floor(i / w) * 4;
	}
	expect(edgeGradient(src, w, 5, 2)[2 * w + 3]).toBeCloseTo(5, 5);
});
