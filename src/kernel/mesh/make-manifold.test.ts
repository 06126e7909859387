import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { dropDegenerate } from "./drop-degenerate.ts";
import { makeManifold } from "./make-manifold.ts";
import { signedVolume } from "./measure.ts";
import { findSelfIntersections } from "./self-intersections.ts";
import { cube, join, torus, translated, voxelBlob } from "./shapes.ts";
import { expectSolid } from "./solid.test-support.ts";
import { measureTopology } from "./topology.ts";
import { weld } from "./weld.ts";

describe("makeManifold", () => {
	it("takes cubes that touch at an edge apart", () => {
		const touching = weld(join(cube(), translated(cube(), 1, 1, 0))).mesh;
		const mesh = makeManifold(touching);
		expectSolid(mesh);
		expect(measureTopology(mesh).componentCount).toBe(2);
		expect(signedVolume(mesh)).toBeCloseTo(2, 2);
		expect(findSelfIntersections(mesh).length).toBe(0);
	});

	it("takes cubes that touch at a corner apart", () => {
		const touching = weld(join(cube(), translated(cube(), 1, 1, 1))).mesh;
		expectSolid(makeManifold(touching));
	});

	it("stays apart when it is welded again", () => {
		const touching = weld(join(cube(), translated(cube(), 1, 1, 0))).mesh;
		expectSolid(weld(makeManifold(touching)).mesh);
	});

	it("gives a manifold back as it is", () => {
		const mesh = torus();
		expect(makeManifold(mesh)).toBe(mesh);
	});

	it("lets a third sheet go where three meet at an edge", () => {
		const mesh = makeManifold({
			positions: Float32Array.of(
				0,
				0,
				0,
				0,
				0,
				1,
				1,
				0,
				0,
				-1,
				1,
				0,
				-1,
				-1,
				0,
			),
			indices: Uint32Array.of(0, 1, 2, 1, 0, 3, 0, 1, 4),
		});
		const report = measureTopology(mesh);
		expect(report.manifold).toBe(true);
		expect(report.triangleCount).toBe(3);
		expect(report.componentCount).toBe(2);
	});

	it.each(Array.from({ length: 25 }, (_, seed) => seed))(
		"voxel blob with touching edges and corners, seed %i",
		(seed) => {
			const blob = voxelBlob(8 + (seed % 12), createRandom(seed));
			const mesh = makeManifold(blob);
			expectSolid(mesh);
			expect(findSelfIntersections(mesh).length).toBe(0);
			expect(signedVolume(mesh) / signedVolume(blob)).toBeCloseTo(1, 2);
		},
	);

	it("survives random triangles on few vertices, seed 9", () => {
		const random = createRandom(9);
		for (let round = 0; round < 30; round++) {
			const positions = Float32Array.from({ length: 30 }, random);
			const indices: number[] = [];
			while (indices.length < 90) {
				const t = [0, 0, 0].map(() => Math.floor(random() * 10));
				if (new Set(t).size === 3) indices.push(...t);
			}
			const mesh = makeManifold(
				dropDegenerate({ positions, indices: Uint32Array.from(indices) }),
			);
			expect(measureTopology(mesh).manifold).toBe(true);
		}
	});
});
