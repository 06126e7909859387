import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { buildBvh } from "./bvh.ts";
import { closestDistances } from "./closest-point.ts";
import { sampleSurface } from "./sample-surface.ts";
import { cube, join, translated } from "./shapes.ts";

describe("sampleSurface", () => {
	it("spreads points by area, on the surface", () => {
		// Areas 6 and 24: a fifth of the points belongs on the small cube.
		const mesh = join(cube(1), translated(cube(2), 5, 0, 0));
		const { points, triangles } = sampleSurface(mesh, 20_000, createRandom(1));
		const small = triangles.filter((t) => t < 12).length / 20_000;
		expect(small).toBeGreaterThan(0.19);
		expect(small).toBeLessThan(0.21);
		expect(Math.max(...closestDistances(buildBvh(mesh), points))).toBeLessThan(
			1e-6,
		);
		// Uniform within a side as well: the mean of the large cube is its centre.
		let x = 0;
		let count = 0;
		for (let i = 0; i < 20_000; i++)
			if (triangles[i] >= 12) {
				x += points[i * 3];
				count++;
			}
		expect(x / count).toBeCloseTo(5, 1);
	});

	it("repeats with the same seed", () => {
		expect(sampleSurface(cube(), 50, createRandom(3))).toEqual(
			sampleSurface(cube(), 50, createRandom(3)),
		);
	});

	it("refuses a mesh without area", () => {
		expect(() =>
			sampleSurface(
				{ positions: new Float32Array(9), indices: Uint32Array.of(0, 1, 2) },
				1,
				createRandom(1),
			),
		).toThrow(RangeError);
	});
});
