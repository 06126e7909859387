import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { INLINE, mapTask, type Parallel } from "../core/parallel.ts";
import { createRunContext } from "../core/run-context.ts";
import {
	deadly,
	endless,
	fussy,
	nowhere,
	scale,
	where,
} from "./open-threads.test-support.ts";
import { openThreads } from "./open-threads.ts";

const INPUTS = Array.from({ length: 40 }, (_, k) => k + 0.1);

describe("openThreads", () => {
	test("gives the outputs of one thread, whatever their number", async () => {
		const alone = await map(INLINE);
		for (const threads of [1, 2, 4]) {
			await using several = openThreads({ threads });
			expect(await map(several)).toEqual(alone);
			expect(await map(several), "warm").toEqual(alone);
		}
		function map(parallel: Parallel): Promise<Float64Array[]> {
			const { checkpoint } = createRunContext().ctx;
			return mapTask(scale, { factor: 7 }, INPUTS, { parallel, checkpoint });
		}
	});

	test("works beside the caller, who joins in", async () => {
		await using threads = openThreads({ threads: 2 });
		using batch = threads.begin(where, 20, INPUTS);
		while (batch.done < 2) await sleep(5);
		const places = await batch.finish();
		expect(places.slice(0, 2)).toEqual(["thread", "thread"]);
		expect(places).toContain("caller");
	});

	test.each([
		["a flag of V8's own", ["--max-old-space-size=512"]],
		["a program on the command line", ["--input-type=module"]],
		["both", ["--max-old-space-size=512", "--input-type=module"]],
	])("starts in a process started with %s", (_, flags) => {
		const script = `
			import(${JSON.stringify(new URL("./open-threads.ts", import.meta.url))}).then(async ({ openThreads }) => {
				const { where } = await import(${JSON.stringify(where.module)});
				await using threads = openThreads({ threads: 2, onLost: (error) => { throw error; } });
				using batch = threads.begin(where, 1, [0, 1]);
				while (batch.done < 1) await new Promise((resume) => setTimeout(resume, 5));
				console.log((await batch.finish())[0]);
			});`;
		const { stderr, stdout } = spawnSync(
			process.execPath,
			[...flags, "--eval", script],
			{ encoding: "utf8", timeout: 60_000 },
		);
		expect(stderr).toBe("");
		expect(stdout).toBe("thread\n");
	});

	test("reports the first error, as one thread would, with its class", async () => {
		await using threads = openThreads({ threads: 3 });
		const inputs = INPUTS.map(Math.floor);
		for (const bad of [[30, 4, 5], [39, 7], [0]])
			for (const parallel of [INLINE, threads]) {
				using batch = parallel.begin(fussy, { bad }, inputs);
				const first = Math.min(...bad);
				await expect(batch.finish()).rejects.toMatchObject({
					message: `${first} is bad`,
					...(first % 2 === 0
						? { name: "RangeError" }
						: { name: "LunarError", code: "VIEWS_CONTRADICT" }),
				});
			}
		// And is as good as new.
		using batch = threads.begin(fussy, { bad: [] }, inputs);
		expect(await batch.finish()).toEqual(inputs);
	});

	test("stops what runs elsewhere when the run is cancelled, or nobody waits", async () => {
		const looks = new Int32Array(new SharedArrayBuffer(8));
		await using threads = openThreads({ threads: 2 });
		const abort = new AbortController();
		const { ctx } = createRunContext({
			signal: abort.signal,
			parallel: threads,
		});
		const cancelled = (async () => {
			using batch = threads.begin(endless, looks, [1]);
			while (Atomics.load(looks, 0) === 0) await sleep(2); // the thread has it
			setTimeout(() => abort.abort(), 20);
			await batch.finish(ctx.checkpoint);
		})();
		await expect(cancelled).rejects.toMatchObject({ code: "CANCELLED" });
		while (Atomics.load(looks, 1) === 0) await sleep(2);
		expect(
			await mapTask(scale, { factor: 1 }, [2], {
				parallel: threads,
				checkpoint: () => {},
			}),
		).toHaveLength(1);
	});

	test("does without threads that die, or cannot find the work", async () => {
		const lost: unknown[] = [];
		await using threads = openThreads({
			threads: 2,
			onLost: (error) => lost.push(error),
		});
		using unfound = threads.begin(nowhere, null, INPUTS);
		while (lost.length === 0) await sleep(2);
		expect(String(lost[0])).toMatch(/no-such-module/);
		expect(await unfound.finish()).toEqual(INPUTS.map((x) => x + 1));

		using batch = threads.begin(deadly, null, INPUTS);
		while (lost.length === 1) await sleep(2);
		expect(await batch.finish()).toEqual(INPUTS);
		using later = threads.begin(where, 0, INPUTS);
		expect(new Set(await later.finish())).toEqual(new Set(["caller"]));
	});

	test("refuses what cannot be copied to another thread", async () => {
		await using threads = openThreads({ threads: 2 });
		expect(() =>
			threads.begin(scale, { factor: 2, hidden: () => 1 } as never, [1]),
		).toThrow(/could not be cloned/);
	});
});
