import { createRandom } from "../../src/core/run-context.ts";
import {
	type Convolution,
	convolve,
} from "../../src/kernel/network/convolve.ts";
import { convolveByDefinition } from "../../src/kernel/network/convolve-by-definition.test-support.ts";
import { createPlanes } from "../../src/kernel/network/planes.ts";
import { medianTimes, REPEATS } from "../measure-time.ts";
import type { Task } from "../task.ts";

/** Channels, and the side of their planes: the levels of our networks. */
const LEVELS = {
	tiny: [[4, 8]],
	quick: [[64, 16]],
	full: [
		[32, 32],
		[64, 16],
		[128, 8],
		[256, 4],
	],
} as const;

/** A 3 × 3 convolution of each level against the sum written out. */
export const convolveTask: Task = {
	name: "convolve",
	async run(size) {
		const random = createRandom(1);
		const noise = (count: number): Float32Array =>
			Float32Array.from({ length: count }, () => random() - 0.5);
		const rows = [];
		for (const [channels, side] of LEVELS[size]) {
			const src = {
				...createPlanes(channels, side, side),
				data: noise(channels * side * side),
			};
			const layer: Convolution = {
				inputs: channels,
				outputs: channels,
				kernel: 3,
				stride: 1,
				weight: noise(channels * channels * 9),
				bias: noise(channels),
			};
			const [ms, referenceMs] = await medianTimes(
				REPEATS[size],
				() => convolve(src, layer),
				() => convolveByDefinition(src, layer),
			);
			const theirs = convolveByDefinition(src, layer).data;
			rows.push({
				case: `${channels} channels, ${side} × ${side} pixels, 3 × 3`,
				ms,
				reference: "the sum written out",
				referenceMs,
				figures: {
					"largest difference": convolve(src, layer).data.reduce(
						(most, value, n) => Math.max(most, Math.abs(value - theirs[n])),
						0,
					),
				},
			});
		}
		return rows;
	},
};
