import { expect, it } from "vitest";
import type { Mesh } from "../../core/mesh.ts";
import { vertexNormals } from "../mesh/normals.ts";
import { icosphere } from "../mesh/shapes.ts";
import { vertexOcclusion } from "./vertex-occlusion.ts";

it("a convex body is open everywhere", () => {
	const mesh = icosphere(4, 0.5);
	const open = vertexOcclusion({ ...mesh, normals: vertexNormals(mesh) });
	for (const value of open) expect(value).toBeGreaterThan(0.97);
});

it("the inside of a closed body sees no sky; the bottom of a pit sees some", () => {
	const ball = icosphere(4, 0.5);
	const outward = vertexNormals(ball);
	const inside: Mesh = { ...ball, normals: outward.map((n) => -n) };
	const hidden = vertexOcclusion(inside);
	expect(hidden.reduce((sum, v) => sum + v, 0) / hidden.length).toBeLessThan(
		0.15,
	);
	// The same ball without its cap.
	const kept: number[] = [];
	for (let t = 0; t < ball.indices.length; t += 3)
		if (ball.positions[ball.indices[t] * 3 + 1] < 0.1)
			kept.push(...ball.indices.subarray(t, t + 3));
	const pit = vertexOcclusion({ ...inside, indices: Uint32Array.from(kept) });
	let lowest = 0;
	for (let i = 0; i < pit.length; i++)
		if (ball.positions[i * 3 + 1] < ball.positions[lowest * 3 + 1]) lowest = i;
	expect(pit[lowest]).toBeGreaterThan(0.3);
	expect(pit[lowest]).toBeLessThan(0.8);
});

it("a point has no shade; normals are needed", () => {
	const point: Mesh = {
		positions: new Float32Array([1, 2, 3]),
		indices: new Uint32Array([0, 0, 0]),
		normals: new Float32Array([0, 1, 0]),
	};
	expect(Array.from(vertexOcclusion(point))).toEqual([1]);
	expect(() => vertexOcclusion(icosphere(0))).toThrow(TypeError);
});
