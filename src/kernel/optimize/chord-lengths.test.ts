import { expect, test } from "vitest";
import type { Field } from "../../core/shape.ts";
import { leastChords } from "./chord-lengths.ts";
import { cameraAt, coneOf } from "./views.test-support.ts";

/** A beam along z, 0.1 × 0.1, and a block behind it. */
const field: Field = {
	bounds: { min: [-1, -1, -1], max: [1, 1, 1] },
	sample(points, out, count) {
		for (let n = 0; n < count; n++) {
			const x = Math.abs(points[n * 3]);
			const y = Math.abs(points[n * 3 + 1]);
			const z = points[n * 3 + 2];
			const beam = Math.max(x, y) - 0.05;
			const block = Math.max(x - 0.4, y - 0.4, z - 0, -0.4 - z);
			out[n] = Math.min(Math.max(beam, Math.abs(z) - 0.45), block);
		}
	},
};
const full = {
	width: 96,
	height: 96,
	data: new Uint8Array(96 * 96).fill(255),
};
const along = coneOf(cameraAt([0, 0, 2.5]), full);
const across = coneOf(cameraAt([2.5, 0, 0]), full);

test("the emptiest view counts", () => {
	const onBeam = Float64Array.of(0, 0, 0.3);
	expect(leastChords(field, [along], onBeam)[0]).toBeCloseTo(0.85, 1);
	expect(leastChords(field, [along, across], onBeam)[0]).toBeCloseTo(0.1, 1);
	expect(
		leastChords(field, [across], Float64Array.of(0, 0, -0.2))[0],
	).toBeCloseTo(0.8, 1);
});

test("a chord that is short enough ends the search", () => {
	const onBeam = Float64Array.of(0, 0, 0.3);
	const least = (enough: number): number =>
		leastChords(field, [along, across], onBeam, Float64Array.of(enough))[0];
	expect(least(0.05)).toBe(leastChords(field, [along, across], onBeam)[0]);
	expect(least(0.9)).toBe(leastChords(field, [along], onBeam)[0]);
	expect(least(Infinity)).toBeGreaterThan(1.7);
});

test("a point that no view has in its picture is never exposed", () => {
	expect(
		leastChords(field, [across], Float64Array.of(0, 5, 0))[0],
	).toBeGreaterThan(1.7);
});
