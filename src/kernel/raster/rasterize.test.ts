import { describe, expect, it } from "vitest";
import type { Camera } from "../../core/camera.ts";
import type { Mesh } from "../../core/mesh.ts";
import { createRandom } from "../../core/run-context.ts";
import { cameraCentre, canonicalCamera, pixelRay } from "../math/camera.ts";
import { lookAt } from "../math/mat4.ts";
import { rasterize } from "./rasterize.ts";

/** Camera at the origin looking down −Z whose pixel (u, v) at depth 1 is the point (u, −v, −1). */
function pixelCamera(width: number, height: number): Camera {
	return {
		worldFromCamera: lookAt([0, 0, 0], [0, 0, -1]),
		fx: 1,
		fy: 1,
		cx: 0,
		cy: 0,
		width,
		height,
	};
}

/** A mesh given by pixel positions and depths. */
function screenMesh(
	corners: readonly (readonly [u: number, v: number, depth: number])[],
	indices: readonly number[],
): Mesh {
	return {
		positions: new Float32Array(
			corners.flatMap(([u, v, d]) => [u * d, -v * d, -d]),
		),
		indices: new Uint32Array(indices),
	};
}

describe("rasterize", () => {
	it("fills exactly the pixel centres inside, left and top edges included", () => {
		const mesh = screenMesh(
			[
				[0.5, 0.5, 1],
				[4.5, 0.5, 1],
				[0.5, 4.5, 1],
			],
			[0, 1, 2],
		);
		const { triangle } = rasterize(mesh, pixelCamera(6, 6));
		const rows = Array.from({ length: 6 }, (_, y) =>
			Array.from(triangle.subarray(y * 6, y * 6 + 6), (t) =>
				t < 0 ? "." : "#",
			).join(""),
		);
		expect(rows).toEqual([
			"####..",
			"###...",
			"##....",
			"#.....",
			"......",
			"......",
		]);
	});

	it("covers every pixel of a jittered grid exactly once (seed 7)", () => {
		const random = createRandom(7);
		const n = 24;
		const size = 64;
		const corners: [number, number, number][] = [];
		for (let y = 0; y <= n; y++)
			for (let x = 0; x <= n; x++) {
				const border = x === 0 || y === 0 || x === n || y === n;
				const jitter = () => (border ? 0 : (random() - 0.5) * 2);
				// Some corners lie exactly on pixel centres, the hard case.
				const snap = (value: number) =>
					random() < 0.3 ? Math.floor(value) + 0.5 : value;
				corners.push([
					border ? (x * size) / n : snap((x * size) / n + jitter()),
					border ? (y * size) / n : snap((y * size) / n + jitter()),
					border ? 1 : 1 + random() * 1e-3,
				]);
			}
		const indices: number[] = [];
		for (let y = 0; y < n; y++)
			for (let x = 0; x < n; x++) {
				const a = y * (n + 1) + x;
				indices.push(a, a + n + 1, a + 1, a + 1, a + n + 1, a + n + 2);
			}
		const hits = new Uint8Array(size * size);
		for (let t = 0; t < indices.length; t += 3) {
			const { triangle } = rasterize(
				screenMesh(corners, indices.slice(t, t + 3)),
				pixelCamera(size, size),
			);
			for (let i = 0; i < hits.length; i++) if (triangle[i] >= 0) hits[i]++;
		}
		// Folded cells overlap honestly, always by an even number of extra hits; gaps are never right.
		expect(hits.every((count) => count % 2 === 1)).toBe(true);
		expect(hits.filter((count) => count === 1).length).toBeGreaterThan(
			0.9 * hits.length,
		);
	});

	it("agrees with ray casting on a random soup (seed 3)", () => {
		const random = createRandom(3);
		const count = 60;
		const positions = new Float32Array(count * 9).map(() => random() - 0.5);
		const indices = new Uint32Array(count * 3).map((_, i) => i);
		const mesh: Mesh = { positions, indices };
		const camera: Camera = {
			...canonicalCamera("front", 48, 40),
			worldFromCamera: lookAt([1.1, 0.7, 0.9], [0, 0, 0]),
		};
		const raster = rasterize(mesh, camera);
		const eye = cameraCentre(camera);
		const m = camera.worldFromCamera;
		let compared = 0;
		for (let y = 0; y < 40; y++)
			for (let x = 0; x < 48; x++) {
				const ray = pixelRay(camera, x + 0.5, y + 0.5);
				const hit = castRay(mesh, eye, ray);
				const i = y * 48 + x;
				expect(raster.triangle[i]).toBe(hit ? hit.triangle : -1);
				if (!hit) {
					expect(raster.depth[i]).toBe(Infinity);
					continue;
				}
				const depth = -hit.t * (m[2] * ray[0] + m[6] * ray[1] + m[10] * ray[2]);
				expect(raster.depth[i]).toBeCloseTo(depth, 5);
				expect(raster.bary[i * 2]).toBeCloseTo(hit.b, 4);
				expect(raster.bary[i * 2 + 1]).toBeCloseTo(hit.c, 4);
				compared++;
			}
		expect(compared).toBeGreaterThan(500);
	});

	it("clips a floor that runs behind the camera", () => {
		const camera: Camera = {
			...canonicalCamera("front", 64, 64),
			worldFromCamera: lookAt([0, 1, 0], [0, 1, -1]),
		};
		const floor: Mesh = {
			positions: new Float32Array([-9, 0, 9, 9, 0, 9, 9, 0, -9, -9, 0, -9]),
			indices: new Uint32Array([0, 1, 2, 0, 2, 3]),
		};
		const { depth, bary, triangle } = rasterize(floor, camera);
		for (let y = 0; y < 64; y++) {
			// The floor is one unit below: depth = f / (v − cy), out to 9.
			const expected = camera.fy / (y + 0.5 - camera.cy);
			const i = y * 64 + 20;
			if (!(expected > 0) || expected > 9) {
				expect(triangle[i]).toBe(-1);
				continue;
			}
			expect(depth[i]).toBeCloseTo(expected, 4);
			const z =
				triangle[i] === 0
					? 9 - 18 * bary[i * 2 + 1]
					: 9 - 18 * (bary[i * 2] + bary[i * 2 + 1]);
			expect(z).toBeCloseTo(-expected, 4);
		}
	});

	it("resizes the camera with the raster", () => {
		const mesh = screenMesh(
			[
				[0, 0, 2],
				[8, 0, 2],
				[0, 8, 2],
			],
			[0, 1, 2],
		);
		const { triangle, width } = rasterize(mesh, pixelCamera(8, 8), {
			width: 16,
			height: 4,
		});
		expect(width).toBe(16);
		expect(triangle.filter((t) => t === 0).length).toBe(2 * (7 + 5 + 3 + 1));
	});

	it("skips what cannot be drawn: degenerate, behind, not finite, out of range", () => {
		const mesh: Mesh = {
			positions: new Float32Array([
				0,
				0,
				-1,
				8,
				0,
				-1,
				4,
				0,
				-1,
				0,
				0,
				1,
				8,
				0,
				1,
				0,
				-8,
				1,
				Number.NaN,
				0,
				-1,
				Infinity,
				-3,
				-1,
				2,
				2,
				-Infinity,
			]),
			indices: new Uint32Array([
				0, 1, 2, 3, 4, 5, 0, 1, 6, 0, 1, 7, 0, 7, 8, 0, 1, 99, 0, 0, 0,
			]),
		};
		const { triangle } = rasterize(mesh, pixelCamera(8, 8));
		expect(triangle.every((t) => t === -1)).toBe(true);
		expect(() => rasterize(mesh, pixelCamera(8, 8), { width: 0 })).toThrow(
			RangeError,
		);
	});
});

