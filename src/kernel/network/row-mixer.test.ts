import { describe, expect, test } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { createRowMixer, mixPlain, setTerm } from "./row-mixer.ts";

describe.each([4, 12, 20, 64, 96])("rows of %i floats", (width) => {
	test("sums of any number of terms are what the plain loop makes of them, seed 3", () => {
		const random = createRandom(3);
		for (const each of [1, 3, 13]) {
			const mixer = createRowMixer(width, 40, 10 * each);
			for (let i = 0; i < 30 * width; i++) mixer.rows[i] = random() - 0.5;
			for (let t = 0; t < 10 * each; t++)
				setTerm(mixer, t, Math.floor(random() * 30), random() * 2 - 1);
			mixer.mix(10, each, 30);
			const mixed = mixer.rows.slice();
			mixPlain(mixer, 10, each, 30);
			for (let i = 0; i < mixed.length; i++)
				expect(Math.abs(mixed[i] - mixer.rows[i])).toBeLessThan(2e-6);
			// Nothing else was touched, and something was written.
			expect(mixed.subarray(0, 30 * width)).toEqual(
				mixer.rows.subarray(0, 30 * width),
			);
			expect(mixed.subarray(30 * width).some((x) => x !== 0)).toBe(true);
		}
	});
});

test("a sum of known rows", () => {
	const mixer = createRowMixer(4, 3, 2);
	mixer.rows.set([1, 2, 3, 4, 10, 20, 30, 40]);
	setTerm(mixer, 0, 0, 0.5);
	setTerm(mixer, 1, 1, 2);
	mixer.mix(1, 2, 2);
	expect([...mixer.rows.subarray(8)]).toEqual([20.5, 41, 61.5, 82]);
});

test("what does not fit is a mistake", () => {
	expect(() => createRowMixer(6, 4, 4)).toThrow(RangeError);
	const mixer = createRowMixer(4, 4, 4);
	expect(() => mixer.mix(3, 2, 0)).toThrow(RangeError);
	expect(() => mixer.mix(2, 1, 3)).toThrow(RangeError);
});
