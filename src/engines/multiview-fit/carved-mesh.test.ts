import { expect, test } from "vitest";
import {
	gridField,
	type Lattice,
	latticeField,
} from "../../kernel/field/grid-field.ts";
import { labelComponents } from "../../kernel/mesh/components.ts";
import { measureTopology } from "../../kernel/mesh/topology.ts";
import { carvedBy, carvedLess, carvedMesh } from "./carved-mesh.ts";

const SIDE = 25;
const SPACING = 0.04;

function latticeOf(
	value: (x: number, y: number, z: number) => number,
): Lattice {
	const values = Float32Array.from({ length: SIDE ** 3 }, (_, n) =>
		value(
			((n % SIDE) - 12) * SPACING,
			((Math.floor(n / SIDE) % SIDE) - 12) * SPACING,
			(Math.floor(n / SIDE ** 2) - 12) * SPACING,
		),
	);
	const bounds = {
		min: [-0.48, -0.48, -0.48],
		max: [0.48, 0.48, 0.48],
	} as const;
	return gridField(
		bounds,
		values,
		[SIDE, SIDE, SIDE],
		SPACING,
		[-0.48, -0.48, -0.48],
	);
}

const ball = latticeOf((x, y, z) => Math.hypot(x, y, z) - 0.35);

test("less is carved than was measured, and never more left than the hull", () => {
	const measured = { ...ball, values: ball.values.map((v) => v + 0.05) };
	const less = carvedLess(ball, measured);
	expect(less.values[100] - ball.values[100]).toBeCloseTo(0.044, 5);
	const hardly = { ...ball, values: ball.values.map((v) => v + 0.001) };
	expect(carvedLess(ball, hardly).values).toEqual(ball.values);
});

test("a hollow is cut out of the hull; what it cuts off is dropped where it is a crumb", () => {
	const shaft = latticeOf((x, y) => 0.1 - Math.hypot(x, y));
	const ring = carvedMesh(latticeField(carvedBy(ball, shaft)), SIDE);
	expect(measureTopology(ring)).toMatchObject({ watertight: true, genus: 1 });
	const shell = latticeOf(
		(x, y, z) => 0.06 - Math.abs(Math.hypot(x, y, z - 0.3) - 0.11),
	);
	const left = carvedMesh(latticeField(carvedBy(ball, shell)), SIDE);
	expect(labelComponents(left).count).toBe(1);
});
