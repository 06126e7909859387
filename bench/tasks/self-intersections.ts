import type { Mesh } from "../../src/core/mesh.ts";
import { createRandom } from "../../src/core/run-context.ts";
import { buildBvh } from "../../src/kernel/mesh/bvh.ts";
import {
	startCrossingState,
	updateCrossings,
} from "../../src/kernel/mesh/crossing-state.ts";
import { buildMortonBvh } from "../../src/kernel/mesh/morton-bvh.ts";
import { findSelfIntersections } from "../../src/kernel/mesh/self-intersections.ts";
import { join, torus, translated } from "../../src/kernel/mesh/shapes.ts";
import { trianglesCross } from "../../src/kernel/mesh/triangles-cross.ts";
import { weldPositions } from "../../src/kernel/mesh/weld.ts";
import { cowMesh } from "../inputs.ts";
import { medianTimes, REPEATS } from "../measure-time.ts";
import type { Row, Size, Task } from "../task.ts";

const SEGMENTS = { tiny: 8, quick: 20, full: 40 };

/** Tree and search together, against every pair of triangles; and what moved, against a new search. */
export const selfIntersections: Task = {
	name: "self-intersections",
	async run(size) {
		return [await wholeMesh(SEGMENTS[size], size), await moved(size)];
	},
};

async function wholeMesh(segments: number, size: Size): Promise<Row> {
	const ring = torus(segments * 2, segments);
	const mesh = join(ring, translated(ring, 1.1, 0.2, 0.1));
	const found = findSelfIntersections(mesh).length;
	if (found !== countByBruteForce(mesh))
		throw new Error("tree and brute force differ");
	const [ms, referenceMs] = await medianTimes(
		Math.min(3, REPEATS[size]),
		() => findSelfIntersections(mesh),
		() => countByBruteForce(mesh),
	);
	return {
		case: `two linked rings, ${mesh.indices.length / 3} triangles`,
		ms,
		reference: "every pair",
		referenceMs,
		figures: { "crossing triangles": found },
	};
}

const FACES = { tiny: 400, quick: 10_000, full: 40_000 };

/** A mesh of which one vertex in a hundred went back and forth. */
async function moved(size: Size): Promise<Row> {
	const mesh = await cowMesh(96, FACES[size]);
	const random = createRandom(1);
	const list = Array.from(
		{ length: Math.max(20, Math.ceil(mesh.positions.length / 300)) },
		() => Math.floor((random() * mesh.positions.length) / 3),
	);
	const shift = list.map(() => 0.2 * (random() - 0.5));
	const positions = mesh.positions.slice();
	for (const [n, v] of list.entries()) positions[v * 3] += shift[n];
	const state = startCrossingState({ positions, indices: mesh.indices });
	if (state === null) throw new Error("nothing crosses");
	const update = (): void => {
		for (const [n, v] of list.entries()) {
			state.positions[v * 3] -= shift[n];
			shift[n] = -shift[n];
		}
		updateCrossings(state, list);
	};
	const [ms, referenceMs, treeMs, otherTreeMs] = await medianTimes(
		REPEATS[size],
		update,
		() => findSelfIntersections({ ...state }),
		() => buildMortonBvh(mesh),
		() => buildBvh(mesh),
	);
	return {
		case: `cow, ${mesh.indices.length / 3} triangles, ${list.length} vertices moved`,
		ms,
		reference: "search anew",
		referenceMs,
		figures: { "tree ms": treeMs, "tree by surface area ms": otherTreeMs },
	};
}

function countByBruteForce(mesh: Mesh): number {
	const { corners, order } = buildBvh(mesh);
	const { srcToDst } = weldPositions(mesh.positions);
	const vertexOf = new Uint32Array(order.length * 3);
	for (const [slot, triangle] of order.entries())
		for (let k = 0; k < 3; k++)
			vertexOf[slot * 3 + k] = srcToDst[mesh.indices[triangle * 3 + k]];
	const crosses = new Uint8Array(order.length);
	for (let s = 0; s < order.length; s++)
		for (let t = s + 1; t < order.length; t++)
			if (trianglesCross(corners, vertexOf, s, t)) {
				crosses[s] = 1;
				crosses[t] = 1;
			}
	return crosses.reduce((sum, c) => sum + c, 0);
}
