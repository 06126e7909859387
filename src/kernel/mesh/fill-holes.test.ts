import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { fillHoles } from "./fill-holes.ts";
import { makeManifold } from "./make-manifold.ts";
import { surfaceArea } from "./measure.ts";
import { orient } from "./orient.ts";
import {
	cube,
	icosphere,
	join,
	sphere,
	torus,
	translated,
	voxelBlob,
	withoutTriangles,
} from "./shapes.ts";
import { expectSolid } from "./solid.test-support.ts";
import { measureTopology } from "./topology.ts";

describe("fillHoles", () => {
	it("gives a cube its missing side back, with the least area", () => {
		const open = withoutTriangles(cube(), [0, 1]);
		const { mesh, filledCount } = fillHoles(open);
		expect(filledCount).toBe(1);
		expectSolid(mesh);
		expect(mesh.indices.length).toBe(36);
		expect(surfaceArea(mesh)).toBeCloseTo(6, 6);
	});

	it("leaves closed meshes alone", () => {
		const mesh = torus();
		expect(fillHoles(mesh).mesh).toBe(mesh);
	});

	it.each([1, 2, 3, 4, 5, 6, 7, 8])("closes random holes, seed %i", (seed) => {
		const random = createRandom(seed);
		const whole = seed % 2 ? icosphere(3) : torus(30, 20);
		const count = whole.indices.length / 3;
		const gone = Array.from({ length: 5 + 12 * seed }, () =>
			Math.floor(random() * count),
		);
		const open = makeManifold(withoutTriangles(whole, gone));
		const { mesh, filledCount, leftCount } = fillHoles(open);
		expect(filledCount).toBeGreaterThan(0);
		expect(leftCount).toBe(0);
		expectSolid(mesh);
	});

	it("closes a rim of 400 edges with a flat lid", () => {
		const whole = sphere(40, 400);
		// The northern half goes.
		const open = withoutTriangles(
			whole,
			Array.from({ length: 400 * 39 }, (_, t) => t),
		);
		const { mesh, filledCount } = fillHoles(open);
		expect(filledCount).toBe(1);
		expectSolid(mesh);
		expect(surfaceArea(mesh)).toBeCloseTo(3 * Math.PI, 1);
	});

	it("does not depend on triangles agreeing about their side", () => {
		const open = withoutTriangles(icosphere(2), [5, 6, 100, 101]);
		const mixed = open.indices.slice();
		for (let h = 0; h < mixed.length; h += 9)
			[mixed[h], mixed[h + 1]] = [mixed[h + 1], mixed[h]];
		expectSolid(orient(fillHoles({ ...open, indices: mixed }).mesh));
	});

	it("makes no edge twice: a rim of 4 whose chords both exist gets a new vertex", () => {
		// The rim 0 1 2 3 has the chord 0 2 inside; the chord 1 3 belongs to another triangle.
		const { mesh, filledCount } = fillHoles({
			positions: Float32Array.of(
				...[1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1, 5, 5, 5],
			),
			indices: Uint32Array.of(0, 1, 2, 0, 2, 3, 1, 3, 4),
		});
		expect(filledCount).toBe(2);
		expect(mesh.positions.length / 3).toBe(6);
		expect(measureTopology(mesh).boundaryEdgeCount).toBe(0);
		expect(measureTopology(mesh).nonManifoldEdgeCount).toBe(0);
	});

	it("fills each of several pieces", () => {
		const open = withoutTriangles(
			join(cube(), translated(cube(), 3, 0, 0)),
			[0, 13],
		);
		expect(fillHoles(open).filledCount).toBe(2);
		expectSolid(fillHoles(open).mesh);
	});

	it("holes in voxel blobs, seed 5", () => {
		const blob = makeManifold(voxelBlob(12, createRandom(5)));
		const open = makeManifold(
			withoutTriangles(blob, [1, 2, 40, 41, 42, 90, 200, 201]),
		);
		expectSolid(fillHoles(open).mesh);
	});
});
