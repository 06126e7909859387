import { expect, it } from "vitest";
import { solveSymmetric } from "./solve-symmetric.ts";

it("solves a 3 × 3 system", () => {
	const a = new Float64Array([4, 2, 1, 2, 5, 3, 1, 3, 6]);
	const x = solveSymmetric(a, new Float64Array([11, 21, 25]));
	expect([...x].map((v) => Math.round(v * 1e9) / 1e9)).toEqual([1, 2, 3]);
});

it("refuses a singular one", () => {
	expect(() =>
		solveSymmetric(new Float64Array([1, 1, 1, 1]), new Float64Array(2)),
	).toThrow(RangeError);
});
