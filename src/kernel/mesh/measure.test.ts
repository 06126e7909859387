import { describe, expect, it } from "vitest";
import {
	isDegenerate,
	measureBounds,
	signedVolume,
	surfaceArea,
} from "./measure.ts";
import { cube, flipped, sphere, torus, translated } from "./shapes.ts";

describe("measure", () => {
	it("a cube, also far away and inside out", () => {
		const far = translated(cube(2), 1000, 0, 0);
		expect(surfaceArea(far)).toBeCloseTo(24, 3);
		expect(signedVolume(far)).toBeCloseTo(8, 3);
		expect(signedVolume(flipped(far))).toBeCloseTo(-8, 3);
		expect(measureBounds(far)).toEqual({
			min: [999, -1, -1],
			max: [1001, 1, 1],
		});
	});

	it("a sphere and a torus, within their facets", () => {
		expect(signedVolume(sphere(128, 256))).toBeCloseTo((4 / 3) * Math.PI, 2);
		expect(surfaceArea(sphere(128, 256))).toBeCloseTo(4 * Math.PI, 2);
		expect(
			signedVolume(torus(200, 100)) / (2 * Math.PI ** 2 * 0.16),
		).toBeCloseTo(1, 2);
	});

	it("calls a triangle degenerate by its shape, not by its size", () => {
		const p = Float32Array.of(
			0,
			0,
			0,
			1e-12,
			0,
			0,
			0,
			1e-12,
			0,
			1,
			0,
			0,
			0.5,
			1e-8,
			0,
		);
		expect(isDegenerate(p, 0, 3, 6)).toBe(false);
		expect(isDegenerate(p, 0, 9, 12)).toBe(true);
		expect(isDegenerate(p, 0, 0, 9)).toBe(true);
	});
});
