import { createHash } from "node:crypto";
import { once } from "node:events";
import { parentPort } from "node:worker_threads";
import { asLunarError } from "../../core/errors.ts";
import { createRunContext } from "../../core/run-context.ts";
import type { CoarsePreview } from "../../pipeline/coarse-preview.ts";
import { checkCorrections } from "../../pipeline/corrections.ts";
import { openThreads } from "../../pipeline/open-threads.ts";
import { findInputs } from "../inputs/find-inputs.ts";
import { readInputs } from "../inputs/read-inputs.ts";
import { prepareRun, runJob, signalFor } from "../run-job.ts";
import { RUNTIME } from "../wiring.ts";
import type {
	GenerateJob,
	GenerateResult,
	WorkerMessage,
} from "./generate-job.ts";
import { planOutput } from "./output-plan.ts";
import { checkWritable, writeOutputs } from "./write-outputs.ts";

// One run, in a thread of its own so that the main thread can hear Ctrl-C and draw progress.

const post = (message: WorkerMessage): void => parentPort?.postMessage(message);

if (!parentPort) throw new TypeError("this module is the start of a thread");
const [job] = (await once(parentPort, "message")) as [GenerateJob];
try {
	post({ type: "result", result: await generate(job) });
} catch (thrown) {
	const error = asLunarError(thrown);
	const { code, message, step } = error;
	const stack = error.cause instanceof Error ? error.cause.stack : error.stack;
	post({
		type: "error",
		error: {
			code,
			message,
			...(step === undefined ? {} : { step }),
			...(stack === undefined ? {} : { stack }),
		},
	});
} finally {
	await RUNTIME.dispose();
}

async function generate(job: GenerateJob): Promise<GenerateResult> {
	const startedMs = performance.now();
	const cancelFlag = new Int32Array(job.cancelFlag);
	const isCancelled = (): boolean => Atomics.load(cancelFlag, 0) === 1;
	await using threads = openThreads();
	const run = createRunContext({
		parallel: threads,
		seed: job.options.seed,
		isCancelled,
		signal: signalFor(isCancelled).signal,
		onEvent: (event) => post({ type: "event", event }),
	});
	const { ctx } = run;

	const found = await findInputs(job.inputs);
	checkCorrections(
		job.options,
		job.options.background,
		found.files.length,
		found.mask === undefined ? 0 : 1,
	);
	const prepared = await prepareRun(
		{
			...(job.engine === undefined ? {} : { engine: job.engine }),
			engineOptions: job.engineOptions,
			options: job.options,
			pictureCount: found.files.length,
		},
		(notice) => ctx.notice(notice),
	);
	const plan = planOutput(job.destination, job.formats, found.title);
	await checkWritable(plan);
	post({ type: "plan", plan, engine: prepared.engine.id });

	const writePreview = async ({
		glb,
		triangles,
	}: CoarsePreview): Promise<void> => {
		const [file] = await writeOutputs(plan.folder, [
			{ name: `${plan.prefix}preview.glb`, bytes: glb },
		]);
		const elapsedMs = performance.now() - startedMs;
		post({ type: "preview", file, triangles, elapsedMs });
	};
	const { result, files } = await runJob(
		prepared,
		async (c) => {
			const read = await readInputs(found);
			for (const notice of [...found.notices, ...read.notices])
				c.notice(notice);
			return read.photos;
		},
		{ ...plan, title: found.title },
		run,
		job.previewFirst ? writePreview : undefined,
	);
	const paths = await ctx.step("write", 0.02, () =>
		writeOutputs(plan.folder, files),
	);
	return {
		engine: prepared.engine.id,
		plan,
		files: paths,
		verdict: result.report.verdict,
		summary: result.report.summary,
		triangles: result.asset.textured.mesh.indices.length / 3,
		glbSha256: createHash("sha256").update(result.asset.glb).digest("hex"),
		durationMs: performance.now() - startedMs,
		peakMemoryMB: Math.round(process.resourceUsage().maxRSS / 1024),
	};
}
