import { expect, test } from "vitest";
import type { Mesh } from "../../core/mesh.ts";
import { colorPyramid } from "../image/color-pyramid.ts";
import { createCostRooms } from "./best-two.ts";
import { lookFrom, paintedView } from "./painted-view.test-support.ts";
import type { SmallView } from "./small-view.ts";
import {
	reachInside,
	SWEEP_DEFAULTS,
	sweepDepth,
	sweepView,
} from "./sweep-depth.ts";

const SIZE = 96;
const DISTANCE = 2;
/** The left half of a square lies at z = 0, the right half this much behind. */
const STEP = 0.1;

function square(left: number, right: number, z: number): Mesh {
	return {
		// biome-ignore format: a corner a group
		positions: Float32Array.from([
			left, -0.5, z,  right, -0.5, z,  right, 0.5, z,  left, 0.5, z,
		]),
		indices: Uint32Array.from([0, 1, 2, 0, 2, 3]),
	};
}

const left = square(-0.5, 0, 0);
const right = square(0, 0.5, -STEP);
const steps: Mesh = {
	positions: Float32Array.from([...left.positions, ...right.positions]),
	indices: Uint32Array.from([
		...left.indices,
		...right.indices.map((v) => v + 4),
	]),
};

function see(x: number, y: number): SmallView {
	const { image, mask, camera } = paintedView(
		steps,
		lookFrom(x, y, DISTANCE, SIZE, 1.6 * SIZE),
	);
	return sweepView(camera, colorPyramid(image, mask, 1)[0]);
}

const view = see(0, 0);
const neighbours = [see(0.7, 0), see(-0.7, 0), see(0, 0.7), see(0, -0.7)];
/** The hull: all that lies behind z = 0 and before z = −0.3. */
const hull = {
	enter: view.colors
		.filter((_, i) => i % 4 === 3)
		.map((alpha) => (alpha > 0 ? DISTANCE : Infinity)),
	reach: new Float32Array(SIZE * SIZE).fill(0.3),
};

test("a plane and a step behind the hull are found", () => {
	const { depth, trust } = sweepDepth(view, neighbours, hull);
	for (const [half, truth] of [
		["front", DISTANCE],
		["back", DISTANCE + STEP],
	] as const) {
		const errors: number[] = [];
		for (let n = 0; n < depth.length; n++) {
			const x = (n % SIZE) - SIZE / 2;
			// Some pixels from the step, where windows mix both, and from the border.
			const inHalf = half === "front" ? x > -32 && x < -6 : x > 6 && x < 32;
			const y = Math.floor(n / SIZE) - SIZE / 2;
			if (!inHalf || Math.abs(y) > 32) continue;
			if (trust[n] > 0) errors.push(Math.abs(depth[n] - truth));
		}
		errors.sort((a, b) => a - b);
		expect(errors.length).toBeGreaterThan(1550);
		expect(errors[errors.length >> 1], half).toBeLessThan(0.002);
		expect(errors[Math.floor(errors.length * 0.95)], half).toBeLessThan(0.006);
	}
});

test("a sweep that begins farther in finds the same, and says how far behind the hull", () => {
	const first = sweepDepth(view, neighbours, hull);
	const again = sweepDepth(
		view,
		neighbours,
		{ ...hull, from: hull.enter.map((d) => d + 0.04) },
		{ ...SWEEP_DEFAULTS, count: 24, before: 8 },
	);
	let same = 0;
	let all = 0;
	for (let n = 0; n < again.depth.length; n++) {
		if (again.trust[n] <= 0 || first.trust[n] <= 0) continue;
		expect(again.behind[n]).toBeCloseTo(again.depth[n] - DISTANCE, 5);
		all++;
		if (Math.abs(again.depth[n] - first.depth[n]) < 0.003) same++;
	}
	expect(all).toBeGreaterThan(2000);
	expect(same / all).toBeGreaterThan(0.9);
	expect(Math.max(...again.behind)).toBeGreaterThan(0.09);
	expect(Math.min(...again.behind)).toBe(0); // on the hull, not before it
});

test("pixels off the object or the hull have no depth", () => {
	const enter = hull.enter.map((d, n) => (n % SIZE < SIZE / 2 ? Infinity : d));
	const { depth, trust } = sweepDepth(view, neighbours, { ...hull, enter });
	let known = 0;
	let invented = 0;
	for (let n = 0; n < depth.length; n++)
		if (enter[n] === Infinity || view.colors[n * 4 + 3] === 0) {
			if (depth[n] !== 0 || trust[n] !== 0) invented++;
		} else if (trust[n] > 0) known++;
	expect(invented).toBe(0);
	expect(known).toBeGreaterThan(1000);
});

test("no depth lies behind where the ray leaves the hull for good", () => {
	const { depth } = sweepDepth(view, neighbours, {
		...hull,
		reach: new Float32Array(SIZE * SIZE).fill(0.02),
	});
	expect(Math.max(...depth)).toBeLessThan(DISTANCE + 0.04);
});

test("nothing is known with one neighbour", () => {
	const { trust } = sweepDepth(view, neighbours.slice(0, 1), hull);
	expect(Math.max(...trust)).toBe(0);
});

test("memory used before changes nothing", () => {
	const memory = createCostRooms();
	const first = sweepDepth(view, neighbours, hull, undefined, memory);
	sweepDepth(
		neighbours[0],
		[view, ...neighbours.slice(1)],
		hull,
		undefined,
		memory,
	);
	const again = sweepDepth(view, neighbours, hull, undefined, memory);
	const fresh = sweepDepth(view, neighbours, hull);
	expect(again).toEqual(first);
	expect(fresh).toEqual(first);
});

test("reach is where the ray leaves the solid for the last time: a sliver before it is not all", () => {
	const camera = lookFrom(0, 0, 2, 8, 16);
	const enter = new Float32Array(64).fill(1.5);
	enter[0] = Infinity;
	const reachInto = (solid: (z: number) => number): Float32Array =>
		reachInside(
			{
				bounds: { min: [-1, -1, -1], max: [1, 1, 1] },
				sample(points, out, count) {
					for (let n = 0; n < count; n++) out[n] = solid(points[n * 3 + 2]);
				},
			},
			camera,
			enter,
		);
	// The solid ends at z = 0.4, 0.1 behind where the rays enter it.
	const slab = (z: number): number => 0.4 - z;
	const sliverBeforeSlab = (z: number): number =>
		z > 0.44 && z < 0.48 ? 0.01 : slab(z);
	for (const reach of [reachInto(slab), reachInto(sliverBeforeSlab)]) {
		expect(reach[0]).toBe(0);
		for (let n = 1; n < 64; n++)
			expect(Math.abs(reach[n] - 0.1)).toBeLessThan(0.0066);
	}
});
