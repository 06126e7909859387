import { expect, it } from "vitest";
import { gaussianBlur } from "./gaussian-blur.ts";

it("spreads a dot with the asked width and keeps its sum", () => {
	const n = 41;
	const src = new Float32Array(n * n);
	src[20 * n + 20] = 1;
	const out = gaussianBlur(src, n, n, 2);
	let sum = 0;
	let variance = 0;
	for (let i = 0; i < out.length; i++) {
		sum += out[i];
		variance += out[i] * ((i % n) - 20) ** 2;
	}
	expect(sum).toBeCloseTo(1, 4);
	expect(Math.sqrt(variance)).toBeCloseTo(2, 1);
});

it("leaves a constant alone up to the border", () => {
	for (const v of gaussianBlur(new Float32Array(35).fill(3), 7, 5, 4))
		expect(v).toBeCloseTo(3, 4);
});
