import Module, { type ManifoldToplevel } from "manifold-3d";
import { expect } from "vitest";
import type { Mesh } from "../../core/mesh.ts";
import { measureTopology } from "./topology.ts";

const wasm: ManifoldToplevel = await Module();
wasm.setup();

/** Fails unless the mesh is closed, manifold and oriented outward: by us, and by manifold-3d. */
export function expectSolid(mesh: Mesh): void {
	expect(measureTopology(mesh)).toMatchObject({
		watertight: true,
		manifold: true,
		consistentlyOriented: true,
		outwardOriented: true,
		boundaryEdgeCount: 0,
		nonManifoldEdgeCount: 0,
		nonManifoldVertexCount: 0,
	});
	expect(manifoldStatus(mesh)).toBe("NoError");
}

/** What manifold-3d, an independent library, says about the mesh. */
export function manifoldStatus(mesh: Mesh): string {
	try {
		const manifold = new wasm.Manifold(
			new wasm.Mesh({
				numProp: 3,
				vertProperties: mesh.positions,
				triVerts: mesh.indices,
			}),
		);
		const status = manifold.status();
		manifold.delete();
		return status;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}
