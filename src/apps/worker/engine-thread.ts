import { flushCompileCache } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { openDiskBlobs } from "../../adapters/disk/blob-storage.ts";
import { asLunarError } from "../../core/errors.ts";
import type { QualityReport } from "../../core/report.ts";
import { createRunContext } from "../../core/run-context.ts";
import { openThreads } from "../../pipeline/open-threads.ts";
import { resolveRunOptions } from "../../pipeline/options.ts";
import { fileRole } from "../../service/file-role.ts";
import type { EngineOutcome, JobFile } from "../../service/job.ts";
import type { HostResult, HostWork } from "../../service/ports/engine-host.ts";
import { prepareRun, runJob, signalFor } from "../run-job.ts";
import type { HostAnswer, ThreadSetup } from "./host-messages.ts";
import { readJobInputs } from "./read-job-inputs.ts";

// The thread of a host that computes. Models stay loaded from one piece of work to the next.

if (!parentPort) throw new TypeError("this module is the start of a thread");
const port = parentPort;
const setup = workerData as ThreadSetup;
const cancelFlag = new Int32Array(setup.cancelFlag);
const isCancelled = (): boolean => Atomics.load(cancelFlag, 0) === 1;
const threads = openThreads({ threads: setup.threads });
const blobs = await openDiskBlobs(setup.blobsFolder);

let before: Promise<void> = Promise.resolve();
port.on("message", (work: HostWork) => {
	before = before.then(() => answer(work));
});
say({ type: "ready" });
// A host is killed in the end, so that what was compiled would be lost: the next one starts in half the time.
setImmediate(flushCompileCache);

async function answer(work: HostWork): Promise<void> {
	try {
		say({ type: "done", result: await run(work) });
	} catch (thrown) {
		const error = asLunarError(thrown);
		const { code, message, step } = error;
		const stack =
			error.cause instanceof Error ? error.cause.stack : error.stack;
		say({
			type: "failed",
			error: {
				code,
				message,
				...(step === undefined ? {} : { step }),
				...(stack === undefined || code !== "BUG" ? {} : { stack }),
			},
		});
	}
}

async function run(work: HostWork): Promise<HostResult> {
	const startedMs = performance.now();
	const options = resolveRunOptions(work.options);
	const { signal, stop } = signalFor(isCancelled);
	let engine = work.engine;
	try {
		const context = createRunContext({
			parallel: threads,
			seed: options.seed,
			isCancelled,
			signal,
			onEvent(event) {
				if (event.type === "notice") say(event);
				else if (event.type !== "step-done")
					say({
						type: "progress",
						step: event.step,
						fraction: event.fraction,
						...(engine === undefined ? {} : { engine }),
					});
			},
		});
		const { ctx } = context;
		const prepared = await prepareRun(
			{
				...(work.engine === undefined ? {} : { engine: work.engine }),
				engineOptions: work.engineOptions,
				options,
				pictureCount: work.inputs.length,
			},
			(notice) => ctx.notice(notice),
		);
		engine = prepared.engine.id;
		const { result, files } = await runJob(
			prepared,
			(c) => readJobInputs(work, c),
			{
				stem: "model",
				prefix: "",
				formats: work.formats,
				title: work.title,
				inspection: true,
			},
			context,
			work.previewFirst
				? async ({ glb }) =>
						say({
							type: "file",
							file: await keep(work, "preview.glb", glb),
						})
				: undefined,
		);
		const kept = await ctx.step("write", 0.02, async () => {
			const list: JobFile[] = [];
			for (const { name, bytes } of files) {
				ctx.checkpoint(list.length / files.length);
				list.push(await keep(work, name, bytes));
			}
			return list;
		});
		return {
			outcome: {
				...outcomeOf(prepared.engine.id, result.report),
				triangles: result.asset.textured.mesh.indices.length / 3,
				durationMs: performance.now() - startedMs,
				peakMemoryMB: Math.round(process.resourceUsage().maxRSS / 1024),
			},
			files: kept,
		};
	} finally {
		stop();
	}
}

async function keep(
	work: HostWork,
	name: string,
	bytes: Uint8Array,
): Promise<JobFile> {
	return {
		name: work.prefix + name,
		...fileRole(name),
		...(await blobs.put(bytes)),
	};
}

function outcomeOf(
	engine: string,
	{ verdict, summary, perView }: Omit<QualityReport, "notices">,
): Omit<EngineOutcome, "triangles" | "durationMs" | "peakMemoryMB"> {
	const mean = (values: readonly number[]): number =>
		values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
	return {
		engine,
		verdict,
		summary,
		psnrDb: mean(perView.map(({ psnrDb }) => psnrDb)),
		ssim: mean(perView.map(({ ssim }) => ssim)),
		silhouetteIou: mean(perView.map(({ silhouetteIou }) => silhouetteIou)),
	};
}

function say(answer: HostAnswer): void {
	port.postMessage(answer);
}
