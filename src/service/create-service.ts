import { LunarError } from "../core/errors.ts";
import type { Logger } from "../core/run-context.ts";
import { VERSION } from "../pipeline/version.ts";
import { checkRequest } from "./check-request.ts";
import type { Config } from "./config.ts";
import type { AnyEngineInfo } from "./engine-info.ts";
import { createEngineLimits } from "./engine-limits.ts";
import { FINAL_STATES, type Job, type JobRequest } from "./job.ts";
import { inputBlobsOf } from "./job-blobs.ts";
import { createMachineReader } from "./machine.ts";
import { createIdMaker } from "./new-id.ts";
import { createOutlook } from "./outlook.ts";
import type { BlobStorage } from "./ports/blob-storage.ts";
import type { EngineCatalogue } from "./ports/engine-catalogue.ts";
import type { EngineHost } from "./ports/engine-host.ts";
import type { JobStore, NewJob } from "./ports/job-store.ts";
import type { BlobReleaser } from "./release-blobs.ts";
import { createRunner } from "./runner.ts";
import type { JobService, MachineStatus } from "./service.ts";
import { watchEvents } from "./watch-events.ts";
import { sizeClassOf, workHashOf } from "./work-hash.ts";

export interface ServiceParts {
	readonly store: JobStore;
	readonly blobs: BlobStorage;
	readonly releaser: BlobReleaser;
	readonly hosts: readonly EngineHost[];
	readonly engines: EngineCatalogue;
	readonly config: Config;
	readonly log: Logger;
	/** Milliseconds since 1970. */
	readonly now?: () => number;
	/** No job starts before this; left out: at once. */
	readonly whenOpen?: Promise<void>;
}

/** Servers that may end under a job before it is thought to be the reason. */
const MOST_LOST = 10;
const CANCEL_WAIT_MS = 3000;
const BLOB_BYTES_FRESH_MS = 60_000;
const FREE_BYTES_FRESH_MS = 1000;

type By = Parameters<JobService["submit"]>[1];

