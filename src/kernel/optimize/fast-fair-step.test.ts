import { expect, test } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { buildVertexNeighbours } from "../mesh/adjacency.ts";
import { icosphere } from "../mesh/shapes.ts";
import { createFairSolver, fairStep } from "./fair-step.ts";
import { createFairStepper } from "./fast-fair-step.ts";
import { addPlane, clearPlaneTerms, createPlaneTerms } from "./plane-terms.ts";

const { positions, indices } = icosphere(4);
const vertexCount = positions.length / 3;

function largestDifference(a: Float64Array, b: Float64Array): number {
	return a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);
}

test.each([false, true])(
	"agrees with the plain step, call after call, its form kept: %s (seed 7)",
	(keepsForm) => {
		const random = createRandom(7);
		const graph = buildVertexNeighbours(indices, vertexCount);
		const weight = Float64Array.from({ length: vertexCount }, () => random());
		const moveFairly = createFairStepper(graph, weight);
		const solver = createFairSolver(graph, weight);
		const terms = createPlaneTerms(vertexCount);
		for (const fairness of [0.5, 30]) {
			clearPlaneTerms(terms);
			for (let v = 0; v < vertexCount; v += 2) {
				const n = [random() - 0.5, random() - 0.5, random() - 0.5];
				const length = Math.hypot(...n);
				const [x, y, z] = n.map((c) => c / length);
				addPlane(terms, v, x, y, z, 0.05 * (random() - 0.5), 0.7);
			}
			const start = Float64Array.from(
				positions,
				(p) => p + 0.01 * (random() - 0.5),
			);
			const plain = start.slice();
			const fast = start.slice();
			const options = {
				fairness,
				damping: 0.03,
				iterations: 20,
				...(keepsForm ? { rest: Float64Array.from(positions) } : {}),
			};
			fairStep(plain, solver, terms, options);
			moveFairly(fast, terms, options);
			const moved = largestDifference(plain, start);
			expect(moved).toBeGreaterThan(0.01);
			expect(largestDifference(plain, fast)).toBeLessThan(5e-3 * moved);
			const again = start.slice();
			moveFairly(again, terms, options);
			expect(again).toEqual(fast);
		}
	},
);

test("a vertex without neighbours goes to its plane", () => {
	const graph = { start: new Uint32Array(2), neighbours: new Uint32Array(0) };
	const terms = createPlaneTerms(1);
	addPlane(terms, 0, 0, 1, 0, 0.5, 2);
	const x = Float64Array.of(1, 2, 3);
	createFairStepper(graph)(x, terms, {
		fairness: 0,
		damping: 1e-6,
		iterations: 10,
	});
	expect(x[0]).toBeCloseTo(1, 5);
	expect(x[1]).toBeCloseTo(1.5, 5);
	expect(x[2]).toBeCloseTo(3, 5);
});
