import { asLunarError, LunarError } from "../core/errors.ts";
import type { Logger } from "../core/run-context.ts";
import { compareOutcomes } from "./compare-outcomes.ts";
import { fileRole } from "./file-role.ts";
import type { EngineOutcome, Job, JobFile, JobProgress } from "./job.ts";
import { jobErrorOf } from "./job-error.ts";
import type { BlobStorage } from "./ports/blob-storage.ts";
import type { EngineHost, HostReport, HostWork } from "./ports/engine-host.ts";
import type { Attempt, JobStore } from "./ports/job-store.ts";
import type { BlobReleaser } from "./release-blobs.ts";
import { callsForFailover, retryDelayMs } from "./retry-policy.ts";
import { type RunLimits, runEngine } from "./run-engine.ts";

/** The dispatcher: hands jobs to hosts as these become free, and writes down what comes of it. */
export interface Runner {
	/** There may be something to do. */
	wake(): void;
	/** Stops the running attempt of this job; false: there is none. Settles once it has stopped. */
	cancel(jobId: string): Promise<void> | undefined;
	/** No new claims. What runs may end within the limit; then it goes back to the queue. */
	stop(graceMs: number): Promise<void>;
}

export interface RunnerParts {
	readonly store: JobStore;
	readonly blobs: BlobStorage;
	readonly hosts: readonly EngineHost[];
	readonly releaser: BlobReleaser;
	readonly log: Logger;
	/** How long an engine may work on a job. */
	readonly limitsOf: (engine: string, request: Job["request"]) => RunLimits;
	/** Milliseconds since 1970. */
	readonly now?: () => number;
}

interface Running {
	readonly host: EngineHost;
	readonly controller: AbortController;
	/** Why it was stopped, when it was. */
	why?: "cancel" | "shutdown";
	readonly done: Promise<void>;
}

