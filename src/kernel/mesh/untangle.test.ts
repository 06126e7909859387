import { expect, test } from "vitest";
import { findSelfIntersections } from "./self-intersections.ts";
import { icosphere } from "./shapes.ts";
import { measureTopology } from "./topology.ts";
import { untangle } from "./untangle.ts";

test("a fold is smoothed away, and what lies far from it stays", () => {
	const sphere = icosphere(3);
	const positions = sphere.positions.slice();
	for (let axis = 0; axis < 3; axis++) positions[axis] *= -1.2; // through the other side
	const folded = { positions, indices: sphere.indices };
	expect(findSelfIntersections(folded).length).toBeGreaterThan(0);
	const after = untangle(folded);
	expect(findSelfIntersections(after).length).toBe(0);
	expect(measureTopology(after).manifold).toBe(true);
	let moved = 0;
	for (let i = 0; i < positions.length; i++)
		if (after.positions[i] !== positions[i]) moved++;
	expect(moved).toBeLessThan(positions.length / 2);
});

test("a mesh that does not cut itself is handed back as it is", () => {
	const sphere = icosphere(2);
	expect(untangle(sphere)).toBe(sphere);
});
