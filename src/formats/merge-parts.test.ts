import { expect, it } from "vitest";
import type { Mesh } from "../core/mesh.ts";
import { mergeParts } from "./merge-parts.ts";
import type { ModelPart } from "./model.ts";

function part(mesh: Partial<Mesh>): ModelPart {
	return {
		name: "part",
		mesh: {
			positions: new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0]),
			indices: new Uint32Array([0, 1, 2]),
			...mesh,
		},
		baseColorFactor: [1, 1, 1, 1],
		roughness: 1,
		metallic: 0,
	};
}

it("joins parts and keeps only what all of them have", () => {
	const uvs = new Float32Array([0, 0, 1, 0, 0, 1]);
	const colors = new Float32Array(12).fill(1);
	const merged = mergeParts([part({ uvs, colors }), part({ uvs })]);
	expect(merged.positions.length).toBe(18);
	expect([...merged.indices]).toEqual([0, 1, 2, 3, 4, 5]);
	expect([...(merged.uvs ?? [])]).toEqual([...uvs, ...uvs]);
	expect(merged.colors).toBeUndefined();
	expect(merged.normals).toBeUndefined();
});

it("makes an empty mesh of nothing", () => {
	expect(mergeParts([]).indices.length).toBe(0);
});
