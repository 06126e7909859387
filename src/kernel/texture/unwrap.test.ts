import { describe, expect, it } from "vitest";
import type { Mesh } from "../../core/mesh.ts";
import { createRandom } from "../../core/run-context.ts";
import { measureUvs } from "./measure-uvs.ts";
import { mapTexels } from "./texel-map.ts";
import { unwrap } from "./unwrap.ts";

/** Unit cube, two triangles a side. */
function cube(): Mesh {
	const positions = new Float32Array(24);
	for (let v = 0; v < 8; v++)
		positions.set([v & 1, (v >> 1) & 1, v >> 2], 3 * v);
	// biome-ignore format: one side a line
	const indices = new Uint32Array([
		0, 2, 3, 0, 3, 1,
		4, 5, 7, 4, 7, 6,
		0, 1, 5, 0, 5, 4,
		2, 6, 7, 2, 7, 3,
		0, 4, 6, 0, 6, 2,
		1, 3, 7, 1, 7, 5,
	]);
	return { positions, indices };
}

/** Grid wrapped round both ways: a torus with minor radius r. */
function torus(columns: number, rows: number, r = 0.35): Mesh {
	const positions: number[] = [];
	const indices: number[] = [];
	for (let j = 0; j < rows; j++)
		for (let i = 0; i < columns; i++) {
			const a = (2 * Math.PI * i) / columns;
			const b = (2 * Math.PI * j) / rows;
			const ring = 1 + r * Math.cos(b);
			positions.push(ring * Math.cos(a), r * Math.sin(b), -ring * Math.sin(a));
			const right = j * columns + ((i + 1) % columns);
			const up = ((j + 1) % rows) * columns;
			const here = j * columns + i;
			indices.push(here, right, up + ((i + 1) % columns));
			indices.push(here, up + ((i + 1) % columns), up + i);
		}
	return {
		positions: Float32Array.from(positions),
		indices: Uint32Array.from(indices),
	};
}

function areInside(uvs: Float32Array | undefined): boolean {
	return (uvs ?? new Float32Array([-1])).every((v) => v >= 0 && v <= 1);
}

function expectSound(mesh: Mesh, size: number, gutterPx = 2): void {
	const result = unwrap(mesh, { textureSize: size, gutterPx });
	const { uvs, indices, positions } = result.mesh;
	expect(indices.length).toBe(mesh.indices.length);
	let moved = 0;
	for (let c = 0; c < indices.length; c++) {
		if (result.srcVertex[indices[c]] !== mesh.indices[c]) moved++;
		for (let k = 0; k < 3; k++)
			if (
				!Object.is(
					positions[3 * indices[c] + k],
					mesh.positions[3 * mesh.indices[c] + k],
				)
			)
				moved++;
	}
	expect(moved).toBe(0);
	expect(areInside(uvs)).toBe(true);
	expect(measureUvs(result.mesh, size, size).overlapTexelCount).toBe(0);
	// The gutter: no texel that a chart touches is nearer than gutterPx + 1 to one of another chart.
	const map = mapTexels(result.mesh, size);
	let tooNear = 0;
	for (const i of map.texels) {
		const chart = result.chartOfTriangle[map.triangle[i]];
		const x = i % size;
		const y = Math.floor(i / size);
		for (let dy = 0; dy <= gutterPx; dy++)
			for (let dx = -gutterPx; dx <= gutterPx; dx++) {
				if (x + dx < 0 || x + dx >= size || y + dy >= size) continue;
				const t = map.triangle[i + dy * size + dx];
				if (t >= 0 && result.chartOfTriangle[t] !== chart) tooNear++;
			}
	}
	expect(tooNear).toBe(0);
}

