import type { Mesh } from "../../src/core/mesh.ts";
import { smoothTaubin } from "../../src/kernel/mesh/smooth.ts";
import { cowMesh } from "../inputs.ts";
import { medianTimes, REPEATS } from "../measure-time.ts";
import type { Task } from "../task.ts";

const RESOLUTION = { tiny: 24, quick: 128, full: 256 };
const PASSES = 10;
const LAMBDA = 0.5;
const MU = -0.53;

/** Taubin smoothing over flat neighbour lists against sets of neighbours. */
export const smooth: Task = {
	name: "smooth",
	async run(size) {
		const mesh = await cowMesh(RESOLUTION[size]);
		const options = { passes: PASSES, lambda: LAMBDA, mu: MU };
		const [ms, referenceMs] = await medianTimes(
			REPEATS[size],
			() => smoothTaubin(mesh, options),
			() => smoothNaively(mesh),
		);
		const ours = smoothTaubin(mesh, options).positions;
		const theirs = smoothNaively(mesh);
		return [
			{
				case: `cow hull, ${mesh.indices.length / 3} triangles, ${PASSES} passes`,
				ms,
				reference: "a set per vertex",
				referenceMs,
				figures: {
					"largest difference": ours.reduce(
						(most, value, i) => Math.max(most, Math.abs(value - theirs[i])),
						0,
					),
				},
			},
		];
	},
};

function smoothNaively({ positions, indices }: Mesh): number[] {
	const neighbours = Array.from(
		{ length: positions.length / 3 },
		() => new Set<number>(),
	);
	for (let t = 0; t < indices.length; t += 3)
		for (let k = 0; k < 3; k++) {
			neighbours[indices[t + k]].add(indices[t + ((k + 1) % 3)]);
			neighbours[indices[t + ((k + 1) % 3)]].add(indices[t + k]);
		}
	let at = [...positions];
	for (let pass = 0; pass < PASSES * 2; pass++) {
		const step = pass % 2 === 0 ? LAMBDA : MU;
		at = at.map((value, i) => {
			const around = neighbours[Math.floor(i / 3)];
			let sum = 0;
			for (const v of around) sum += at[v * 3 + (i % 3)];
			return value + step * (sum / around.size - value);
		});
	}
	return at;
}
