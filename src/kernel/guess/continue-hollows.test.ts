import { expect, test } from "vitest";
import type { Field } from "../../core/shape.ts";
import { type Lattice, sampleToGrid } from "../field/grid-field.ts";
import { continueHollows } from "./continue-hollows.ts";

const OPTIONS = {
	leastWall: 0.03,
	mostWall: 0.08,
	mostAdded: 1.5,
	leastSeen: 0.6,
};

function sampled(
	distance: (x: number, y: number, z: number) => number,
): Lattice {
	const field: Field = {
		bounds: { min: [-0.5, -0.25, -0.25], max: [0.5, 0.25, 0.25] },
		sample(points, out, count) {
			for (let n = 0; n < count; n++)
				out[n] = distance(points[n * 3], points[n * 3 + 1], points[n * 3 + 2]);
		},
	};
	return sampleToGrid(field, 64, 1);
}

function box(
	[x0, y0, z0]: readonly number[],
	[x1, y1, z1]: readonly number[],
): (x: number, y: number, z: number) => number {
	return (x, y, z) => Math.max(x0 - x, x - x1, y0 - y, y - y1, z0 - z, z - z1);
}

/** A slipper: 0.07 under the foot, 0.05 at the sides, and the room dug into it, from above; positive where nothing is. */
const HULL = sampled(box([-0.45, -0.2, -0.2], [0.45, 0.2, 0.2]));
function dug(x0: number, x1: number, floor = -0.13): Lattice {
	const room = box([x0, floor, -0.15], [x1, 0.3, 0.15]);
	return sampled((x, y, z) => -room(x, y, z));
}

function at(
	{ values, counts, spacing, origin }: Lattice,
	x: number,
	y: number,
	z: number,
): number {
	const [i, j, k] = [x, y, z].map((c, axis) =>
		Math.round((c - origin[axis]) / spacing),
	);
	return values[(k * counts[1] + j) * counts[0] + i];
}

test("the room goes on under the lid, with a floor as thick as the one that is known", () => {
	const whole = continueHollows(HULL, dug(-0.4, 0.05), OPTIONS);
	if (!whole) throw new Error("nothing is added");
	expect(at(whole, 0.2, 0, 0)).toBeGreaterThan(0);
	expect(at(whole, 0.35, 0, 0)).toBeGreaterThan(0);
	expect(at(whole, 0.2, -0.1, 0)).toBeGreaterThan(0);
	expect(at(whole, 0.2, -0.16, 0)).toBeLessThan(0);
	expect(at(whole, 0.2, 0.18, 0)).toBeLessThan(0);
	expect(at(whole, 0.2, 0, 0.18)).toBeLessThan(0);
	expect(at(whole, 0.44, 0, 0)).toBeLessThan(0);
	// What was dug stays as it was.
	expect(at(whole, -0.2, -0.16, 0)).toBeLessThan(0);
	expect(at(whole, -0.2, 0, 0)).toBeGreaterThan(0);
});

test("where what was dug ends half way, that is no wall", () => {
	const whole = continueHollows(HULL, dug(-0.1, 0), {
		...OPTIONS,
		mostAdded: 20,
		leastSeen: 0,
	});
	if (!whole) throw new Error("nothing is added");
	for (const x of [-0.3, 0.1, 0.3])
		expect(at(whole, x, -0.125, 0)).toBeGreaterThan(0.01);
});

test("a solid with a pit is no shell", () => {
	expect(continueHollows(HULL, dug(-0.15, 0.15, 0.08), OPTIONS)).toBeNull();
});

test("much more than was seen is no part of the same hollow", () => {
	const seen = dug(-0.4, -0.28);
	expect(continueHollows(HULL, seen, OPTIONS)).toBeNull();
	expect(
		continueHollows(HULL, seen, { ...OPTIONS, mostAdded: 10, leastSeen: 0 }),
	).not.toBeNull();
});

test("where nobody could look in, it stays solid; where there is no hollow, too", () => {
	const slit = sampled(
		(x, y, z) =>
			-Math.min(
				Math.max(box([-0.4, -0.13, -0.15], [0, 0.15, 0.15])(x, y, z)),
				box([-0.39, 0, -0.01], [-0.35, 0.3, 0.01])(x, y, z),
			),
	);
	expect(continueHollows(HULL, slit, OPTIONS)).toBeNull();
	expect(
		continueHollows(HULL, slit, { ...OPTIONS, leastSeen: 0 }),
	).not.toBeNull();
	const none = { ...HULL, values: HULL.values.map(() => -0.1) };
	expect(continueHollows(HULL, none, OPTIONS)).toBeNull();
});
