import { expect, test } from "vitest";
import { signedVolume } from "./measure.ts";
import { torus } from "./shapes.ts";
import { subdivide } from "./subdivide.ts";
import { measureTopology } from "./topology.ts";

test("four triangles of one, the same form, still closed", () => {
	const coarse = torus(12, 8);
	const fine = subdivide(coarse);
	expect(fine.indices.length).toBe(coarse.indices.length * 4);
	expect(signedVolume(fine)).toBeCloseTo(signedVolume(coarse), 5);
	const { watertight, manifold, outwardOriented, genus } =
		measureTopology(fine);
	expect([watertight, manifold, outwardOriented, genus]).toEqual([
		true,
		true,
		true,
		1,
	]);
	expect(fine.positions.subarray(0, coarse.positions.length)).toEqual(
		coarse.positions,
	);
});
