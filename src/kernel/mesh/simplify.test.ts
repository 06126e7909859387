import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { buildBvh } from "./bvh.ts";
import { closestDistances } from "./closest-point.ts";
import { makeManifold } from "./make-manifold.ts";
import { sampleSurface } from "./sample-surface.ts";
import { findSelfIntersections } from "./self-intersections.ts";
import {
	cube,
	exploded,
	icosphere,
	join,
	torus,
	translated,
	voxelBlob,
	withoutTriangles,
} from "./shapes.ts";
import { simplify } from "./simplify.ts";
import { smoothTaubin } from "./smooth.ts";
import { expectSolid } from "./solid.test-support.ts";
import { measureTopology } from "./topology.ts";

describe("simplify", () => {
	it("reaches the target and stays near the surface", () => {
		const src = torus(120, 60);
		const mesh = simplify(src, 1500);
		expect(mesh.indices.length / 3).toBe(1500);
		expectSolid(mesh);
		expect(measureTopology(mesh).genus).toBe(1);
		expect(findSelfIntersections(mesh).length).toBe(0);
		const { points } = sampleSurface(mesh, 2000, createRandom(1));
		const d = closestDistances(buildBvh(src), points);
		expect(d.reduce((a, b) => a + b) / d.length).toBeLessThan(0.002);
		expect(Math.max(...d)).toBeLessThan(0.02);
	});

	it("needs nothing but its corners for a finely cut cube", () => {
		// Each side a grid of 8 × 8 squares, loose triangles: welded by simplify.
		const positions: number[] = [];
		const { positions: p, indices } = cube();
		const cut = (
			a: number[],
			b: number[],
			c: number[],
			depth: number,
		): void => {
			if (depth === 0) {
				positions.push(...a, ...b, ...c);
				return;
			}
			const mid = (u: number[], v: number[]): number[] =>
				u.map((x, k) => (x + v[k]) / 2);
			const [ab, bc, ca] = [mid(a, b), mid(b, c), mid(c, a)];
			cut(a, ab, ca, depth - 1);
			cut(ab, b, bc, depth - 1);
			cut(ca, bc, c, depth - 1);
			cut(ab, bc, ca, depth - 1);
		};
		for (let h = 0; h < 36; h += 3)
			cut(
				...([0, 1, 2].map((k) => [
					...p.subarray(indices[h + k] * 3, indices[h + k] * 3 + 3),
				]) as [number[], number[], number[]]),
				4,
			);
		const fine = {
			positions: Float32Array.from(positions),
			indices: Uint32Array.from({ length: positions.length / 3 }, (_, i) => i),
		};
		const mesh = simplify(fine, 60);
		expectSolid(mesh);
		const far = closestDistances(buildBvh(mesh), p);
		expect(Math.max(...far)).toBeLessThan(1e-3);
	});

	it.each(Array.from({ length: 16 }, (_, seed) => seed))(
		"voxel blobs, smooth or rough, stay solids of their kind, seed %i",
		(seed) => {
			const blob = makeManifold(voxelBlob(10 + seed, createRandom(seed)));
			const src = seed % 2 ? smoothTaubin(blob) : blob;
			const before = measureTopology(src);
			const target = Math.max(
				Math.floor(src.indices.length / 3 / 5),
				before.componentCount * 20 + before.genus * 100,
			);
			const mesh = simplify(src, target);
			const after = measureTopology(mesh);
			expectSolid(mesh);
			expect(after.triangleCount).toBeLessThanOrEqual(target);
			expect(after.triangleCount).toBeGreaterThan(target * 0.98 - 2);
			expect(after.genus).toBe(before.genus);
			expect(after.componentCount).toBe(before.componentCount);
			expect(after.degenerateTriangleCount).toBe(0);
		},
	);

	it("keeps rims open and near where they were", () => {
		const src = makeManifold(
			withoutTriangles(
				icosphere(4),
				Array.from({ length: 400 }, (_, t) => t),
			),
		);
		const mesh = simplify(src, 600);
		const report = measureTopology(mesh);
		expect(mesh.indices.length / 3).toBeLessThanOrEqual(600);
		expect(report.manifold).toBe(true);
		expect(report.eulerCharacteristic).toBe(
			measureTopology(src).eulerCharacteristic,
		);
	});

	it("stops at tetrahedra, not below", () => {
		const mesh = simplify(join(icosphere(2), translated(torus(), 4, 0, 0)), 4);
		expectSolid(mesh);
		expect(measureTopology(mesh)).toMatchObject({
			componentCount: 2,
			genus: 1,
		});
	});

	it("cuts what is not manifold, welds what is loose, and leaves small meshes", () => {
		expectSolid(simplify(exploded(icosphere(3)), 300));
		expectSolid(simplify(join(cube(), translated(cube(), 1, 1, 0)), 20));
		expect(simplify(cube(), 100).indices.length / 3).toBe(12);
	});

	it("refuses fewer than 4 triangles, and can be stopped", () => {
		expect(() => simplify(cube(), 3)).toThrow(RangeError);
		expect(() => simplify(cube(), Number.NaN)).toThrow(RangeError);
		expect(() =>
			simplify(torus(120, 60), 100, () => {
				throw new Error("stop");
			}),
		).toThrow("stop");
	});
});
