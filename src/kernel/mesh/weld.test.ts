import { describe, expect, it } from "vitest";
import { cube, exploded, icosphere } from "./shapes.ts";
import { weld } from "./weld.ts";

describe("weld", () => {
	it("gives a cube of 36 loose corners its 8 vertices back", () => {
		const { mesh, srcToDst } = weld(exploded(cube()));
		expect(mesh.positions.length / 3).toBe(8);
		expect(mesh.indices.length / 3).toBe(12);
		expect(srcToDst.length).toBe(36);
		const src = exploded(cube());
		for (let v = 0; v < 36; v++)
			for (let k = 0; k < 3; k++)
				expect(mesh.positions[srcToDst[v] * 3 + k]).toBe(
					src.positions[v * 3 + k],
				);
	});

	it("takes −0 for 0, and nothing else for the same", () => {
		const positions = Float32Array.of(0, 0, 0, -0, 0, -0, 1e-45, 0, 0, 1, 1, 1);
		const { mesh, srcToDst } = weld({ positions, indices: Uint32Array.of() });
		expect([...srcToDst]).toEqual([0, 0, 1, 2]);
		expect(mesh.positions.length).toBe(9);
	});

	it("drops triangles that lose a corner and averages colours", () => {
		const { mesh } = weld({
			positions: Float32Array.of(0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0),
			indices: Uint32Array.of(0, 1, 2, 1, 2, 3),
			colors: Float32Array.of(1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 1, 1),
		});
		expect([...mesh.indices]).toEqual([0, 1, 2]);
		expect([...(mesh.colors ?? [])].slice(0, 4)).toEqual([0.5, 0.5, 0, 1]);
	});

	it("leaves a welded mesh as it is", () => {
		const src = icosphere(2);
		const { mesh } = weld(src);
		expect(mesh.indices).toEqual(src.indices);
		expect(mesh.positions).toEqual(src.positions);
	});
});