/** Starts with what an earlier server left undone. */
export async function createService(parts: ServiceParts): Promise<JobService> {
	const { store, blobs, releaser, hosts, engines, config, log } = parts;
	const now = parts.now ?? Date.now;
	const limitsOf = createEngineLimits(config.hosts);
	const runner = createRunner({
		store,
		blobs,
		hosts,
		releaser,
		log,
		limitsOf,
		now,
	});
	const outlookOf = createOutlook(store, hosts.length, now);
	const machine = createMachineReader();
	const newId = createIdMaker("job_", now);
	const startedAt = now();
	const freeBytes = remembered(() => blobs.freeBytes(), FREE_BYTES_FRESH_MS);
	const blobBytes = remembered(async () => {
		let sum = 0;
		for await (const { sizeBytes } of blobs.list()) sum += sizeBytes;
		return sum;
	}, BLOB_BYTES_FRESH_MS);
	let isStopping = false;
	let isOpen = parts.whenOpen === undefined;
	const wake = (): void => {
		if (isOpen) runner.wake();
	};

	const find = async (id: string): Promise<Job> => {
		const job = await store.get(id);
		if (job) return job;
		throw new LunarError("JOB_UNKNOWN", `there is no job ${id.slice(0, 60)}`);
	};

	/** Whether there is room for more work at all. */
	const admit = async (count: number): Promise<void> => {
		if (isStopping)
			throw new LunarError("SHUTTING_DOWN", "the server takes no new jobs");
		const { queued } = await store.countByState();
		const { queueLength } = config.limits;
		if (queued + count > queueLength)
			throw new LunarError(
				"QUEUE_FULL",
				`${queued} jobs are queued, the limit is ${queueLength}`,
			);
		const { minFreeBytes } = config.retention;
		const free = await freeBytes();
		if (free < minFreeBytes)
			throw new LunarError(
				"DISK_FULL",
				`${megabytes(free)} MB are free, new work is refused below ${megabytes(minFreeBytes)} MB (retention.minFreeBytes)`,
			);
	};

	const prepare = async (
		id: string,
		request: JobRequest,
		by: By,
	): Promise<NewJob> => {
		const chosen = await checkRequest(request, engines, blobs);
		const workHash = workHashOf(request, chosen);
		const isNow =
			request.dependsOn.length === 0 && (request.startAt ?? 0) <= now();
		const lender =
			request.reuse && isNow
				? await findLender(workHash, by.owner, chosen)
				: undefined;
		return {
			id,
			request,
			workHash,
			sizeClass: sizeClassOf(request),
			...by,
			...(lender ? { reuse: { jobId: lender } } : {}),
		};
	};

	const findLender = async (
		workHash: string,
		owner: string,
		chosen: readonly string[],
	): Promise<string | undefined> => {
		const job = await store.findReusable(workHash, owner);
		const made = job?.result?.outcomes.map(({ engine }) => engine);
		// What another engine made in the place of this one is not the same.
		if (made?.join() !== chosen.join()) return undefined;
		for (const { sha256 } of job?.files ?? [])
			if ((await blobs.size(sha256)) === undefined) return undefined;
		return job?.id;
	};

	const submit = async (
		requests: readonly JobRequest[],
		by: By,
	): Promise<readonly { readonly job: Job; readonly created: boolean }[]> => {
		const { owner, idempotencyKey, bodyHash } = by;
		const before =
			idempotencyKey === undefined
				? undefined
				: await store.known(owner, idempotencyKey, bodyHash ?? "");
		if (before) return before.map((job) => ({ job, created: false }));
		await admit(requests.length);
		const ids = requests.map(newId);
		const resolved = requests.map((request, k) => ({
			...request,
			dependsOn: request.dependsOn.map((needs) =>
				needs.startsWith("#") ? siblingOf(needs, ids.slice(0, k)) : needs,
			),
		}));
		const hashes = resolved.flatMap((request) =>
			inputBlobsOf(request).map(({ sha256 }) => sha256),
		);
		const added = await releaser.holding(hashes, async () => {
			const jobs: NewJob[] = [];
			for (const [k, request] of resolved.entries())
				jobs.push(await prepare(ids[k], request, by));
			return store.add(jobs);
		});
		wake();
		return added;
	};

	/** Files of a job that is gone, or of one that will make new ones. */
	const release = (job: Job, withInputs: boolean): void =>
		releaser.release([
			...job.files.map(({ sha256 }) => sha256),
			...(withInputs
				? inputBlobsOf(job.request).map(({ sha256 }) => sha256)
				: []),
		]);

	/** Cancels; what runs, or was claimed this very moment, is stopped. */
	const halt = async (
		id: string,
	): Promise<{ readonly done: Promise<void> } | undefined> => {
		const job = await store.cancel(id);
		const done = job?.state === "running" ? runner.cancel(id) : undefined;
		return done && { done };
	};

	const cancel: JobService["cancel"] = async (id, { confirm, waitMs }) => {
		const before = await find(id);
		if (FINAL_STATES.includes(before.state))
			return {
				job: before,
				outcome: before.state === "cancelled" ? "cancelled" : "too-late",
			};
		if (!confirm) {
			await store.askCancel(id);
			return { job: await find(id), outcome: "pending" };
		}
		const stopped = await halt(id);
		release(before, false);
		await Promise.race([
			stopped?.done ?? immediate(),
			delay(waitMs ?? CANCEL_WAIT_MS),
		]);
		const job = await find(id);
		log.info("job cancelled", { jobId: id, state: job.state });
		if (job.state === "cancelled") return { job, outcome: "cancelled" };
		return {
			job,
			outcome: FINAL_STATES.includes(job.state) ? "too-late" : "stopping",
		};
	};

	const lost = await store.releaseAll(MOST_LOST);
	if (lost > 0)
		log.warn(`${lost} jobs were running when the last server ended`);
	void Promise.resolve(parts.whenOpen).then(() => {
		isOpen = true;
		wake();
	});

	return {
		blobs,
		async submit(request, by) {
			const [added] = await submit([request], by);
			log.info("job submitted", {
				jobId: added.job.id,
				state: added.job.state,
				created: added.created,
			});
			return added;
		},
		async submitBatch(requests, by) {
			const added = await submit(requests, by);
			log.info("batch submitted", { jobs: added.map(({ job }) => job.id) });
			return added.map(({ job }) => job);
		},
		known: ({ owner, idempotencyKey, bodyHash }) =>
			store.known(owner, idempotencyKey, bodyHash),
		async get(id) {
			const job = await find(id);
			return { job, outlook: await outlookOf(job) };
		},
		list: (filter, limit, cursor) => store.list(filter, limit, cursor),
		cancel,
		async retry(id, changes, by = {}) {
			const job = await find(id);
			if (changes === undefined || Object.keys(changes).length === 0) {
				await admit(1);
				await store.requeue(id);
				wake();
				log.info("job queued again", { jobId: id });
				return find(id);
			}
			const { owner, request } = job;
			// What it waited for and is gone by now was done.
			const dependsOn: string[] = [];
			for (const needs of request.dependsOn)
				if (await store.get(needs)) dependsOn.push(needs);
			const [added] = await submit(
				[{ ...request, dependsOn, ...changes, retryOf: id }],
				{ owner, ...by },
			);
			log.info("job submitted", { jobId: added.job.id, retryOf: id });
			return added.job;
		},
		async annotate(id, changes) {
			await find(id);
			await store.annotate(id, changes);
			return find(id);
		},
		async remove(id) {
			const job = await find(id);
			if (!FINAL_STATES.includes(job.state)) {
				await (await halt(id))?.done;
			}
			const removed = await store.remove(id);
			if (removed) release(removed, true);
			log.info("job removed", { jobId: id });
		},
		watch: (from, signal) => watchEvents(store, from, signal),
		async engines() {
			const infos = await engines.infos();
			return Promise.all(
				infos.map(async (info): Promise<AnyEngineInfo> => {
					const seconds = await store.typicalSeconds(info.id);
					const isLoaded = hosts.some((host) => host.isWarm(info.id));
					return {
						...info,
						...(isLoaded ? { status: "loaded" } : {}),
						...(seconds === undefined ? {} : { typicalSeconds: seconds }),
					};
				}),
			);
		},
		async machine(): Promise<MachineStatus> {
			const [counts, held, memory, disk, bytes] = await Promise.all([
				store.countByState(),
				store.countHeld(),
				machine.memory(),
				machine.disk(config.dataPath),
				blobBytes(),
			]);
			return {
				cpu: machine.cpu(),
				memory,
				gpus: machine.gpus(),
				disk: { path: config.dataPath, ...disk, blobBytes: bytes },
				queue: { queued: counts.queued, held, running: counts.running },
				hosts: hosts.map((host) => host.status()),
				startedAt,
				version: VERSION,
			};
		},
		async stop(graceMs) {
			if (isStopping) return;
			isStopping = true;
			await runner.stop(graceMs);
			await Promise.all(hosts.map((host) => host.close()));
		},
	};
}

function siblingOf(text: string, before: readonly string[]): string {
	const id = before[Number(text.slice(1))];
	if (id !== undefined) return id;
	throw new LunarError(
		"REQUEST_INVALID",
		`dependsOn names ${text}, which is no job of this batch before it`,
	);
}

/** The newest answer, asked for again when it is old. */
function remembered<T>(
	ask: () => Promise<T>,
	freshMs: number,
): () => Promise<T> {
	let answer: Promise<T> | undefined;
	let askedMs = 0;
	return () => {
		if (!answer || performance.now() - askedMs > freshMs) {
			askedMs = performance.now();
			answer = ask();
			answer.catch(() => {
				answer = undefined;
			});
		}
		return answer;
	};
}

function delay(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

function immediate(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}

function megabytes(bytes: number): number {
	return Math.round(bytes / 1e6);
}
