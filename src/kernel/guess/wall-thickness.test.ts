import { expect, test } from "vitest";
import { sampleToGrid } from "../field/grid-field.ts";
import { nearestOutside } from "../field/nearest-outside.ts";
import { wallThickness } from "./wall-thickness.ts";

const box = sampleToGrid(
	{
		bounds: { min: [-0.5, -0.5, -0.5], max: [0.5, 0.5, 0.5] },
		sample(points, out, count) {
			for (let n = 0; n < count; n++)
				out[n] =
					Math.max(...points.subarray(n * 3, n * 3 + 3).map(Math.abs)) - 0.48;
		},
	},
	50,
	1,
);
const nearest = nearestOutside(box);

function pointAt(x: number, y: number, z: number): number {
	const [i, j, k] = [x, y, z].map((c, axis) =>
		Math.round((c - box.origin[axis]) / box.spacing),
	);
	return (k * box.counts[1] + j) * box.counts[0] + i;
}

/** Walls of a room: 0.1 under the floor, 0.04 at the side, and one place of the floor that is dug too deep. */
const walls = [
	...[-0.1, -0.05, 0, 0.05, 0.1].map((x) => pointAt(x, -0.38, 0)),
	pointAt(0, -0.46, 0.1),
	...[-0.1, 0, 0.1].map((y) => pointAt(0.44, y, 0)),
];

test("each way has walls of its own, and a single wrong one does not count", () => {
	const thickness = wallThickness(box, nearest, walls);
	expect(thickness(pointAt(0.2, -0.3, 0.2))).toBeCloseTo(0.1, 1);
	expect(thickness(pointAt(0.2, -0.3, 0.2))).toBeGreaterThan(0.08);
	expect(thickness(pointAt(0.3, 0.1, 0.1))).toBeLessThan(0.06);
});

test("where no wall faces that way, the median of all", () => {
	const thickness = wallThickness(box, nearest, walls);
	expect(thickness(pointAt(0, 0.4, 0))).toBeCloseTo(
		nearest.depth[pointAt(0, -0.38, 0)],
		5,
	);
});
