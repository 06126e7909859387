import { expect, test } from "vitest";
import type { Field } from "../../core/shape.ts";
import { sampleToGrid } from "./grid-field.ts";
import { findThinParts } from "./thin-parts.ts";

/** A ball of radius 0.3 with a stick of radius 0.03 out of it along +X. */
const LOLLIPOP: Field = {
	bounds: { min: [-0.5, -0.5, -0.5], max: [0.5, 0.5, 0.5] },
	sample(points, out, count) {
		for (let n = 0; n < count; n++) {
			const [x, y, z] = points.subarray(n * 3, n * 3 + 3);
			const ball = Math.hypot(x, y, z) - 0.3;
			const stick = x < 0 || x > 0.5 ? 1 : Math.hypot(y, z) - 0.03;
			out[n] = Math.min(ball, stick);
		}
	},
};

test("the stick is thin, the ball is not", () => {
	const grid = sampleToGrid(LOLLIPOP, 64, 0.1);
	const thin = findThinParts(grid, 0.05);
	const at = (x: number, y: number, z: number): number => {
		const [i, j, k] = [x, y, z].map((c, axis) =>
			Math.round((c - grid.origin[axis]) / grid.spacing),
		);
		return thin[(k * grid.counts[1] + j) * grid.counts[0] + i];
	};
	expect(at(0.45, 0, 0)).toBe(1);
	expect(at(0.4, 0.02, 0)).toBe(1);
	expect(at(0, 0, 0)).toBe(0);
	expect(at(-0.28, 0, 0)).toBe(0);
	expect(at(0, 0.2, 0.2)).toBe(0);
});

test("a grid is exact for what is straight", () => {
	const straight: Field = {
		bounds: { min: [0, 0, 0], max: [1, 2, 3] },
		sample(points, out, count) {
			for (let n = 0; n < count; n++)
				out[n] =
					2 * points[n * 3] - points[n * 3 + 1] + 0.5 * points[n * 3 + 2] + 1;
		},
	};
	const points = Float32Array.from([0.31, 1.7, 0.02, 0.99, 0.01, 2.9]);
	const want = new Float32Array(2);
	const got = new Float32Array(2);
	straight.sample(points, want, 2);
	sampleToGrid(straight, 20, 0).sample(points, got, 2);
	expect(got[0]).toBeCloseTo(want[0], 4);
	expect(got[1]).toBeCloseTo(want[1], 4);
});
