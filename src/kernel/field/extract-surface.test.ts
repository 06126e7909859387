import ManifoldModule from "manifold-3d";
import { describe, expect, test } from "vitest";
import { LunarError } from "../../core/errors.ts";
import type { Box, Mesh } from "../../core/mesh.ts";
import { createRandom } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";
import { extractSurface } from "./extract-surface.ts";

const CUBE: Box = { min: [-1, -1, -1], max: [1, 1, 1] };

/** A field from a formula. */
function fieldOf(
	f: (x: number, y: number, z: number) => number,
	lipschitz?: number,
	bounds: Box = CUBE,
): Field {
	return {
		bounds,
		...(lipschitz === undefined ? {} : { lipschitz }),
		sample(points, out, count) {
			for (let n = 0; n < count; n++)
				out[n] = f(points[n * 3], points[n * 3 + 1], points[n * 3 + 2]);
		},
	};
}

/** Independent noise at every point of a lattice: the hardest signs there are. */
function noise(seed: number): (x: number, y: number, z: number) => number {
	return (x, y, z) => {
		const at = [x, y, z].map((v) => Math.round((v + 1) * 500));
		let h = seed | 0;
		for (const v of at) h = Math.imul(h ^ v, 0x5bd1e995) ^ (h >>> 13);
		return createRandom(h)() - 0.5;
	};
}

function volumeOf(mesh: Mesh): number {
	const { positions: p, indices } = mesh;
	let sum = 0;
	for (let n = 0; n < indices.length; n += 3) {
		const [a, b, c] = [indices[n] * 3, indices[n + 1] * 3, indices[n + 2] * 3];
		sum +=
			p[a] * (p[b + 1] * p[c + 2] - p[b + 2] * p[c + 1]) +
			p[a + 1] * (p[b + 2] * p[c] - p[b] * p[c + 2]) +
			p[a + 2] * (p[b] * p[c + 1] - p[b + 1] * p[c]);
	}
	return sum / 6;
}

/** Each edge has two opposite half-edges, and the triangles round each vertex form one fan. */
function assertClosedManifold(mesh: Mesh): void {
	const { indices } = mesh;
	const vertexCount = mesh.positions.length / 3;
	const faceOfHalfEdge = new Map<number, number>();
	for (let n = 0; n < indices.length; n++) {
		const to = n % 3 === 2 ? n - 2 : n + 1;
		const key = indices[n] * vertexCount + indices[to];
		if (indices[n] === indices[to]) throw new Error("degenerate triangle");
		if (faceOfHalfEdge.has(key)) throw new Error("half-edge used twice");
		faceOfHalfEdge.set(key, (n / 3) | 0);
	}
	for (const key of faceOfHalfEdge.keys())
		if (
			!faceOfHalfEdge.has(
				(key % vertexCount) * vertexCount + Math.floor(key / vertexCount),
			)
		)
			throw new Error("open edge");
	const degree = new Uint32Array(vertexCount);
	const corner = new Int32Array(vertexCount).fill(-1);
	for (let n = 0; n < indices.length; n++) {
		degree[indices[n]]++;
		corner[indices[n]] = n;
	}
	for (let v = 0; v < vertexCount; v++) {
		if (degree[v] < 3) throw new Error("vertex without a fan");
		// Walk the fan: the triangle across the edge to the previous corner.
		let at = corner[v];
		let steps = 0;
		do {
			const previous = indices[at % 3 === 0 ? at + 2 : at - 1];
			const face = faceOfHalfEdge.get(v * vertexCount + previous) as number;
			at = face * 3;
			while (indices[at] !== v) at++;
			steps++;
		} while (at !== corner[v] && steps <= degree[v]);
		if (steps !== degree[v]) throw new Error("vertex with two fans");
	}
}

