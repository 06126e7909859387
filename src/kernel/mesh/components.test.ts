import { describe, expect, it } from "vitest";
import { keepComponents, labelComponents } from "./components.ts";
import { cube, icosphere, join, translated } from "./shapes.ts";

const three = join(
	cube(1),
	translated(cube(2), 5, 0, 0),
	translated(cube(0.1), -5, 0, 0),
);

describe("components", () => {
	it("are numbered by their first triangle", () => {
		const { count, ofTriangle } = labelComponents(three);
		expect(count).toBe(3);
		expect([...ofTriangle]).toEqual([
			...Array(12).fill(0),
			...Array(12).fill(1),
			...Array(12).fill(2),
		]);
	});

	it("join over long chains", () => {
		expect(labelComponents(icosphere(4)).count).toBe(1);
	});

	it("are kept by area or by volume", () => {
		// Areas 6, 24, 0.06; volumes 1, 8, 0.001.
		expect(keepComponents(three, 1).indices.length / 3).toBe(12);
		expect(keepComponents(three, 0.2).indices.length / 3).toBe(24);
		expect(
			keepComponents(three, 0.2, { by: "volume" }).indices.length / 3,
		).toBe(12);
		expect(keepComponents(three, 0)).toBe(three);
		const kept = keepComponents(three, 1);
		expect(kept.positions.length / 3).toBe(8);
		expect(Math.min(...kept.positions.filter((_, i) => i % 3 === 0))).toBe(4);
	});

	it("refuses shares outside 0–1", () => {
		expect(() => keepComponents(three, 1.5)).toThrow(RangeError);
	});
});
