import { describe, expect, test } from "vitest";
import type { Mesh } from "../../core/mesh.ts";
import { createRandom } from "../../core/run-context.ts";
import { signedVolume } from "./measure.ts";
import { findSelfIntersections } from "./self-intersections.ts";
import {
	cube,
	flipped,
	icosphere,
	join,
	sphere,
	torus,
	translated,
} from "./shapes.ts";
import { subdivide } from "./subdivide.ts";
import { measureTopology } from "./topology.ts";
import { untangle } from "./untangle.ts";

function moved(
	mesh: Mesh,
	to: (x: number, y: number, z: number) => readonly [number, number, number],
): Mesh {
	const positions = mesh.positions.slice();
	for (let i = 0; i < positions.length; i += 3)
		positions.set(to(positions[i], positions[i + 1], positions[i + 2]), i);
	return { positions, indices: mesh.indices };
}

/** 1.6 × 0.02 × 1, whose sheets have changed places in the middle by `depth`. */
function platePinched(depth: number): Mesh {
	return moved(
		subdivide(subdivide(subdivide(subdivide(cube(2))))),
		(x, y, z) => [
			0.8 * x,
			y * (0.01 - depth * Math.max(0, 1 - 2.5 * Math.hypot(x, z)) ** 2),
			0.5 * z,
		],
	);
}

/** A closed tube bent so that it passes through its own side. */
function tubeThroughItself(): Mesh {
	return moved(torus(60, 12, 1, 0.12), (x, y, z) => {
		const turn = Math.atan2(z, x);
		const far = Math.hypot(x, z);
		// A figure of eight, flat: it meets itself at the centre.
		return [far * Math.cos(turn), y, far * Math.sin(turn) * Math.cos(turn)];
	});
}

function expectClear(mesh: Mesh): void {
	expect(findSelfIntersections(mesh).length).toBe(0);
	const { watertight, manifold, outwardOriented } = measureTopology(mesh);
	expect({ watertight, manifold, outwardOriented }).toEqual({
		watertight: true,
		manifold: true,
		outwardOriented: true,
	});
}

test("a mesh that does not cut itself is handed back as it is", () => {
	const ball = icosphere(2);
	expect(untangle(ball)).toBe(ball);
	const empty = {
		positions: new Float32Array(),
		indices: new Uint32Array(),
	};
	expect(untangle(empty)).toBe(empty);
});

test("a fold is taken out, and what lies far from it stays", () => {
	const ball = icosphere(4);
	const { indices } = ball;
	const positions = ball.positions.slice();
	// Two neighbours change places.
	const t = indices.indexOf(0);
	const n = indices[t - (t % 3) + ((t + 1) % 3)] * 3;
	positions.copyWithin(0, n, n + 3);
	positions.set(ball.positions.subarray(0, 3), n);
	const folded = { positions, indices };
	expect(findSelfIntersections(folded).length).toBeGreaterThan(0);
	const after = untangle(folded);
	expectClear(after);
	expect(after.indices).toBe(indices);
	let changed = 0;
	for (let i = 0; i < positions.length; i++)
		if (after.positions[i] !== positions[i]) changed++;
	expect(changed).toBeLessThan(positions.length / 5);
	expect(signedVolume(after)).toBeCloseTo(signedVolume(ball), 1);
});

test("a thin plate whose sheets changed places is a plate again", () => {
	const pinched = platePinched(0.018);
	expect(findSelfIntersections(pinched).length).toBeGreaterThan(8);
	const after = untangle(pinched);
	expectClear(after);
	expect(after.indices).toBe(pinched.indices);
	// No more than 0.018 was wrong; nothing is pulled in by more than twice that.
	for (let i = 0; i < after.positions.length; i++)
		expect(Math.abs(after.positions[i] - pinched.positions[i])).toBeLessThan(
			0.03,
		);
	const volume = signedVolume(after);
	expect(volume).toBeGreaterThan(0.9 * signedVolume(pinched));
	expect(volume).toBeLessThan(1.1 * 1.6 * 0.02);
});

test("what cannot be pushed goes back to where nothing crossed", () => {
	const before = subdivide(subdivide(subdivide(cube(1))));
	const crossed = moved(before, (x, y, z) => [
		x,
		Math.abs(x) < 0.3 ? -1.5 * y : y,
		z,
	]);
	expect(findSelfIntersections(crossed).length).toBeGreaterThan(0);
	const after = untangle(crossed, undefined, { reference: before.positions });
	expectClear(after);
	expect(after.indices).toBe(crossed.indices);
	expect(signedVolume(after)).toBeGreaterThan(0.5);
});

describe("hostile meshes come out closed and clear", () => {
	test("two spheres become their union", () => {
		const pair = join(icosphere(2), translated(icosphere(2), 1, 0.1, 0));
		const after = untangle(pair);
		expectClear(after);
		expect(measureTopology(after).componentCount).toBe(1);
		// Lens of two unit spheres at distance d: π (4 + d) (2 − d)² / 12.
		const d = Math.hypot(1, 0.1);
		const union = (8 * Math.PI) / 3 - (Math.PI * (4 + d) * (2 - d) ** 2) / 12;
		expect(signedVolume(after) / union).toBeGreaterThan(0.93);
		expect(signedVolume(after) / union).toBeLessThan(1.02);
	});

	test.each([
		["a tube through itself", tubeThroughItself()],
		[
			"a pocket turned out through the far side",
			moved(sphere(16, 32), (x, y, z) => [
				x,
				y > 0.8 ? y - 12 * (y - 0.8) : y,
				z,
			]),
		],
		["a plate turned inside out all over", platePinched(0.3)],
		[
			"two crossed plates",
			join(
				moved(subdivide(cube(1)), (x, y, z) => [x, 0.02 * y, z]),
				moved(subdivide(cube(1)), (x, y, z) => [0.02 * x, y, 0.9 * z]),
			),
		],
		["twice the same", join(icosphere(2), icosphere(2))],
		[
			"solid and its own negative",
			join(icosphere(2), flipped(translated(icosphere(2), 0.5, 0, 0))),
		],
	])("%s", (_, mesh) => {
		expect(findSelfIntersections(mesh).length).toBeGreaterThan(0);
		const after = untangle(mesh);
		expectClear(after);
	});

	test.each([1, 2, 3])("noise as large as the triangles, seed %i", (seed) => {
		const random = createRandom(seed);
		const noisy = moved(icosphere(2), (x, y, z) => [
			x + 0.5 * (random() - 0.5),
			y + 0.5 * (random() - 0.5),
			z + 0.5 * (random() - 0.5),
		]);
		expect(findSelfIntersections(noisy).length).toBeGreaterThan(50);
		expectClear(untangle(noisy));
	});
});

test("the same mesh gives the same result", () => {
	expect(untangle(platePinched(0.018)).positions).toEqual(
		untangle(platePinched(0.018)).positions,
	);
});

test("stops where the checkpoint throws", () => {
	expect(() =>
		untangle(platePinched(0.3), () => {
			throw new Error("stop");
		}),
	).toThrow("stop");
});
