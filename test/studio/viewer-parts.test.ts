import { describe, expect, it } from "vitest";
import { coarsenMesh } from "../../studio/src/look/viewer/coarse-mesh.ts";
import { createFrameBudget } from "../../studio/src/look/viewer/frame-budget.ts";

const FULL = { isCoarse: false, pixelRatio: undefined };

describe("createFrameBudget", () => {
	it("leaves a quick machine alone", () => {
		const budget = createFrameBudget();
		budget.noteFull(12);
		for (const ms of [16, 120, 16, 90, 16]) budget.noteMoving(ms);
		expect(budget.drawing(true)).toEqual(FULL);
	});

	it("draws less while a slow one moves the camera, and everything at rest", () => {
		const budget = createFrameBudget();
		budget.noteFull(300);
		expect(budget.drawing(true)).toEqual({ isCoarse: true, pixelRatio: 1 });
		for (let k = 0; k < 20; k++) budget.noteMoving(100);
		const least = budget.drawing(true).pixelRatio ?? 1;
		expect(least).toBeLessThan(0.6);
		expect(budget.drawing(false)).toEqual(FULL);
		// Quick frames bring pixels back, but only from one move to the next.
		budget.noteMoving(5);
		for (let k = 0; k < 20; k++) budget.noteMoving(5);
		expect(budget.drawing(true).pixelRatio).toBe(least);
		budget.noteFull(300);
		expect(budget.drawing(true).pixelRatio).toBeGreaterThan(least);
	});

	it("notices late frames, and when the load is gone", () => {
		const budget = createFrameBudget();
		for (let k = 0; k < 3; k++) budget.noteMoving(200);
		expect(budget.isSlow()).toBe(true);
		budget.noteFull(10);
		expect(budget.isSlow()).toBe(false);
	});
});

/** A cylinder of n × n quads, cut open along one line as a texture chart is. */
function tube(n: number): {
	positions: Float32Array;
	normals: Float32Array;
	uvs: Float32Array;
	indices: Uint32Array;
} {
	const positions: number[] = [];
	const normals: number[] = [];
	const uvs: number[] = [];
	const indices: number[] = [];
	for (let j = 0; j <= n; j++)
		for (let i = 0; i <= n; i++) {
			const angle = (i / n) * 2 * Math.PI;
			positions.push(Math.cos(angle), (j / n) * 2, Math.sin(angle));
			normals.push(Math.cos(angle), 0, Math.sin(angle));
			uvs.push(i / n, j / n);
			if (i === n || j === n) continue;
			const a = j * (n + 1) + i;
			indices.push(a, a + n + 1, a + 1, a + 1, a + n + 1, a + n + 2);
		}
	return {
		positions: Float32Array.from(positions),
		normals: Float32Array.from(normals),
		uvs: Float32Array.from(uvs),
		indices: Uint32Array.from(indices),
	};
}

describe("coarsenMesh", () => {
	const src = tube(200);
	const coarse = coarsenMesh(src, 4000);

	it("comes near the wished number of triangles", () => {
		expect(src.indices.length / 3).toBe(80_000);
		expect(coarse.srcTriangles.length).toBe(coarse.indices.length / 3);
		expect(coarse.srcTriangles.length).toBeGreaterThan(1500);
		expect(coarse.srcTriangles.length).toBeLessThan(6000);
	});

	it("keeps form, directions and texture coordinates", () => {
		const { positions, normals, uvs } = coarse;
		for (let v = 0; v < positions.length / 3; v++) {
			const [x, y, z] = positions.subarray(v * 3, v * 3 + 3);
			expect(Math.hypot(x, z)).toBeGreaterThan(0.97);
			expect(Math.hypot(x, z)).toBeLessThan(1.001);
			const [nx, ny, nz] = normals.subarray(v * 3, v * 3 + 3);
			expect(Math.hypot(nx, ny, nz)).toBeCloseTo(1, 5);
			expect(nx * x + nz * z).toBeGreaterThan(0.95);
			expect(Math.abs((uvs?.[v * 2 + 1] ?? 9) - y / 2)).toBeLessThan(0.05);
		}
	});

	it("tells where each triangle comes from", () => {
		const centre = (
			mesh: { positions: ArrayLike<number>; indices: ArrayLike<number> },
			t: number,
		) =>
			[0, 1, 2].map(
				(axis) =>
					[0, 1, 2].reduce(
						(sum, k) =>
							sum + mesh.positions[mesh.indices[t * 3 + k] * 3 + axis],
						0,
					) / 3,
			);
		coarse.srcTriangles.forEach((srcT, t) => {
			const [x, y, z] = centre(coarse, t);
			const [sx, sy, sz] = centre(src, srcT);
			expect(Math.hypot(x - sx, y - sy, z - sz)).toBeLessThan(0.2);
		});
	});
});