/** While the store cannot be written: first wait, then twice as long each time. */
const TROUBLE_MS = 500;
const MOST_TROUBLE_MS = 30_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function createRunner(parts: RunnerParts): Runner {
	const { store, blobs, hosts, releaser, log, limitsOf } = parts;
	const { now = Date.now } = parts;
	const running = new Map<string, Running>();
	const free = new Set(hosts);
	/** Cancelled between their claim and their start. */
	const doomed = new Set<string>();
	let isStopping = false;
	let isPumping = false;
	let wanted = false;
	let timer: NodeJS.Timeout | undefined;
	let troubleMs = TROUBLE_MS;

	const wake = (): void => {
		wanted = true;
		if (!isPumping) void pump();
	};

	/** Claims as long as there are hosts and jobs; then sleeps until the next one is ready. */
	const pump = async (): Promise<void> => {
		isPumping = true;
		clearTimeout(timer);
		try {
			while (wanted && !isStopping) {
				wanted = false;
				while (free.size > 0 && !isStopping) {
					const claim = await store.claim();
					if (!claim) break;
					begin(claim.job, claim.attempt);
				}
				if (free.size === 0) continue; // the next host that is free looks again
				const readyAt = await store.nextReadyAt();
				if (readyAt !== undefined) sleep(Math.max(0, readyAt - now()) + 1);
			}
			troubleMs = TROUBLE_MS;
		} catch (error) {
			log.error(`no job can be claimed: ${asLunarError(error).message}`);
			sleep(troubleMs);
			troubleMs = Math.min(MOST_TROUBLE_MS, troubleMs * 2);
		} finally {
			isPumping = false;
		}
		if (wanted && !isStopping) void pump();
	};

	const sleep = (ms: number): void => {
		clearTimeout(timer);
		timer = setTimeout(wake, Math.min(ms, LONGEST_TIMER_MS)).unref();
	};

	const begin = (job: Job, attempt: Attempt): void => {
		const host = chooseHost(free, job);
		free.delete(host);
		const controller = new AbortController();
		const { promise, resolve } = Promise.withResolvers<void>();
		const run: Running = { host, controller, done: promise };
		running.set(job.id, run);
		if (doomed.delete(job.id)) void halt(run, "cancel");
		void work(job, attempt, run)
			.catch((error) =>
				log.error(`an attempt could not be written down: ${error}`, {
					jobId: job.id,
				}),
			)
			.finally(() => {
				running.delete(job.id);
				doomed.delete(job.id);
				free.add(host);
				resolve();
				wake();
			});
	};

	/** One attempt, from claim to whatever it ends as. */
	const work = async (
		job: Job,
		attempt: Attempt,
		run: Running,
	): Promise<void> => {
		const startedMs = performance.now();
		const made: JobFile[] = [];
		log.info("job started", {
			jobId: job.id,
			attempt: attempt.number,
			host: run.host.id,
		});
		let outcomes: readonly EngineOutcome[] | undefined;
		let failure: unknown;
		try {
			outcomes = await runEngines(job, attempt, run, made);
		} catch (thrown) {
			failure = thrown;
		}
		const isKept = await insist(() =>
			outcomes && run.why === undefined
				? store.succeed(attempt, { outcomes }, made)
				: Promise.resolve(false),
		);
		if (isKept) {
			log.info("job succeeded", {
				jobId: job.id,
				durationMs: Math.round(performance.now() - startedMs),
			});
			return;
		}
		// A cancel that came last still counts.
		if (run.why === "shutdown") await insist(() => store.release(attempt));
		else if (run.why === "cancel" || outcomes)
			await insist(() => store.stopped(attempt));
		else await fail(job, attempt, failure);
		releaser.release(made.map(({ sha256 }) => sha256));
	};

	const fail = async (
		job: Job,
		attempt: Attempt,
		thrown: unknown,
	): Promise<void> => {
		const error = jobErrorOf(thrown);
		const delayMs = retryDelayMs(error, attempt.number, job.request);
		const fields = {
			jobId: job.id,
			code: error.code,
			attempt: attempt.number,
			...(delayMs === undefined ? {} : { retryInMs: delayMs }),
		};
		const cause = (thrown as Error).cause;
		if (error.code === "BUG")
			log.error(error.message, {
				...fields,
				stack: (cause instanceof Error ? cause : (thrown as Error)).stack,
			});
		log.warn(`job failed: ${error.message}`, fields);
		await insist(() =>
			store.fail(
				attempt,
				error,
				delayMs === undefined ? undefined : now() + delayMs,
			),
		);
	};

	/** All engines of the job, one after the other; files are collected in `made`, also when it throws. */
	const runEngines = async (
		job: Job,
		attempt: Attempt,
		run: Running,
		made: JobFile[],
	): Promise<readonly EngineOutcome[]> => {
		const { engines } = job.request;
		const outcomes: EngineOutcome[] = [];
		for (const [k, engine] of engines.entries()) {
			const isOne = engines.length === 1;
			outcomes.push(
				await runOrFailOver(job, attempt, run, made, {
					engine,
					prefix: isOne ? "" : `${engine}/`,
					start: k / engines.length,
					span: 1 / engines.length,
				}),
			);
		}
		if (outcomes.length > 1) {
			const text = `${JSON.stringify(compareOutcomes(outcomes), null, 2)}\n`;
			const name = "comparison.json";
			const blob = await blobs.put(new TextEncoder().encode(text));
			made.push({ name, ...fileRole(name), ...blob });
		}
		return outcomes;
	};

	const runOrFailOver = async (
		job: Job,
		attempt: Attempt,
		run: Running,
		made: JobFile[],
		part: Part,
	): Promise<EngineOutcome> => {
		try {
			return await runOne(job, attempt, run, made, part);
		} catch (thrown) {
			const error = jobErrorOf(thrown);
			const { failover } = job.request;
			const isLast =
				retryDelayMs(error, attempt.number, job.request) === undefined;
			if (
				failover === undefined ||
				failover === part.engine ||
				run.why !== undefined ||
				!isLast ||
				!callsForFailover(error)
			)
				throw thrown;
			log.warn(`job goes on with ${failover}: ${error.message}`, {
				jobId: job.id,
			});
			await store.note(attempt, {
				code: "failover",
				severity: "warning",
				message: `${part.engine} could not do it (${error.message}); ${failover} took its place`,
			});
			return runOne(job, attempt, run, made, {
				...part,
				engine: failover,
				isFailover: true,
			});
		}
	};

	const runOne = async (
		job: Job,
		attempt: Attempt,
		run: Running,
		made: JobFile[],
		part: Part,
	): Promise<EngineOutcome> => {
		const order = await workOf(job, part, blobs);
		const report = (news: HostReport): void => {
			if (news.type === "file") made.push(news.file);
			record(attempt, news, part).catch((error) =>
				log.warn(`progress was not written: ${error}`, { jobId: job.id }),
			);
		};
		const { outcome, files } = await runEngine(
			run.host,
			order,
			limitsOf(part.engine, job.request),
			run.controller.signal,
			report,
		);
		made.push(...files);
		return outcome;
	};

	const record = (
		attempt: Attempt,
		news: HostReport,
		{ start, span }: Part,
	): Promise<boolean> => {
		if (news.type === "notice") return store.note(attempt, news.notice);
		if (news.type === "file") return store.addFile(attempt, news.file);
		const { step, engine } = news;
		const progress: JobProgress = {
			fraction: start + span * news.fraction,
			step,
			...(engine === undefined ? {} : { engine }),
		};
		return store.progress(attempt, progress);
	};

	/** A result is not thrown away because the disk is full for a while. */
	const insist = async <T>(write: () => Promise<T>): Promise<T> => {
		for (let waitMs = TROUBLE_MS; ; ) {
			try {
				return await write();
			} catch (error) {
				if (isStopping) throw error;
				log.error(
					`the store takes nothing: ${asLunarError(error).message}; tried again in ${waitMs} ms`,
				);
				await new Promise((resolve) => setTimeout(resolve, waitMs));
				waitMs = Math.min(MOST_TROUBLE_MS, waitMs * 2);
			}
		}
	};

	const halt = (run: Running, why: "cancel" | "shutdown"): Promise<void> => {
		run.why ??= why;
		run.controller.abort(new LunarError("CANCELLED", why));
		return run.done;
	};

	return {
		wake,
		cancel(jobId) {
			const run = running.get(jobId);
			if (run) return halt(run, "cancel");
			doomed.add(jobId);
			return undefined;
		},
		async stop(graceMs) {
			isStopping = true;
			clearTimeout(timer);
			const all = (): Promise<unknown> =>
				Promise.all([...running.values()].map(({ done }) => done));
			let timeout: NodeJS.Timeout | undefined;
			await Promise.race([
				all(),
				new Promise((resolve) => {
					timeout = setTimeout(resolve, graceMs);
				}),
			]);
			clearTimeout(timeout);
			for (const run of running.values()) void halt(run, "shutdown");
			await all();
		},
	};
}

