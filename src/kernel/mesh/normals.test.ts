import { describe, expect, it } from "vitest";
import { vertexNormals } from "./normals.ts";
import { cube, exploded, icosphere } from "./shapes.ts";

describe("vertexNormals", () => {
	it("point along the radius of a sphere", () => {
		const mesh = icosphere(3);
		const n = vertexNormals(mesh);
		for (let v = 0; v < n.length; v += 3) {
			const dot =
				n[v] * mesh.positions[v] +
				n[v + 1] * mesh.positions[v + 1] +
				n[v + 2] * mesh.positions[v + 2];
			expect(dot).toBeGreaterThan(0.9995);
		}
	});

	it("point along the diagonal of a cube, however its sides are cut", () => {
		const n = vertexNormals(cube());
		const r = 1 / Math.sqrt(3);
		expect(n[0]).toBeCloseTo(-r, 6);
		for (const x of n) expect(Math.abs(x)).toBeCloseTo(r, 6);
	});

	it("are flat on loose triangles, and smooth across their seams when asked", () => {
		const loose = exploded(cube());
		const flat = vertexNormals(loose);
		expect([...flat.subarray(0, 3)]).toEqual([-1, 0, 0]);
		const smooth = vertexNormals(loose, { acrossSeams: true });
		const whole = vertexNormals(cube());
		for (let h = 0; h < 36; h++)
			for (let k = 0; k < 3; k++)
				expect(smooth[h * 3 + k]).toBe(whole[cube().indices[h] * 3 + k]);
	});

	it("are unit vectors where nothing can be said", () => {
		// Vertex 3 is unused, vertex 4 has only a triangle without area, and 5–7 lie on a sheet
		// with two sides that cancel.
		const n = vertexNormals({
			positions: Float32Array.of(
				...[0, 0, 0, 1, 0, 0, 0, 1, 0, 9, 9, 9, 2, 0, 0],
				...[5, 0, 0, 6, 0, 0, 5, 1, 0],
			),
			indices: Uint32Array.of(0, 1, 2, 0, 1, 4, 5, 6, 7, 5, 7, 6),
		});
		for (let v = 0; v < n.length; v += 3)
			expect(Math.hypot(n[v], n[v + 1], n[v + 2])).toBeCloseTo(1, 6);
		expect([...n.subarray(9, 12)]).toEqual([0, 1, 0]);
		expect(Math.abs(n[17])).toBe(1);
	});
});
