import { describe, expect, it } from "vitest";
import type { Mesh } from "../core/mesh.ts";
import { createRunContext } from "../core/run-context.ts";
import { signedVolume } from "../kernel/mesh/measure.ts";
import { findSelfIntersections } from "../kernel/mesh/self-intersections.ts";
import { icosphere, join, torus, translated } from "../kernel/mesh/shapes.ts";
import { measureTopology } from "../kernel/mesh/topology.ts";
import { cleanMesh } from "./clean-mesh.ts";

/** Two sheets, 2 mm apart in a metre: what a coarse mesh of them cuts through. */
function shell(): Mesh {
	const inner = icosphere(4, 0.998);
	const indices = inner.indices.slice();
	for (let h = 0; h < indices.length; h += 3)
		[indices[h + 1], indices[h + 2]] = [indices[h + 2], indices[h + 1]];
	// Turned, so that the facets of both do not lie over each other.
	const positions = inner.positions.slice();
	for (let i = 0; i < positions.length; i += 3) {
		const [x, y] = positions.subarray(i, i + 2);
		positions[i] = 0.6 * x - 0.8 * y;
		positions[i + 1] = 0.8 * x + 0.6 * y;
	}
	return join(icosphere(4), { positions, indices });
}

async function clean(mesh: Mesh, faces: number): Promise<Mesh> {
	const { ctx } = createRunContext();
	return cleanMesh(mesh, { smoothing: "low", faces }, ctx);
}

function expectClear(mesh: Mesh, faces: number): void {
	expect(findSelfIntersections(mesh).length).toBe(0);
	const { watertight, manifold, outwardOriented } = measureTopology(mesh);
	expect(watertight && manifold && outwardOriented).toBe(true);
	expect(mesh.indices.length / 3).toBeLessThanOrEqual(faces);
	expect(mesh.normals?.length).toBe(mesh.positions.length);
}

describe("cleanMesh", () => {
	it("reduces a plain solid to the faces asked for", async () => {
		const mesh = await clean(icosphere(4), 2000);
		expectClear(mesh, 2000);
		expect(mesh.indices.length / 3).toBeGreaterThan(1960);
	});

	it("keeps the sheets of a thin shell apart while it simplifies", async () => {
		const mesh = await clean(shell(), 3000);
		expectClear(mesh, 3000);
		expect(signedVolume(mesh)).toBeGreaterThan(0);
		expect(measureTopology(mesh).componentCount).toBe(2);
	});

	it("makes one solid of two that overlap", async () => {
		const mesh = await clean(
			join(torus(40, 20), translated(torus(40, 20), 1, 0.1, 0)),
			8000,
		);
		expectClear(mesh, 8000);
		expect(measureTopology(mesh).componentCount).toBe(1);
	});
});
