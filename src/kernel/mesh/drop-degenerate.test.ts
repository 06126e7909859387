import { describe, expect, it } from "vitest";
import type { Mesh } from "../../core/mesh.ts";
import { createRandom } from "../../core/run-context.ts";
import { dropDegenerate } from "./drop-degenerate.ts";
import { signedVolume } from "./measure.ts";
import { cube, icosphere, torus } from "./shapes.ts";
import { expectSolid } from "./solid.test-support.ts";
import { measureTopology } from "./topology.ts";

/** Puts a vertex on the middle of some edges: one triangle on each side is cut, or made flat. */
function withCaps(mesh: Mesh, every: number): Mesh {
	const positions = [...mesh.positions];
	const indices: number[] = [];
	for (let h = 0; h < mesh.indices.length; h += 3) {
		const [a, b, c] = mesh.indices.subarray(h, h + 3);
		indices.push(a, b, c);
		if (h % every !== 0) continue;
		// Cut a b c at the middle m of a b, and sew the gap with the flat triangle a m b.
		const m = positions.length / 3;
		for (let k = 0; k < 3; k++)
			positions.push((positions[a * 3 + k] + positions[b * 3 + k]) / 2);
		indices.splice(-3, 3, a, m, c, m, b, c, a, b, m);
	}
	return {
		positions: Float32Array.from(positions),
		indices: Uint32Array.from(indices),
	};
}

describe("dropDegenerate", () => {
	it("flips caps away without opening holes", () => {
		const bad = withCaps(cube(2), 9);
		expect(measureTopology(bad).degenerateTriangleCount).toBe(4);
		const mesh = dropDegenerate(bad);
		expectSolid(mesh);
		expect(measureTopology(mesh).degenerateTriangleCount).toBe(0);
		expect(signedVolume(mesh)).toBeCloseTo(8, 5);
	});

	it("collapses needles, seed 2", () => {
		const random = createRandom(2);
		const whole = torus(30, 20);
		const positions = whole.positions.slice();
		// Move every 40th vertex onto a neighbour, all but a hair.
		for (let v = 40; v < positions.length / 3; v += 40)
			for (let k = 0; k < 3; k++)
				positions[v * 3 + k] =
					positions[(v + 1) * 3 + k] + 1e-7 * (random() - 0.5);
		const bad = { positions, indices: whole.indices };
		expect(measureTopology(bad).degenerateTriangleCount).toBeGreaterThan(10);
		const mesh = dropDegenerate(bad);
		expectSolid(mesh);
		expect(measureTopology(mesh).degenerateTriangleCount).toBe(0);
		expect(measureTopology(mesh).genus).toBe(1);
	});

	it("keeps one of equal triangles and none of two back to back", () => {
		const { positions, indices } = icosphere(1);
		const again = [...indices.subarray(0, 3)];
		const same = Uint32Array.from([...indices, ...again]);
		expectSolid(dropDegenerate({ positions, indices: same }));
		const rim = [0, 1, 2, 1, 0, 2];
		const fin = Uint32Array.from([...indices, ...rim]);
		const mesh = dropDegenerate({ positions, indices: fin });
		expect(mesh.indices).toEqual(indices);
	});

	it("gives a clean mesh back as it is", () => {
		const mesh = torus();
		expect(dropDegenerate(mesh)).toBe(mesh);
	});
});
