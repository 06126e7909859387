import { describe, expect, it } from "vitest";
import { resizePositions } from "./resize-positions.ts";

describe("resizePositions", () => {
	it("doubles as PyTorch's bicubic does", () => {
		// Shares of the four samples a quarter past the second: Keys' kernel with A = −0.75, worked out by hand.
		const quarter = [-0.10546875, 0.87890625, 0.26171875, -0.03515625];
		const grid = new Float32Array(8 * 8); // one channel
		grid[4 * 8 + 3] = 1;
		const out = resizePositions(grid, 8, 16, 1, "exact");
		// Output 2k + 1 lies a quarter past sample k, and uses samples k − 1 to k + 2.
		const share = (output: number, sample: number): number =>
			quarter[sample - ((output - 1) / 2 - 1)];
		for (const row of [5, 7, 9, 11])
			for (const column of [3, 5, 7, 9])
				expect(out[row * 16 + column]).toBeCloseTo(
					share(row, 4) * share(column, 3),
					7,
				);
	});

	it.each(["legacy", "exact"] as const)("keeps constants (%s)", (form) => {
		const out = resizePositions(
			new Float32Array(49 * 2).fill(3),
			7,
			12,
			2,
			form,
		);
		expect(out).toHaveLength(12 * 12 * 2);
		for (const value of out) expect(value).toBeCloseTo(3, 5);
	});

	it("samples a little off in the legacy form", () => {
		const ramp = Float32Array.from({ length: 49 }, (_, i) => i % 7);
		const legacy = resizePositions(ramp, 7, 14, 1, "legacy");
		const exact = resizePositions(ramp, 7, 14, 1, "exact");
		const shift = 6.5 * (7 / 14 - 7 / 14.1); // at output 6
		expect(exact[6] - legacy[6]).toBeGreaterThan(0.5 * shift);
		expect(exact[6] - legacy[6]).toBeLessThan(2 * shift);
	});

	it("leaves the trained grid alone", () => {
		const grid = Float32Array.of(1, 2, 3, 4);
		expect(resizePositions(grid, 2, 2, 1, "legacy")).toBe(grid);
	});
});
