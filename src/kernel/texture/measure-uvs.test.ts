import { describe, expect, it } from "vitest";
import type { Mesh } from "../../core/mesh.ts";
import { measureUvs } from "./measure-uvs.ts";

/** A 1 × 1 square in the plane z = 0 whose uvs are scaled and moved. */
function square(du: number, dv: number, u0 = 0, v0 = 0): Mesh {
	return {
		positions: new Float32Array([0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0]),
		indices: new Uint32Array([0, 1, 2, 0, 2, 3]),
		uvs: new Float32Array([u0, v0 + dv, u0 + du, v0 + dv, u0 + du, v0, u0, v0]),
	};
}

describe("measureUvs", () => {
	it("measures a square that fills half the atlas each way", () => {
		const report = measureUvs(square(0.5, 0.5), 64, 64);
		expect(report.utilisation).toBeCloseTo(0.25, 6);
		expect(report.chartCount).toBe(1);
		expect(report.coverage).toBe(1);
		expect(report.maxStretch).toBeCloseTo(1, 6);
		expect(report.stretchedShare).toBe(0);
		expect(report.overlapTexelCount).toBe(0);
		for (const density of report.texelsPerUnit)
			expect(density).toBeCloseTo(32, 4);
	});

	it("sees stretch of 4 to 1", () => {
		const report = measureUvs(square(1, 0.25), 64, 64);
		expect(report.maxStretch).toBeCloseTo(4, 4);
		expect(report.stretchedShare).toBe(1);
	});

	it("counts texels that two squares share", () => {
		const a = square(0.5, 0.5);
		const b = square(0.5, 0.5, 0.25, 0.25);
		const mesh: Mesh = {
			positions: new Float32Array([
				...a.positions,
				...b.positions.map((x, i) => (i % 3 === 2 ? 1 : x)),
			]),
			indices: new Uint32Array([...a.indices, ...b.indices.map((i) => i + 4)]),
			uvs: new Float32Array([
				...(a.uvs as Float32Array),
				...(b.uvs as Float32Array),
			]),
		};
		const report = measureUvs(mesh, 64, 64);
		expect(report.overlapTexelCount).toBe(16 * 16);
		expect(report.chartCount).toBe(2);
	});

	it("wraps uvs outside 0–1", () => {
		const report = measureUvs(square(0.5, 0.5, 7.75, -3.25), 64, 64);
		expect(report.utilisation).toBeCloseTo(0.25, 6);
		expect(report.overlapTexelCount).toBe(0);
	});

	it("gives finite numbers for hostile uvs", () => {
		for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 1e30]) {
			const mesh = square(0.5, 0.5);
			(mesh.uvs as Float32Array)[0] = bad;
			const report = measureUvs(mesh, 32, 32);
			expect(Number.isFinite(report.maxStretch)).toBe(true);
			expect(report.coverage).toBeLessThanOrEqual(1);
		}
		expect(measureUvs(square(0, 0), 32, 32).coverage).toBe(0);
	});
});
