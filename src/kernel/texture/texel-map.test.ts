import { describe, expect, it } from "vitest";
import { mapTexels } from "./texel-map.ts";

describe("mapTexels", () => {
	it("gives every texel of a square the point under its centre", () => {
		const mesh = {
			positions: new Float32Array([0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0]),
			indices: new Uint32Array([0, 1, 2, 0, 2, 3]),
			uvs: new Float32Array([0.25, 0.75, 0.75, 0.75, 0.75, 0.25, 0.25, 0.25]),
		};
		const { texels, triangle, bary } = mapTexels(mesh, 16);
		const inside = [...texels].filter((i) => {
			const x = i % 16;
			const y = Math.floor(i / 16);
			return x >= 4 && x < 12 && y >= 4 && y < 12;
		});
		expect(inside.length).toBe(64);
		for (const i of inside) {
			const t = triangle[i];
			const wb = bary[2 * i];
			const wc = bary[2 * i + 1];
			const at = (k: number): number =>
				(1 - wb - wc) * mesh.uvs[2 * mesh.indices[3 * t] + k] +
				wb * mesh.uvs[2 * mesh.indices[3 * t + 1] + k] +
				wc * mesh.uvs[2 * mesh.indices[3 * t + 2] + k];
			expect(16 * at(0)).toBeCloseTo((i % 16) + 0.5, 4);
			expect(16 * at(1)).toBeCloseTo(Math.floor(i / 16) + 0.5, 4);
		}
	});

	it("gives a needle between texel centres its texels", () => {
		const mesh = {
			positions: new Float32Array([0, 0, 0, 1, 0, 0, 1, 0.01, 0]),
			indices: new Uint32Array([0, 1, 2]),
			uvs: new Float32Array([0.1, 0.51, 0.9, 0.51, 0.9, 0.52]),
		};
		const { texels, bary } = mapTexels(mesh, 16);
		expect(texels.length).toBe(14);
		for (const i of texels) {
			expect(bary[2 * i]).toBeGreaterThanOrEqual(0);
			expect(bary[2 * i] + bary[2 * i + 1]).toBeLessThanOrEqual(1.0001);
		}
	});
});