/** One engine's share of a job. */
interface Part {
	readonly engine: string;
	readonly prefix: string;
	/** Of the job's progress. */
	readonly start: number;
	readonly span: number;
	/** The job's options are not this engine's. */
	readonly isFailover?: boolean;
}

/** One that has the engine warm already, if there is one; else one that would not have to forget another. */
function chooseHost(free: ReadonlySet<EngineHost>, job: Job): EngineHost {
	const all = [...free];
	const [engine] = job.request.engines;
	return (
		all.find((host) => host.isWarm(engine)) ??
		all.find((host) => host.status().loaded.length === 0) ??
		all[0]
	);
}

async function workOf(
	job: Job,
	{ engine, prefix, isFailover }: Part,
	blobs: BlobStorage,
): Promise<HostWork> {
	const { request } = job;
	const file = async <F extends { readonly sha256: string; label: string }>({
		sha256,
		label,
	}: F): Promise<{ path: string; label: string }> => ({
		path: await blobs.localPath(sha256),
		label,
	});
	return {
		jobId: job.id,
		inputs: await Promise.all(
			request.inputs.map(async (input) => ({
				...(await file(input)),
				...(input.view ? { view: input.view } : {}),
			})),
		),
		...(request.cameraFile
			? { cameraFile: await file(request.cameraFile) }
			: {}),
		masks: await Promise.all((request.masks ?? []).map(file)),
		...(engine === "auto" ? {} : { engine }),
		engineOptions: isFailover ? {} : request.engineOptions,
		options: request.options,
		formats: request.formats,
		previewFirst: request.previewFirst,
		title: titleOf(request),
		prefix,
	};
}

/** Not the job's own title: a result may be lent to a job with another. */
function titleOf({ inputs, cameraFile }: Job["request"]): string {
	if (inputs.length === 1) return inputs[0].label.replace(/\.[^.]*$/, "");
	return `Object from ${inputs.length} ${cameraFile ? "posed pictures" : "views"}`;
}