describe("unwrap", () => {
	it("gives a cube six square charts", () => {
		const result = unwrap(cube(), { textureSize: 256 });
		const report = measureUvs(result.mesh, 256, 256);
		expect(result.chartCount).toBe(6);
		expect(report.maxStretch).toBeCloseTo(1, 4);
		expect(report.coverage).toBe(1);
		// Nine squares would fill the atlas: six of them are two thirds.
		expect(result.utilisation).toBeGreaterThan(0.6);
	});

	it("unwraps a torus with little stretch and no overlap", () => {
		const result = unwrap(torus(96, 48), { textureSize: 512 });
		const report = measureUvs(result.mesh, 512, 512);
		expect(report.stretchedShare).toBeLessThan(0.02);
		expect(report.overlapTexelCount).toBe(0);
		expect(report.utilisation).toBeGreaterThan(0.55);
		expect(report.chartCount).toBeLessThan(60);
	});

	it("keeps triangles, positions, gutters on cube and torus", () => {
		expectSound(cube(), 64);
		expectSound(torus(40, 20), 256);
		expectSound(torus(40, 20), 256, 5);
	});

	it("is deterministic", () => {
		const a = unwrap(torus(50, 30), { textureSize: 256 });
		const b = unwrap(torus(50, 30), { textureSize: 256 });
		expect(b.mesh).toEqual(a.mesh);
		expect(b.chartOfTriangle).toEqual(a.chartOfTriangle);
	});

	it("separates layers that cover each other: a helix of three turns (no texel twice)", () => {
		const positions: number[] = [];
		const indices: number[] = [];
		const steps = 180;
		for (let i = 0; i <= steps; i++) {
			const a = (6 * Math.PI * i) / steps;
			for (let side = 0; side < 2; side++)
				positions.push(
					(0.5 + 0.5 * side) * Math.cos(a),
					(0.3 * i) / steps,
					(0.5 + 0.5 * side) * Math.sin(a),
				);
			if (i === steps) break;
			indices.push(2 * i, 2 * i + 2, 2 * i + 3, 2 * i, 2 * i + 3, 2 * i + 1);
		}
		const mesh = {
			positions: Float32Array.from(positions),
			indices: Uint32Array.from(indices),
		};
		const result = unwrap(mesh, { textureSize: 256 });
		expect(result.chartCount).toBeGreaterThanOrEqual(3);
		expect(measureUvs(result.mesh, 256, 256).overlapTexelCount).toBe(0);
		expectSound(mesh, 256);
	});

	it("survives noise: random soup of 300 triangles, seed 7", () => {
		const random = createRandom(7);
		const positions = Float32Array.from({ length: 2700 }, () => random());
		const indices = Uint32Array.from({ length: 900 }, (_, i) => i);
		expectSound({ positions, indices }, 256, 1);
	});

	it("survives degenerate triangles, single triangles and needles", () => {
		const positions = new Float32Array([
			0, 0, 0, 1, 0, 0, 0, 1, 0, 0.5, 1e-7, 0, 2, 0, 0,
		]);
		for (const corners of [
			[0, 1, 2],
			[0, 0, 0],
			[0, 1, 4],
			[0, 1, 3],
			[0, 1, 2, 0, 0, 1, 0, 1, 4, 0, 1, 3],
		]) {
			const mesh = { positions, indices: Uint32Array.from(corners) };
			const { uvs } = unwrap(mesh, { textureSize: 32 }).mesh;
			expect(areInside(uvs)).toBe(true);
		}
		expect(
			unwrap({ positions, indices: new Uint32Array(0) }, { textureSize: 32 })
				.chartCount,
		).toBe(0);
	});

	it("finds a place for more charts than the atlas has texels", () => {
		const count = 600;
		const random = createRandom(3);
		const positions = Float32Array.from({ length: 9 * count }, () => random());
		const indices = Uint32Array.from({ length: 3 * count }, (_, i) => i);
		const { uvs } = unwrap({ positions, indices }, { textureSize: 16 }).mesh;
		expect(areInside(uvs)).toBe(true);
	});

	it("refuses sizes that are none", () => {
		expect(() => unwrap(cube(), { textureSize: 0 })).toThrow(RangeError);
		expect(() => unwrap(cube(), { textureSize: 100.5 })).toThrow(RangeError);
		expect(() => unwrap(cube(), { textureSize: 64, gutterPx: 40 })).toThrow(
			RangeError,
		);
	});

	it("can be stopped", () => {
		expect(() =>
			unwrap(torus(40, 20), { textureSize: 256 }, () => {
				throw new Error("stop");
			}),
		).toThrow("stop");
	});
});