/** Möller and Trumbore, 1997: the nearest hit, slowly. */
function castRay(
	mesh: Mesh,
	[ox, oy, oz]: readonly [number, number, number],
	[dx, dy, dz]: readonly [number, number, number],
): { triangle: number; t: number; b: number; c: number } | undefined {
	let best: { triangle: number; t: number; b: number; c: number } | undefined;
	const p = mesh.positions;
	for (let k = 0; k < mesh.indices.length / 3; k++) {
		const [a, b, c] = mesh.indices.subarray(k * 3, k * 3 + 3).map((i) => i * 3);
		const e1 = [p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]];
		const e2 = [p[c] - p[a], p[c + 1] - p[a + 1], p[c + 2] - p[a + 2]];
		const h = [
			dy * e2[2] - dz * e2[1],
			dz * e2[0] - dx * e2[2],
			dx * e2[1] - dy * e2[0],
		];
		const f = 1 / (e1[0] * h[0] + e1[1] * h[1] + e1[2] * h[2]);
		const s = [ox - p[a], oy - p[a + 1], oz - p[a + 2]];
		const u = f * (s[0] * h[0] + s[1] * h[1] + s[2] * h[2]);
		const q = [
			s[1] * e1[2] - s[2] * e1[1],
			s[2] * e1[0] - s[0] * e1[2],
			s[0] * e1[1] - s[1] * e1[0],
		];
		const v = f * (dx * q[0] + dy * q[1] + dz * q[2]);
		const t = f * (e2[0] * q[0] + e2[1] * q[1] + e2[2] * q[2]);
		if (u >= 0 && v >= 0 && u + v <= 1 && t > 0 && (!best || t < best.t))
			best = { triangle: k, t, b: u, c: v };
	}
	return best;
}