describe("extractSurface", () => {
	test("finds a sphere with its volume, outward, and on the field's zero", () => {
		const mesh = extractSurface(
			fieldOf((x, y, z) => Math.hypot(x, y, z) - 0.8, 1),
			{ resolution: 40 },
		);
		assertClosedManifold(mesh);
		expect(volumeOf(mesh)).toBeCloseTo((4 / 3) * Math.PI * 0.8 ** 3, 1);
		let worst = 0;
		for (let n = 0; n < mesh.positions.length; n += 3)
			worst = Math.max(
				worst,
				Math.abs(Math.hypot(...mesh.positions.subarray(n, n + 3)) - 0.8),
			);
		expect(worst).toBeLessThan(0.001); // a vertex keeps 1 % of an edge from its ends
	});

	test("places vertices on the true zero of a curved field", () => {
		// x³ is far from straight across a cell.
		const mesh = extractSurface(
			fieldOf((x) => x ** 3 - 0.001, undefined, {
				min: [-1, -0.2, -0.2],
				max: [1, 0.2, 0.2],
			}),
			{ resolution: 9 },
		);
		const nearest = Math.min(
			...Array.from(
				{ length: mesh.positions.length / 3 },
				(_, v) => mesh.positions[v * 3],
			).map((x) => Math.abs(x - 0.1)),
		);
		expect(nearest).toBeLessThan(0.01);
	});

	test.each([1, 2, 3, 4, 5])(
		"is a closed manifold on noise, seed %i",
		async (seed) => {
			const mesh = extractSurface(fieldOf(noise(seed)), { resolution: 10 });
			expect(mesh.indices.length).toBeGreaterThan(3000);
			assertClosedManifold(mesh);
			const wasm = await ManifoldModule();
			wasm.setup();
			const solid = new wasm.Manifold(
				new wasm.Mesh({
					numProp: 3,
					vertProperties: mesh.positions,
					triVerts: mesh.indices,
				}),
			);
			expect(solid.status()).toBe("NoError");
			expect(solid.volume()).toBeCloseTo(volumeOf(mesh), 3);
			solid.delete();
		},
	);

	test("closes what leaves the bounds, flat on the bounds", () => {
		const mesh = extractSurface(
			fieldOf(() => -5, 1),
			{ resolution: 12 },
		);
		assertClosedManifold(mesh);
		expect(volumeOf(mesh)).toBeCloseTo(8, 1);
		const half = extractSurface(
			fieldOf((x) => x, 1),
			{ resolution: 33 },
		);
		assertClosedManifold(half);
		expect(volumeOf(half)).toBeCloseTo(4, 1);
	});

	test("covers boxes that are not cubes", () => {
		const box: Box = { min: [10, -3, 5], max: [12, -2.6, 5.9] };
		const mesh = extractSurface(
			fieldOf(
				(x, y, z) => Math.hypot(x - 11, (y + 2.8) * 4, (z - 5.4) * 2) - 0.7,
				4,
				box,
			),
			{ resolution: 50 },
		);
		assertClosedManifold(mesh);
		expect(volumeOf(mesh)).toBeCloseTo(((4 / 3) * Math.PI * 0.7 ** 3) / 8, 2);
	});

	test.each([1, 2, 3, 4])(
		"skipping by the Lipschitz bound changes nothing, seed %i",
		(seed) => {
			const random = createRandom(seed);
			const balls = Array.from({ length: 6 }, () => [
				random() * 2 - 1,
				random() * 2 - 1,
				random() * 2 - 1,
				random() * 0.5,
			]);
			const f = (x: number, y: number, z: number): number =>
				Math.min(
					...balls.map(([a, b, c, r]) => Math.hypot(x - a, y - b, z - c) - r),
				);
			const sparse = extractSurface(fieldOf(f, 1), { resolution: 45 });
			const dense = extractSurface(fieldOf(f), { resolution: 45 });
			assertClosedManifold(sparse);
			for (const key of ["positions", "indices"] as const)
				expect(
					Buffer.from(sparse[key].buffer).equals(
						Buffer.from(dense[key].buffer),
					),
				).toBe(true);
		},
	);

	test("skips most of the space", () => {
		let evaluations = 0;
		const field = fieldOf((x, y, z) => Math.hypot(x, y, z) - 0.8, 1);
		extractSurface(
			{
				...field,
				sample(points, out, count) {
					evaluations += count;
					field.sample(points, out, count);
				},
			},
			{ resolution: 128 },
		);
		expect(evaluations).toBeLessThan(128 ** 3 * 0.75);
	});

	test("an empty field gives an empty mesh, and NaN counts as outside", () => {
		expect(
			extractSurface(
				fieldOf(() => 1),
				{ resolution: 8 },
			).indices,
		).toHaveLength(0);
		expect(
			extractSurface(
				fieldOf(() => Number.NaN),
				{ resolution: 8 },
			).indices,
		).toHaveLength(0);
	});

	test("rejects resolutions and bounds that make no grid", () => {
		const f = fieldOf(() => 1);
		for (const resolution of [0, -4, Number.NaN, 5000])
			expect(() => extractSurface(f, { resolution })).toThrow(RangeError);
		const flat = fieldOf(() => 1, 1, { min: [0, 0, 0], max: [1, 1, 0] });
		expect(() => extractSurface(flat, { resolution: 8 })).toThrow(RangeError);
	});

	test("reports rising progress and stops when the checkpoint throws", () => {
		const sphere = fieldOf((x, y, z) => Math.hypot(x, y, z) - 0.8, 1);
		const seen: number[] = [];
		extractSurface(sphere, { resolution: 64 }, (fraction) =>
			seen.push(fraction),
		);
		expect(seen.length).toBeGreaterThan(10);
		expect(seen).toEqual(seen.toSorted((a, b) => a - b));
		expect(() =>
			extractSurface(sphere, { resolution: 64 }, () => {
				throw new LunarError("CANCELLED", "stop");
			}),
		).toThrow(LunarError);
	});
});
