import type { Mesh } from "../../src/core/mesh.ts";
import { labelComponents } from "../../src/kernel/mesh/components.ts";
import { icosphere, join, translated } from "../../src/kernel/mesh/shapes.ts";
import { cowMesh } from "../inputs.ts";
import { medianTimes, REPEATS } from "../measure-time.ts";
import type { Task } from "../task.ts";

const RESOLUTION = { tiny: 24, quick: 128, full: 256 };

/** Union-find against a flood over lists of neighbours. */
export const components: Task = {
	name: "components",
	async run(size) {
		const crumb = icosphere(1, 0.05);
		const mesh = join(
			await cowMesh(RESOLUTION[size]),
			...Array.from({ length: 20 }, (_, k) => translated(crumb, 2 + k, 0, 0)),
		);
		if (labelComponents(mesh).count !== countByFlood(mesh))
			throw new Error("union-find and flood differ");
		const [ms, referenceMs] = await medianTimes(
			REPEATS[size],
			() => labelComponents(mesh),
			() => countByFlood(mesh),
		);
		return [
			{
				case: `cow hull and 20 crumbs, ${mesh.indices.length / 3} triangles`,
				ms,
				reference: "flood over lists",
				referenceMs,
				figures: { "ns per triangle": (ms * 1e6) / (mesh.indices.length / 3) },
			},
		];
	},
};

function countByFlood({ positions, indices }: Mesh): number {
	const neighbours = Array.from(
		{ length: positions.length / 3 },
		(): number[] => [],
	);
	for (let t = 0; t < indices.length; t += 3)
		for (let k = 0; k < 3; k++)
			neighbours[indices[t + k]].push(indices[t + ((k + 1) % 3)]);
	const isSeen = neighbours.map(() => false);
	let count = 0;
	for (let v = 0; v < neighbours.length; v++) {
		if (isSeen[v]) continue;
		count++;
		isSeen[v] = true;
		const queue = [v];
		for (let at = queue.pop(); at !== undefined; at = queue.pop())
			for (const next of neighbours[at])
				if (!isSeen[next]) {
					isSeen[next] = true;
					queue.push(next);
				}
	}
	return count;
}
