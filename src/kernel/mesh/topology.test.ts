import { describe, expect, it } from "vitest";
import {
	cube,
	exploded,
	flipped,
	icosphere,
	join,
	sphere,
	torus,
	translated,
	withoutTriangles,
} from "./shapes.ts";
import { measureTopology } from "./topology.ts";

const CLOSED = {
	watertight: true,
	manifold: true,
	consistentlyOriented: true,
	outwardOriented: true,
	boundaryEdgeCount: 0,
	nonManifoldEdgeCount: 0,
	nonManifoldVertexCount: 0,
	degenerateTriangleCount: 0,
};

describe("measureTopology", () => {
	it.each([
		["cube", cube(), 0],
		["sphere", sphere(), 0],
		["icosphere", icosphere(2), 0],
		["torus", torus(), 1],
	])("%s", (_, mesh, genus) => {
		expect(measureTopology(mesh)).toMatchObject({
			...CLOSED,
			genus,
			componentCount: 1,
			eulerCharacteristic: 2 - 2 * genus,
		});
	});

	it("does not take seams for holes", () => {
		expect(measureTopology(exploded(cube()))).toMatchObject({
			...CLOSED,
			vertexCount: 8,
			triangleCount: 12,
		});
	});

	it("sums genus over components", () => {
		const mesh = join(torus(), translated(torus(), 5, 0, 0), cube());
		expect(measureTopology(mesh)).toMatchObject({
			...CLOSED,
			componentCount: 3,
			genus: 2,
		});
	});

	it("counts the rim of a hole", () => {
		const report = measureTopology(withoutTriangles(icosphere(1), [7]));
		expect(report).toMatchObject({
			watertight: false,
			manifold: true,
			consistentlyOriented: true,
			boundaryEdgeCount: 3,
			genus: 0,
		});
	});

	it("finds two cubes that touch along an edge", () => {
		const report = measureTopology(join(cube(), translated(cube(), 1, 1, 0)));
		expect(report).toMatchObject({
			watertight: false,
			manifold: false,
			nonManifoldEdgeCount: 1,
			nonManifoldVertexCount: 0,
		});
	});

	it("finds two cubes that touch at a corner", () => {
		const report = measureTopology(join(cube(), translated(cube(), 1, 1, 1)));
		expect(report).toMatchObject({
			watertight: true,
			manifold: false,
			nonManifoldEdgeCount: 0,
			nonManifoldVertexCount: 1,
		});
	});

	it("tells inward from outward, and a cavity from a shape inside out", () => {
		expect(measureTopology(flipped(cube())).outwardOriented).toBe(false);
		expect(measureTopology(flipped(cube())).consistentlyOriented).toBe(true);
		const hollow = join(cube(2), flipped(cube(1)));
		expect(measureTopology(hollow).outwardOriented).toBe(true);
		const aside = join(cube(2), translated(flipped(cube(1)), 5, 0, 0));
		expect(measureTopology(aside).outwardOriented).toBe(false);
	});

	it("finds one turned triangle", () => {
		const mesh = cube();
		mesh.indices.set(flipped(cube()).indices.subarray(0, 3));
		const report = measureTopology(mesh);
		expect(report.consistentlyOriented).toBe(false);
		expect(report.outwardOriented).toBe(false);
		expect(report.manifold).toBe(true);
	});

	it("counts triangles without area, welded away or not", () => {
		const report = measureTopology({
			positions: Float32Array.of(0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1, 0),
			indices: Uint32Array.of(0, 1, 2, 0, 3, 1, 0, 1, 4),
		});
		expect(report.degenerateTriangleCount).toBe(2);
		expect(report.triangleCount).toBe(3);
	});

	it("calls an empty mesh neither watertight nor outward", () => {
		const report = measureTopology({
			positions: new Float32Array(),
			indices: new Uint32Array(),
		});
		expect(report).toMatchObject({
			watertight: false,
			outwardOriented: false,
			componentCount: 0,
		});
	});
});
