import { describe, expect, it } from "vitest";
import type { Mesh } from "../../core/mesh.ts";
import { createRandom } from "../../core/run-context.ts";
import { findSelfIntersections } from "./self-intersections.ts";
import {
	cube,
	exploded,
	icosphere,
	join,
	sphere,
	torus,
	translated,
} from "./shapes.ts";

/** Slow and different: clip one triangle's edges against the other's plane, in plain algebra. */
function crossesSlowly(p: number[][], q: number[][]): boolean {
	const sub = (a: number[], b: number[]): number[] => a.map((x, k) => x - b[k]);
	const dot = (a: number[], b: number[]): number =>
		a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
	const cross = (a: number[], b: number[]): number[] => [
		a[1] * b[2] - a[2] * b[1],
		a[2] * b[0] - a[0] * b[2],
		a[0] * b[1] - a[1] * b[0],
	];
	const pierces = (s: number[], e: number[], t: number[][]): boolean => {
		const n = cross(sub(t[1], t[0]), sub(t[2], t[0]));
		const ds = dot(n, sub(s, t[0]));
		const de = dot(n, sub(e, t[0]));
		if (ds * de >= 0) return false;
		const r = ds / (ds - de);
		const x = s.map((v, k) => v + r * (e[k] - v));
		return [0, 1, 2].every(
			(k) => dot(cross(sub(t[(k + 1) % 3], t[k]), sub(x, t[k])), n) > 0,
		);
	};
	return [0, 1, 2].some(
		(k) => pierces(p[k], p[(k + 1) % 3], q) || pierces(q[k], q[(k + 1) % 3], p),
	);
}

function triangle(mesh: Mesh, t: number): number[][] {
	return [0, 1, 2].map((k) => {
		const v = mesh.indices[t * 3 + k] * 3;
		return [...mesh.positions.subarray(v, v + 3)];
	});
}

describe("findSelfIntersections", () => {
	it.each([
		["cube", cube()],
		["sphere", sphere(40, 60)],
		["icosphere", icosphere(3)],
		["torus", torus(60, 30)],
		["loose triangles", exploded(torus(20, 10))],
		["solids apart", join(cube(), translated(icosphere(2), 3, 0, 0))],
		["solids one in the other", join(icosphere(2), cube(0.5))],
	])("is silent on %s", (_, mesh) => {
		expect(findSelfIntersections(mesh).length).toBe(0);
	});

	it("finds two cubes that overlap at a corner", () => {
		const mesh = join(cube(), translated(cube(), 0.4, 0.3, 0.2));
		const found = findSelfIntersections(mesh);
		expect(found.length).toBeGreaterThan(6);
		expect(found.some((t) => t < 12)).toBe(true);
		expect(found.some((t) => t >= 12)).toBe(true);
	});

	it("finds sides that share area in one plane, with common corners or without", () => {
		const apart = join(cube(), translated(cube(0.5), 0.75, 0, 0));
		expect(findSelfIntersections(apart).length).toBeGreaterThan(2);
		const same = join(cube(), translated(cube(), 1, 0, 0));
		expect(findSelfIntersections(same).length).toBe(4);
	});

	it("does not call touching at an edge or a corner a crossing", () => {
		expect(
			findSelfIntersections(join(cube(), translated(cube(), 1, 1, 0))).length,
		).toBe(0);
	});

	it("finds a triangle folded onto its neighbour, and one through the other's tip", () => {
		const folded = {
			positions: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0),
			indices: Uint32Array.of(0, 1, 2, 1, 0, 3),
		};
		expect([...findSelfIntersections(folded)]).toEqual([0, 1]);
		const open = { ...folded, indices: Uint32Array.of(0, 1, 2, 1, 3, 2) };
		expect(findSelfIntersections(open).length).toBe(0);
		const through = {
			positions: Float32Array.of(
				...[0, 0, 0, 2, 1, 0, 2, -1, 0],
				...[1, 0, 1, 1, 0, -1],
			),
			indices: Uint32Array.of(0, 1, 2, 0, 3, 4),
		};
		expect([...findSelfIntersections(through)]).toEqual([0, 1]);
	});

	it.each([1, 2, 3, 4])(
		"agrees with all pairs on random triangles, seed %i",
		(seed) => {
			const random = createRandom(seed);
			const positions = new Float32Array(150 * 9);
			for (let t = 0; t < 150; t++) {
				const centre = [random(), random(), random()];
				for (let i = 0; i < 9; i++)
					positions[t * 9 + i] = centre[i % 3] + 0.4 * (random() - 0.5);
			}
			const mesh = {
				positions,
				indices: Uint32Array.from({ length: 450 }, (_, h) => h),
			};
			const expected = new Set<number>();
			for (let s = 0; s < 150; s++)
				for (let t = s + 1; t < 150; t++)
					if (crossesSlowly(triangle(mesh, s), triangle(mesh, t)))
						expected.add(s).add(t);
			expect(expected.size).toBeGreaterThan(20);
			expect([...findSelfIntersections(mesh)]).toEqual(
				[...expected].sort((a, b) => a - b),
			);
		},
	);

	it("finds a dent pushed through the far side", () => {
		const mesh = icosphere(3);
		const positions = mesh.positions.slice();
		positions.set([0, 0, 0], 0);
		for (let k = 0; k < 3; k++) positions[k] = -1.5 * mesh.positions[k];
		const found = findSelfIntersections({ ...mesh, positions });
		expect(found.length).toBeGreaterThan(5);
		expect(found.length).toBeLessThan(60);
	});

	it("is empty on an empty mesh", () => {
		expect(
			findSelfIntersections({
				positions: new Float32Array(),
				indices: new Uint32Array(),
			}).length,
		).toBe(0);
	});
});
