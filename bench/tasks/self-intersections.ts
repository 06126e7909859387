import type { Mesh } from "../../src/core/mesh.ts";
import { buildBvh } from "../../src/kernel/mesh/bvh.ts";
import { findSelfIntersections } from "../../src/kernel/mesh/self-intersections.ts";
import { join, torus, translated } from "../../src/kernel/mesh/shapes.ts";
import { trianglesCross } from "../../src/kernel/mesh/triangles-cross.ts";
import { weldPositions } from "../../src/kernel/mesh/weld.ts";
import { medianTimes, REPEATS } from "../measure-time.ts";
import type { Task } from "../task.ts";

const SEGMENTS = { tiny: 8, quick: 32, full: 48 };

/** Tree and search together, against every pair of triangles. */
export const selfIntersections: Task = {
	name: "self-intersections",
	async run(size) {
		const segments = SEGMENTS[size];
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
		return [
			{
				case: `two linked rings, ${mesh.indices.length / 3} triangles`,
				ms,
				reference: "every pair",
				referenceMs,
				figures: { "crossing triangles": found },
			},
		];
	},
};

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
