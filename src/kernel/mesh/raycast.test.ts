import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { buildBvh } from "./bvh.ts";
import { anyHits, nearestHits } from "./raycast.ts";
import { cube, icosphere, torus } from "./shapes.ts";

describe("rays", () => {
	it("hit a cube where they should, also along its sides", () => {
		const bvh = buildBvh(cube());
		const origins = Float32Array.of(0, 0, 5, 0, 0, 0, 5, 5, 5, 0.5, 0, 5);
		const directions = Float32Array.of(0, 0, -1, 0, 2, 0, 0, 0, -1, 0, 0, -1);
		const { distances, triangles } = nearestHits(bvh, origins, directions);
		expect([...distances]).toEqual([4.5, 0.25, Infinity, 4.5]);
		expect(triangles[2]).toBe(-1);
		expect(triangles[0]).toBeGreaterThanOrEqual(10);
		expect([...anyHits(bvh, origins, directions)]).toEqual([1, 1, 0, 1]);
	});

	it("respect their limits", () => {
		const bvh = buildBvh(cube());
		const origin = Float32Array.of(0.1, 0.2, 5);
		const direction = Float32Array.of(0, 0, -1);
		const from = (options: object): number =>
			nearestHits(bvh, origin, direction, options).distances[0];
		expect(from({ minDistance: 4.6 })).toBeCloseTo(5.5, 6);
		expect(from({ maxDistance: 4.4 })).toBe(Infinity);
		expect([...anyHits(bvh, origin, direction, { maxDistance: 4 })]).toEqual([
			0,
		]);
	});

	it("leave a closed surface as often as they enter it: none slips through an edge", () => {
		const mesh = icosphere(2);
		const bvh = buildBvh(mesh);
		const count = mesh.positions.length / 3;
		// From the centre through every vertex and the middle of every edge.
		const directions: number[] = [];
		for (let v = 0; v < count; v++)
			directions.push(...mesh.positions.subarray(v * 3, v * 3 + 3));
		for (let h = 0; h < mesh.indices.length; h++) {
			const a = mesh.indices[h] * 3;
			const b = mesh.indices[h % 3 === 2 ? h - 2 : h + 1] * 3;
			for (let k = 0; k < 3; k++)
				directions.push((mesh.positions[a + k] + mesh.positions[b + k]) / 2);
		}
		const hits = anyHits(
			bvh,
			new Float32Array(directions.length),
			Float32Array.from(directions),
		);
		expect(hits.every((h) => h === 1)).toBe(true);
	});

	it("agree with brute force on a torus, seed 6", () => {
		const random = createRandom(6);
		const mesh = torus(20, 12);
		const bvh = buildBvh(mesh);
		const origins = Float32Array.from({ length: 900 }, () => 4 * random() - 2);
		const directions = Float32Array.from({ length: 900 }, () => random() - 0.5);
		const { distances } = nearestHits(bvh, origins, directions);
		let hitCount = 0;
		for (let i = 0; i < 300; i++) {
			let expected = Infinity;
			// Every triangle in a tree of its own.
			for (let t = 0; t < mesh.indices.length; t += 3) {
				const one = { ...mesh, indices: mesh.indices.slice(t, t + 3) };
				const d = planeHit(
					one.positions,
					one.indices,
					origins.subarray(i * 3, i * 3 + 3),
					directions.subarray(i * 3, i * 3 + 3),
				);
				expected = Math.min(expected, d);
			}
			if (expected < Infinity) {
				hitCount++;
				expect(distances[i]).toBeCloseTo(expected, 5);
			} else expect(distances[i]).toBe(Infinity);
		}
		expect(hitCount).toBeGreaterThan(30);
	});
});

/** Distance to one triangle by its plane and the three sides of its outline. */
function planeHit(
	p: Float32Array,
	[a, b, c]: Uint32Array,
	o: Float32Array,
	d: Float32Array,
): number {
	const at = (v: number): number[] => [p[v * 3], p[v * 3 + 1], p[v * 3 + 2]];
	const sub = (u: ArrayLike<number>, v: ArrayLike<number>): number[] => [
		u[0] - v[0],
		u[1] - v[1],
		u[2] - v[2],
	];
	const cross = (u: number[], v: number[]): number[] => [
		u[1] * v[2] - u[2] * v[1],
		u[2] * v[0] - u[0] * v[2],
		u[0] * v[1] - u[1] * v[0],
	];
	const dot = (u: ArrayLike<number>, v: ArrayLike<number>): number =>
		u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
	const n = cross(sub(at(b), at(a)), sub(at(c), at(a)));
	const t = dot(n, sub(at(a), o)) / dot(n, d);
	if (!(t >= 0)) return Infinity;
	const q = [o[0] + t * d[0], o[1] + t * d[1], o[2] + t * d[2]];
	for (const [u, v] of [
		[a, b],
		[b, c],
		[c, a],
	])
		if (dot(cross(sub(at(v), at(u)), sub(q, at(u))), n) < 0) return Infinity;
	return t;
}
