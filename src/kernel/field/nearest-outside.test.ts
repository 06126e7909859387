import { expect, test } from "vitest";
import { sampleToGrid } from "./grid-field.ts";
import { nearestOutside } from "./nearest-outside.ts";

/** Two balls that overlap, with a groove between them. */
const grid = sampleToGrid(
	{
		bounds: { min: [-0.5, -0.3, -0.3], max: [0.5, 0.3, 0.3] },
		sample(points, out, count) {
			for (let n = 0; n < count; n++) {
				const [x, y, z] = points.subarray(n * 3, n * 3 + 3);
				out[n] = Math.hypot(Math.abs(x) - 0.2, y, z) - 0.27;
			}
		},
	},
	24,
	1,
);

test("each point's way out is within a fifth of a step of the shortest", () => {
	const { depth, outside } = nearestOutside(grid);
	const [nx, ny] = grid.counts;
	const at = (n: number): number[] => [
		n % nx,
		Math.floor(n / nx) % ny,
		Math.floor(n / (nx * ny)),
	];
	const out = [...grid.values.keys()].filter((n) => grid.values[n] > 0);
	let inside = 0;
	for (const [n, value] of grid.values.entries()) {
		if (value > 0) {
			expect(depth[n]).toBe(0);
			expect(outside[n]).toBe(n);
			continue;
		}
		inside++;
		const own = at(n);
		const least = Math.min(
			...out.map((end) => {
				const [x, y, z] = at(end);
				const way = Math.hypot(x - own[0], y - own[1], z - own[2]);
				return way * grid.spacing - Math.min(grid.values[end], grid.spacing);
			}),
		);
		expect(depth[n]).toBeGreaterThanOrEqual(Math.max(0, least) - 1e-6);
		expect(depth[n]).toBeLessThan(Math.max(0, least) + 0.2 * grid.spacing);
	}
	expect(inside).toBeGreaterThan(1000);
});

function xOf(n: number): number {
	return grid.origin[0] + (n % grid.counts[0]) * grid.spacing;
}

test("away from the groove depths are those of the solid, to about a step", () => {
	const { depth } = nearestOutside(grid);
	for (const [n, value] of grid.values.entries())
		if (value < 0 && Math.abs(xOf(n)) > 0.25)
			expect(Math.abs(depth[n] + value)).toBeLessThan(1.1 * grid.spacing);
});

test("where there is no outside nothing is known", () => {
	const { depth, outside } = nearestOutside({
		...grid,
		values: grid.values.map(() => -1),
	});
	expect(depth.every((d) => d === Infinity)).toBe(true);
	expect(outside.every((n) => n === -1)).toBe(true);
});
