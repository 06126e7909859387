import { expect, test } from "vitest";
import type { Field } from "../../core/shape.ts";
import { buildVertexNeighbours } from "../mesh/adjacency.ts";
import { icosphere } from "../mesh/shapes.ts";
import { measureThickness, smoothValues } from "./thickness.ts";

/** A plate: |y| < 0.05. */
const plate: Field = {
	bounds: { min: [-1, -1, -1], max: [1, 1, 1] },
	sample(points, out, count) {
		for (let n = 0; n < count; n++) out[n] = Math.abs(points[n * 3 + 1]) - 0.05;
	},
};

test("a plate is as thick as it is, to one sample; at most the reach", () => {
	const at = Float64Array.of(0, 0.05, 0, 0.3, 0.05, 0.2);
	const up = Float64Array.of(0, 1, 0, 0, 1, 0);
	for (const t of measureThickness(plate, at, up, 0.28)) {
		expect(t).toBeGreaterThan(0.0999);
		expect(t).toBeLessThanOrEqual(0.1201);
	}
	expect(Array.from(measureThickness(plate, at, up, 0.04))).toEqual([
		0.04, 0.04,
	]);
});

test("smoothing keeps what is the same everywhere and spreads a peak", () => {
	const { positions, indices } = icosphere(1);
	const count = positions.length / 3;
	const graph = buildVertexNeighbours(indices, count);
	const same = smoothValues(new Float64Array(count).fill(0.7), graph, 3);
	for (const value of same) expect(value).toBeCloseTo(0.7, 12);
	const peak = new Float64Array(count);
	peak[4] = 1;
	const spread = smoothValues(peak, graph, 1);
	expect(spread[4]).toBe(0.5);
	expect(spread[graph.neighbours[graph.start[4]]]).toBeGreaterThan(0);
	expect(peak[4]).toBe(1); // the input stays
});
