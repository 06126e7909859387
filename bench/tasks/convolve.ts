import { createRandom } from "../../src/core/run-context.ts";
import {
	type Convolution,
	convolve,
} from "../../src/kernel/network/convolve.ts";
import { createPlanes, type Planes } from "../../src/kernel/network/planes.ts";
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
				() => convolveDirectly(src, layer),
			);
			const theirs = convolveDirectly(src, layer).data;
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

function convolveDirectly(
	{ width, height, data }: Planes,
	{ inputs, outputs, weight, bias }: Convolution,
): Planes {
	const out = createPlanes(outputs, height, width);
	for (let o = 0; o < outputs; o++)
		for (let y = 0; y < height; y++)
			for (let x = 0; x < width; x++) {
				let sum = bias[o];
				for (let c = 0; c < inputs; c++)
					for (let j = Math.max(0, 1 - y); j < Math.min(3, height + 1 - y); j++)
						for (
							let i = Math.max(0, 1 - x);
							i < Math.min(3, width + 1 - x);
							i++
						)
							sum +=
								weight[((o * inputs + c) * 3 + j) * 3 + i] *
								data[(c * height + y + j - 1) * width + x + i - 1];
				out.data[(o * height + y) * width + x] = sum;
			}
	return out;
}
