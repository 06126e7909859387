import { createRunContext } from "../../src/core/run-context.ts";
import { visualHull } from "../../src/engines/visual-hull/engine.ts";
import { visualHullOptions } from "../../src/engines/visual-hull/options.ts";
import { openThreads } from "../../src/pipeline/open-threads.ts";
import { resolveRunOptions } from "../../src/pipeline/options.ts";
import { imagesToAsset } from "../../src/pipeline/pipeline.ts";
import { resultFiles } from "../../src/pipeline/result-files.ts";
import { cowPhotos } from "../inputs.ts";
import { median } from "../measure-time.ts";
import type { Row, Task } from "../task.ts";

const OPTIONS = {
	tiny: { resolution: 32, faces: 500, textureSize: 512 },
	quick: {},
	full: {},
} as const;
const NAMING = {
	stem: "model",
	prefix: "",
	formats: ["glb"],
	title: "cow",
} as const;
const TURNS = { tiny: 1, quick: 1, full: 3 };
const LOOP_STEPS = 2e8;

/**
 * Six pictures of 512² to every file of a result, by step. Compared with a fixed loop of integer arithmetic, so that
 * rows of different machines and of busy and quiet hours can be read side by side.
 */
export const endToEnd: Task = {
	name: "end-to-end",
	async run(size) {
		const photos = await cowPhotos();
		const options = resolveRunOptions(OPTIONS[size]);
		const stepTimes: Record<string, number[]> = {};
		const loopTimes: number[] = [];
		const note = (step: string, ms: number): void => {
			stepTimes[step] ??= [];
			stepTimes[step].push(ms);
		};
		let peakMemoryMB = 0;
		await using threads = openThreads();
		for (let turn = 0; turn < TURNS[size]; turn++) {
			loopTimes.push(timeFixedLoop());
			const startedMs = performance.now();
			const cpuBefore = process.cpuUsage();
			const { ctx, record } = createRunContext({ parallel: threads });
			const result = await imagesToAsset(
				photos,
				visualHull,
				visualHullOptions.parse({}),
				options,
				ctx,
			);
			await ctx.step("files", 0, () => resultFiles(result, record, NAMING));
			note("total", performance.now() - startedMs);
			const cpu = process.cpuUsage(cpuBefore);
			note("total, processor time", (cpu.user + cpu.system) / 1e3);
			for (const [step, ms] of Object.entries(record.stepMs)) note(step, ms);
			peakMemoryMB = process.resourceUsage().maxRSS / 1024;
		}
		const referenceMs = median(loopTimes);
		return Object.entries(stepTimes).map(
			([step, times]): Row => ({
				case: step,
				ms: median(times),
				reference: "fixed integer loop",
				referenceMs,
				figures:
					step === "total"
						? { "first run ms": times[0], "peak memory MB": peakMemoryMB }
						: {},
			}),
		);
	},
};

function timeFixedLoop(): number {
	const startedMs = performance.now();
	let state = 1;
	for (let k = 0; k < LOOP_STEPS; k++)
		state = (Math.imul(state, 1664525) + 1013904223) | 0;
	// Reading the state keeps the loop from being left out.
	return performance.now() - startedMs + (state === 0 ? 1e-9 : 0);
}
