import { expect, test } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { buildVertexNeighbours } from "../mesh/adjacency.ts";
import { icosphere } from "../mesh/shapes.ts";
import { createFairSolver, fairStep } from "./fair-step.ts";
import { addPlane, createPlaneTerms } from "./plane-terms.ts";

const { positions, indices } = icosphere(2);
const vertexCount = positions.length / 3;
const graph = buildVertexNeighbours(indices, vertexCount);

/** fairness · Σ |Lx|², the slow way. */
function plateEnergy(x: Float64Array): number {
	let energy = 0;
	for (let v = 0; v < vertexCount; v++) {
		const ring = graph.neighbours.subarray(graph.start[v], graph.start[v + 1]);
		for (let axis = 0; axis < 3; axis++) {
			let mean = 0;
			for (const n of ring) mean += x[n * 3 + axis] / ring.length;
			energy += (mean - x[v * 3 + axis]) ** 2;
		}
	}
	return energy;
}

test("planes alone are met exactly", () => {
	const x = Float64Array.from(positions);
	const terms = createPlaneTerms(vertexCount);
	for (let v = 0; v < vertexCount; v++)
		addPlane(terms, v, 0, 1, 0, x[v * 3 + 1] - 0.25, 2); // all to y = 0.25
	fairStep(x, createFairSolver(graph), terms, {
		fairness: 0,
		damping: 1e-9,
		iterations: 50,
	});
	for (let v = 0; v < vertexCount; v++) {
		expect(x[v * 3 + 1]).toBeCloseTo(0.25, 6);
		expect(x[v * 3]).toBeCloseTo(positions[v * 3], 6);
	}
});

test("one step lands where the energy has no slope (seed 5)", () => {
	const random = createRandom(5);
	const start = Float64Array.from(positions, (p) => p + 0.1 * random());
	const planes = Array.from({ length: vertexCount }, () => {
		const n = [random() - 0.5, random() - 0.5, random() - 0.5];
		const length = Math.hypot(...n);
		return { n: n.map((c) => c / length), at: random() - 0.5 };
	});
	const [fairness, damping, weight] = [3, 0.1, 0.7];
	const energy = (x: Float64Array): number => {
		let sum = fairness * plateEnergy(x);
		for (let v = 0; v < vertexCount; v++) {
			const { n, at } = planes[v];
			const d =
				n[0] * x[v * 3] + n[1] * x[v * 3 + 1] + n[2] * x[v * 3 + 2] - at;
			sum += weight * d * d;
		}
		for (let i = 0; i < x.length; i++) sum += damping * (x[i] - start[i]) ** 2;
		return sum;
	};
	const terms = createPlaneTerms(vertexCount);
	for (let v = 0; v < vertexCount; v++) {
		const { n, at } = planes[v];
		const d =
			n[0] * start[v * 3] +
			n[1] * start[v * 3 + 1] +
			n[2] * start[v * 3 + 2] -
			at;
		addPlane(terms, v, n[0], n[1], n[2], d, weight);
	}
	const x = start.slice();
	fairStep(x, createFairSolver(graph), terms, {
		fairness,
		damping,
		iterations: 400,
	});
	const least = energy(x);
	expect(least).toBeLessThan(energy(start));
	for (let i = 0; i < x.length; i += 37)
		for (const shift of [-1e-3, 1e-3]) {
			const beside = x.slice();
			beside[i] += shift;
			expect(energy(beside)).toBeGreaterThan(least);
		}
});

test("a plate at rest in the form it has moves nothing, and what is moved it spreads smoothly", () => {
	const random = createRandom(6);
	const start = Float64Array.from(positions, (p) => p + 0.1 * random());
	const options = { fairness: 3, damping: 0.01, iterations: 400, rest: start };
	const still = start.slice();
	const terms = createPlaneTerms(vertexCount);
	fairStep(still, createFairSolver(graph), terms, options);
	expect(still).toEqual(start);
	const flat = start.slice();
	fairStep(flat, createFairSolver(graph), terms, {
		...options,
		rest: undefined,
	});
	expect(plateEnergy(flat)).toBeLessThan(0.5 * plateEnergy(start));
	// One vertex is drawn up: its neighbours follow, by less.
	addPlane(terms, 0, 0, 1, 0, -0.1, 50);
	const moved = start.slice();
	fairStep(moved, createFairSolver(graph), terms, options);
	const rise = (v: number): number => moved[v * 3 + 1] - start[v * 3 + 1];
	const ring = graph.neighbours.subarray(graph.start[0], graph.start[1]);
	expect(rise(0)).toBeGreaterThan(0.05);
	for (const v of ring) {
		expect(rise(v)).toBeGreaterThan(0.5 * rise(0));
		expect(rise(v)).toBeLessThan(rise(0));
	}
});
