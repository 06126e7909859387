import { describe, expect, it } from "vitest";
import { reportMesh } from "./report-mesh.ts";
import { cube, join, translated, withoutTriangles } from "./shapes.ts";

describe("reportMesh", () => {
	it("knows a cube", () => {
		expect(reportMesh(cube(2))).toEqual({
			vertexCount: 8,
			triangleCount: 12,
			watertight: true,
			manifold: true,
			consistentlyOriented: true,
			outwardOriented: true,
			componentCount: 1,
			genus: 0,
			eulerCharacteristic: 2,
			boundaryEdgeCount: 0,
			nonManifoldEdgeCount: 0,
			nonManifoldVertexCount: 0,
			degenerateTriangleCount: 0,
			selfIntersectingTriangleCount: 0,
			area: 24,
			volume: 8,
			bounds: { min: [-1, -1, -1], max: [1, 1, 1] },
		});
	});

	it("gives an open mesh no volume, and counts crossings", () => {
		expect(reportMesh(withoutTriangles(cube(), [0])).volume).toBe(0);
		const crossed = join(cube(), translated(cube(), 0.4, 0.3, 0.2));
		expect(reportMesh(crossed).selfIntersectingTriangleCount).toBeGreaterThan(
			0,
		);
	});

	it("takes an empty mesh", () => {
		expect(
			reportMesh({
				positions: new Float32Array(),
				indices: new Uint32Array(),
			}),
		).toMatchObject({ triangleCount: 0, watertight: false, volume: 0 });
	});
});
