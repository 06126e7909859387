import { createHash } from "node:crypto";
import { once } from "node:events";
import { parentPort } from "node:worker_threads";
import { asLunarError, LunarError } from "../../core/errors.ts";
import { createRunContext } from "../../core/run-context.ts";
import type { CoarsePreview } from "../../pipeline/coarse-preview.ts";
import { checkCorrections } from "../../pipeline/corrections.ts";
import { openThreads } from "../../pipeline/open-threads.ts";
import { imagesToAsset } from "../../pipeline/pipeline.ts";
import { resultFiles } from "../../pipeline/result-files.ts";
import { chooseEngine, engineById, RUNTIME } from "../wiring.ts";
import { chooseRemover } from "./choose-remover.ts";
import { findInputs } from "./find-inputs.ts";
import { checkOptions } from "./flags.ts";
import type {
	GenerateJob,
	GenerateResult,
	WorkerMessage,
} from "./generate-job.ts";
import { planOutput } from "./output-plan.ts";
import { readInputs } from "./read-inputs.ts";
import { checkWritable, writeOutputs } from "./write-outputs.ts";

// One run, in a thread of its own so that the main thread can hear Ctrl-C and draw progress.

const CANCEL_POLL_MS = 100;
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
	const { ctx, record } = createRunContext({
		parallel: threads,
		seed: job.options.seed,
		isCancelled,
		signal: signalFor(isCancelled),
		onEvent: (event) => post({ type: "event", event }),
	});

	// Everything that can be refused without reading a picture comes first.
	const found = await findInputs(job.inputs);
	const pictureCount = found.files.length;
	checkCorrections(
		job.options,
		job.options.background,
		pictureCount,
		found.mask === undefined ? 0 : 1,
	);
	const engine =
		job.engine === undefined
			? await chooseEngine(pictureCount)
			: engineById(job.engine);
	const [min, max] = engine.needs.views;
	if (pictureCount < min || pictureCount > max)
		throw new LunarError(
			"ENGINE_CANNOT_RUN",
			`${engine.id} takes ${min === max ? min : `${min} to ${max}`} pictures, ${pictureCount} were given`,
		);
	const readiness = (await engine.readiness?.()) ?? { ready: true };
	if (!readiness.ready)
		throw new LunarError(
			"WEIGHTS_MISSING",
			`${engine.id} cannot run: ${readiness.reason}. ${readiness.remedy}`,
		);
	const engineOptions = checkOptions(engine.options, job.engineOptions);
	const remover = await chooseRemover(
		job.options.background,
		process.env,
		RUNTIME,
		(notice) => ctx.notice(notice),
	);
	const plan = planOutput(job.destination, job.formats, found.title);
	await checkWritable(plan);
	post({ type: "plan", plan, engine: engine.id });

	const photos = await ctx.step("read", 0.06, async (c) => {
		const read = await readInputs(found);
		for (const notice of [...found.notices, ...read.notices]) c.notice(notice);
		return read.photos;
	});
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
	// The pipeline brings its own shares; here it is one step among three.
	const result = await imagesToAsset(
		photos,
		engine,
		engineOptions,
		job.options,
		{
			...ctx,
			step: (name, share, work) => ctx.step(name, share * 0.84, work),
		},
		{
			...(remover ? { remover } : {}),
			...(job.previewFirst ? { onPreview: writePreview } : {}),
		},
	);
	const files = await ctx.step("files", 0.08, () =>
		resultFiles(result, record, { ...plan, title: found.title }),
	);
	const paths = await ctx.step("write", 0.02, () =>
		writeOutputs(plan.folder, files),
	);
	return {
		engine: engine.id,
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

/** For what waits: aborted soon after the flag in shared memory is set. */
function signalFor(isCancelled: () => boolean): AbortSignal {
	const controller = new AbortController();
	setInterval(() => {
		if (isCancelled()) controller.abort();
	}, CANCEL_POLL_MS).unref();
	return controller.signal;
}
