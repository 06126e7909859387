import { expect, test } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { resizeAntialias } from "./resize-antialias.ts";

test("the same size is the same picture", () => {
	const pixels = noise(1, 5 * 4 * 3);
	expect(resizeAntialias(pixels, 5, 4, 3, 5, 4)).toEqual(pixels);
});

test("half the size weighs neighbours 1 3 3 1, cut off at the borders", () => {
	const row = Float32Array.of(8, 0, 0, 0, 0, 0, 0, 16);
	const half = resizeAntialias(row, 8, 1, 1, 4, 1);
	// Taps at −0.5, 0.5, 1.5 of the first: weights ¾ ¾ ¼ over 1.75.
	expect(half[0]).toBeCloseTo((8 * 0.75) / 1.75, 6);
	expect(half[1]).toBe(0);
	expect(half[3]).toBeCloseTo((16 * 0.75) / 1.75, 6);
});

test("twice the size mixes 3 to 1, edges repeated", () => {
	const wide = resizeAntialias(Float32Array.of(0, 4), 2, 1, 1, 4, 1);
	expect([...wide]).toEqual([0, 1, 3, 4]);
});

test("an even grey stays even, whatever the sizes, seed 2", () => {
	const random = createRandom(2);
	for (let n = 0; n < 40; n++) {
		const [w, h, tw, th] = [0, 0, 0, 0].map(
			() => 1 + Math.floor(40 * random()),
		);
		const grey = new Float32Array(w * h).fill(0.25);
		for (const value of resizeAntialias(grey, w, h, 1, tw, th))
			expect(value).toBeCloseTo(0.25, 6);
	}
});

test("channels do not mix", () => {
	const two = noise(3, 7 * 6 * 2);
	const first = Float32Array.from({ length: 42 }, (_, n) => two[n * 2]);
	const both = resizeAntialias(two, 7, 6, 2, 3, 5);
	const alone = resizeAntialias(first, 7, 6, 1, 3, 5);
	for (let n = 0; n < alone.length; n++)
		expect(both[n * 2]).toBeCloseTo(alone[n], 6);
});

test("a picture of another size is a mistake", () => {
	expect(() => resizeAntialias(new Float32Array(5), 2, 3, 1, 1, 1)).toThrow(
		RangeError,
	);
});

function noise(seed: number, length: number): Float32Array {
	const random = createRandom(seed);
	return Float32Array.from({ length }, () => random());
}
