import { describe, expect, test } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { signedVolume } from "../mesh/measure.ts";
import { expectSolid } from "../mesh/solid.test-support.ts";
import { extractLattice, type LatticeSource } from "./extract-lattice.ts";

/** A lattice from a formula over −1…1, and how many points were evaluated. */
function latticeOf(
	size: number,
	f: (x: number, y: number, z: number) => number,
): LatticeSource & { evaluated: number } {
	return {
		size,
		evaluated: 0,
		async sample(points) {
			this.evaluated += points.length;
			return Float32Array.from(points, (point) => {
				const at = (i: number): number => (2 * i) / (size - 1) - 1;
				return f(
					at(point % size),
					at(Math.floor(point / size) % size),
					at(Math.floor(point / (size * size))),
				);
			});
		},
	};
}

const ball =
	(x0: number, y0: number, z0: number, r: number) =>
	(x: number, y: number, z: number): number =>
		Math.hypot(x - x0, y - y0, z - z0) - r;

describe("extractLattice", () => {
	test("a ball: closed, its volume, few points evaluated", async () => {
		const source = latticeOf(96, ball(0.1, 0, -0.05, 0.7));
		const mesh = await extractLattice(source);
		expectSolid(mesh);
		const world = (2 / 95) ** 3;
		expect(signedVolume(mesh) * world).toBeCloseTo(
			(4 / 3) * Math.PI * 0.7 ** 3,
			2,
		);
		expect(source.evaluated).toBeLessThan(0.14 * 96 ** 3);
	});

	test("what leaves the lattice is capped at its edge", async () => {
		const mesh = await extractLattice(latticeOf(24, ball(1, 0, 0, 0.6)));
		expectSolid(mesh);
		const x = mesh.positions.filter((_, n) => n % 3 === 0);
		expect(Math.max(...x)).toBeCloseTo(23, 2);
		expectSolid(await extractLattice(latticeOf(17, () => -1)));
	});

	test("two balls, a torus, a thin plate: the same surface as when all points are evaluated", async () => {
		const shapes = [
			(x: number, y: number, z: number) =>
				Math.min(
					ball(-0.5, 0.2, 0, 0.3)(x, y, z),
					ball(0.6, -0.3, 0.4, 0.2)(x, y, z),
				),
			(x: number, y: number, z: number) =>
				Math.hypot(Math.hypot(x, y) - 0.6, z) - 0.2,
			(x: number, y: number, z: number) =>
				Math.max(Math.abs(x - 0.01) - 0.065, Math.hypot(y, z) - 0.8),
			(x: number, y: number, z: number) =>
				Math.cos(7 * x) + Math.cos(6 * y + 1) + Math.cos(8 * z),
		];
		for (const shape of shapes)
			for (const size of [33, 48, 50, 51]) {
				const sparse = await extractLattice(latticeOf(size, shape));
				const dense = await extractLattice(latticeOf(size, shape), {
					stride: 1,
				});
				expectSolid(sparse);
				expect(sparse.positions).toEqual(dense.positions);
				expect(sparse.indices).toEqual(dense.indices);
			}
	});

	test("white noise, the hardest signs there are, loses nothing, seed 5", async () => {
		const size = 20;
		const random = createRandom(5);
		const values = Float32Array.from(
			{ length: size ** 3 },
			() => random() - 0.5,
		);
		const source: LatticeSource = {
			size,
			sample: async (points) => Float32Array.from(points, (p) => values[p]),
		};
		const sparse = await extractLattice(source);
		expect(sparse.indices).toEqual(
			(await extractLattice(source, { stride: 1 })).indices,
		);
		expectSolid(sparse);
	});

	test("what is not a number is outside", async () => {
		const mesh = await extractLattice(
			latticeOf(24, (x, y, z) =>
				x > 0.1 ? Number.NaN : ball(0, 0, 0, 0.7)(x, y, z),
			),
		);
		expectSolid(mesh);
		expect(
			Math.max(...mesh.positions.filter((_, n) => n % 3 === 0)),
		).toBeLessThan(14);
	});

	test("crossings follow the rule that is given", async () => {
		const plane = latticeOf(9, (x) => x - 0.1);
		const mesh = await extractLattice(plane, { crossing: () => 0.75 });
		const inner = mesh.positions.filter(
			(x, n) => n % 3 === 0 && x % 1 !== 0 && x > 0 && x < 8,
		);
		expect(inner.length).toBeGreaterThan(0);
		for (const x of inner) expect(x).toBe(4.75);
	});

	test("nothing inside is an empty mesh", async () => {
		const mesh = await extractLattice(latticeOf(16, () => 1));
		expect(mesh.indices.length).toBe(0);
	});

	test("a failure of the source and a cancel come through", async () => {
		const broken: LatticeSource = {
			size: 16,
			sample: async () => {
				throw new Error("lost");
			},
		};
		await expect(extractLattice(broken)).rejects.toThrow("lost");
		await expect(
			extractLattice(latticeOf(16, ball(0, 0, 0, 0.5)), {}, () => {
				throw new Error("stop");
			}),
		).rejects.toThrow("stop");
	});
});
