import { describe, expect, it } from "vitest";
import { createRandom } from "../core/run-context.ts";
import { quantizeWeight } from "./quantize-weight.ts";

describe("quantizeWeight", () => {
	it("gives each output its scale and turns the matrix over", () => {
		const weight = Float32Array.of(1, -2, 0.5, 0, 0, 0); // 2 outputs, 3 inputs
		const { values, scales } = quantizeWeight(weight, 2, 3);
		expect(Array.from(scales)).toEqual([Math.fround(2 / 127), 0]);
		expect(Array.from(values)).toEqual([64, 0, -127, 0, 32, 0]);
	});

	it("is never off by more than half a step, seed 2", () => {
		const random = createRandom(2);
		const [outputs, inputs] = [130, 67];
		const weight = Float32Array.from(
			{ length: outputs * inputs },
			() => (random() - 0.5) ** 3,
		);
		const { values, scales } = quantizeWeight(weight, outputs, inputs);
		for (let o = 0; o < outputs; o++)
			for (let i = 0; i < inputs; i++)
				expect(
					Math.abs(
						values[i * outputs + o] * scales[o] - weight[o * inputs + i],
					),
				).toBeLessThanOrEqual(scales[o] * 0.50001);
	});
});
