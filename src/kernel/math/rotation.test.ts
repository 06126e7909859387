import { expect, it } from "vitest";
import { backwards, forwards, turnBetween, turned } from "./rotation.ts";

const IDENTITY = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);

it("turns counter-clockwise about the axis, and back", () => {
	const quarter = turned(IDENTITY, 0, 0, Math.PI / 2);
	const [x, y, z] = forwards(quarter, [1, 2, 3]);
	expect(x).toBeCloseTo(-2, 12);
	expect(y).toBeCloseTo(1, 12);
	expect(z).toBeCloseTo(3, 12);
	expect(backwards(quarter, [x, y, z])[0]).toBeCloseTo(1, 12);
});

it("tells the small turn between two rotations", () => {
	const from = turned(IDENTITY, 0.7, -0.4, 1.1);
	const turn = turnBetween(from, turned(from, 0.02, -0.01, 0.03));
	[0.02, -0.01, 0.03].forEach((angle, axis) => {
		expect(turn[axis]).toBeCloseTo(angle, 4);
	});
});
