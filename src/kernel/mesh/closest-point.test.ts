import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { buildBvh } from "./bvh.ts";
import { closestDistances, closestPoints } from "./closest-point.ts";
import { cube, icosphere, torus, voxelBlob } from "./shapes.ts";

/** Slow and different: the three edges and the projection onto the face. */
function distanceToTriangle(p: number[], c: ArrayLike<number>): number {
	const corner = (k: number): number[] => [
		c[k * 3],
		c[k * 3 + 1],
		c[k * 3 + 2],
	];
	const sub = (a: number[], b: number[]): number[] => a.map((x, i) => x - b[i]);
	const dot = (a: number[], b: number[]): number =>
		a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
	const cross = (a: number[], b: number[]): number[] => [
		a[1] * b[2] - a[2] * b[1],
		a[2] * b[0] - a[0] * b[2],
		a[0] * b[1] - a[1] * b[0],
	];
	let best = Infinity;
	let inside = true;
	const n = cross(sub(corner(1), corner(0)), sub(corner(2), corner(0)));
	for (let k = 0; k < 3; k++) {
		const a = corner(k);
		const d = sub(corner((k + 1) % 3), a);
		const w = sub(p, a);
		const length = dot(d, d);
		const r = length > 0 ? Math.min(1, Math.max(0, dot(w, d) / length)) : 0;
		best = Math.min(
			best,
			Math.hypot(
				...sub(
					w,
					d.map((x) => x * r),
				),
			),
		);
		if (dot(cross(d, w), n) < 0) inside = false;
	}
	const area = Math.sqrt(dot(n, n));
	if (inside && area > 0)
		best = Math.min(best, Math.abs(dot(sub(p, corner(0)), n)) / area);
	return best;
}

describe("closestPoints", () => {
	it.each([
		["cube", cube()],
		["torus", torus(14, 9)],
		["blob", voxelBlob(9, createRandom(3))],
	])("agrees with brute force on %s, seed 7", (_, mesh) => {
		const random = createRandom(7);
		const points = Float32Array.from({ length: 600 }, () => 3 * random() - 1.5);
		const bvh = buildBvh(mesh);
		const found = closestPoints(bvh, points);
		for (let i = 0; i < 200; i++) {
			const p = [...points.subarray(i * 3, i * 3 + 3)];
			let expected = Infinity;
			for (let s = 0; s < mesh.indices.length / 3; s++)
				expected = Math.min(
					expected,
					distanceToTriangle(p, bvh.corners.subarray(s * 9, s * 9 + 9)),
				);
			expect(found.distances[i]).toBeCloseTo(expected, 6);
			const q = found.points.subarray(i * 3, i * 3 + 3);
			expect(Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2])).toBeCloseTo(
				expected,
				6,
			);
			const slot = bvh.order.indexOf(found.triangles[i]);
			expect(
				distanceToTriangle(p, bvh.corners.subarray(slot * 9, slot * 9 + 9)),
			).toBeCloseTo(expected, 6);
		}
	});

	it("agrees with brute force on random needles and points, seed 11", () => {
		const random = createRandom(11);
		for (let round = 0; round < 300; round++) {
			const positions = Float32Array.from({ length: 9 }, random);
			if (round % 3 === 0) positions.copyWithin(3, 0, 3); // two equal corners
			if (round % 3 === 1)
				for (let k = 0; k < 3; k++)
					positions[6 + k] = 2 * positions[3 + k] - positions[k]; // in one line
			const bvh = buildBvh({ positions, indices: Uint32Array.of(0, 1, 2) });
			const p = [2 * random(), 2 * random(), 2 * random()];
			const [d] = closestDistances(bvh, Float32Array.from(p));
			expect(d).toBeCloseTo(distanceToTriangle(p, positions), 5);
		}
	});

	it("is the distance to a sphere, within its sag", () => {
		const bvh = buildBvh(icosphere(4));
		const d = closestDistances(
			bvh,
			Float32Array.of(0, 0, 0, 3, 0, 0, 0, -5, 0),
		);
		expect(d[0]).toBeGreaterThan(0.995);
		expect(d[1]).toBeCloseTo(2, 2);
		expect(d[2]).toBeCloseTo(4, 2);
	});
});
