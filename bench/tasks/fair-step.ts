import { buildVertexNeighbours } from "../../src/kernel/mesh/adjacency.ts";
import {
	createFairSolver,
	fairStep,
} from "../../src/kernel/optimize/fair-step.ts";
import { createFairStepper } from "../../src/kernel/optimize/fast-fair-step.ts";
import {
	addPlane,
	createPlaneTerms,
} from "../../src/kernel/optimize/plane-terms.ts";
import { cowMesh } from "../inputs.ts";
import { medianTimes, REPEATS } from "../measure-time.ts";
import type { Task } from "../task.ts";

const RESOLUTION = { tiny: 24, quick: 96, full: 128 };
const OPTIONS = { fairness: 100, damping: 0.03, iterations: 18 };

/** One step of the thin plate in WebAssembly against the plain loops. */
export const fairStepTask: Task = {
	name: "fair-step",
	async run(size) {
		const mesh = await cowMesh(RESOLUTION[size]);
		const vertexCount = mesh.positions.length / 3;
		const graph = buildVertexNeighbours(mesh.indices, vertexCount);
		const terms = createPlaneTerms(vertexCount);
		for (let v = 0; v < vertexCount; v += 3)
			addPlane(terms, v, 0.6, 0, 0.8, 0.01, 20);
		const solver = createFairSolver(graph);
		const moveFairly = createFairStepper(graph);
		const fast = (): Float64Array => {
			const positions = Float64Array.from(mesh.positions);
			moveFairly(positions, terms, OPTIONS);
			return positions;
		};
		const plain = (): Float64Array => {
			const positions = Float64Array.from(mesh.positions);
			fairStep(positions, solver, terms, OPTIONS);
			return positions;
		};
		const [ms, referenceMs] = await medianTimes(REPEATS[size], fast, plain);
		const theirs = plain();
		return [
			{
				case: `cow hull, ${vertexCount} vertices, ${OPTIONS.iterations} iterations`,
				ms,
				reference: "plain loops over doubles",
				referenceMs,
				figures: {
					"largest difference": fast().reduce(
						(most, value, i) => Math.max(most, Math.abs(value - theirs[i])),
						0,
					),
				},
			},
		];
	},
};
