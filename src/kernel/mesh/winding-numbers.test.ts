import { expect, test } from "vitest";
import { cube, flipped, icosphere, join, translated } from "./shapes.ts";
import { windingNumbers } from "./winding-numbers.ts";

test("counts 1 inside, 2 where solids overlap, −1 inside a negative, 0 outside", () => {
	const mesh = join(
		icosphere(3),
		translated(icosphere(3), 1, 0, 0),
		flipped(translated(icosphere(3), 5, 0, 0)),
	);
	const count = [81, 1, 1] as const;
	const along = windingNumbers(mesh, [-2, 0.013, 0.007], 0.1, count);
	const at = (x: number): number => along[Math.round((x + 2) * 10)];
	expect([-1.5, -0.5, 0.5, 1.5, 2.5, 5.5].map(at)).toEqual([0, 1, 2, 1, 0, -1]);
});

test("is exact where lattice lines run through edges and corners", () => {
	// Lines at y, z = −0.5, 0, 0.5 meet the cube's edges, corners and diagonals.
	const winding = windingNumbers(cube(), [-1, -1, -1], 0.25, [9, 9, 9]);
	for (let row = 0; row < winding.length; row += 9) {
		expect(winding[row]).toBe(0);
		expect(winding[row + 8]).toBe(0);
	}
	expect(winding[4 * 81 + 4 * 9 + 4]).toBe(1);
	expect(winding.every((value) => value === 0 || value === 1)).toBe(true);
});
