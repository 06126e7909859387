import { expect, test } from "vitest";
import { createRandom } from "../src/core/run-context.ts";
import { bootstrapMean } from "./bootstrap.ts";

test("the interval of a hundred uniform numbers is that of the central limit theorem", () => {
	const random = createRandom(2);
	const values = Array.from({ length: 100 }, () => [random()]);
	const { mean, low, high } = bootstrapMean(values, 1);
	const variance =
		values.reduce((sum, [x]) => sum + (x - mean) ** 2, 0) / values.length;
	const half = (1.96 * Math.sqrt(variance)) / 10;
	expect((high - mean) / half).toBeCloseTo(1, 1);
	expect((mean - low) / half).toBeCloseTo(1, 1);
	expect(bootstrapMean(values, 1)).toEqual({ mean, low, high });
});

test("pictures of one object that agree are one observation, not many", () => {
	const random = createRandom(3);
	const objects = Array.from({ length: 8 }, () => random());
	const single = bootstrapMean(
		objects.map((x) => [x]),
		1,
	);
	const tripled = bootstrapMean(
		objects.map((x) => [x, x, x]),
		1,
	);
	expect(tripled.high - tripled.low).toBeCloseTo(single.high - single.low, 9);
});
