import type { AnyEngineInfo } from "./engine-info.ts";
import type { Job, JobEvent, JobOutlook, JobRequest } from "./job.ts";
import type { BlobStorage } from "./ports/blob-storage.ts";
import type { JobFilter, JobPage } from "./ports/job-store.ts";

/**
 * What a door to the outside (HTTP, command line) may do with jobs. One object per server process; every change is
 * durable when the promise settles. Errors are LunarErrors: JOB_UNKNOWN, JOB_STATE, IDEMPOTENCY_CONFLICT, QUEUE_FULL,
 * DISK_FULL, SHUTTING_DOWN, ENGINE_UNKNOWN, OPTION_INVALID, …
 */
export interface JobService {
	readonly blobs: BlobStorage;
	/** Checks the request (engine, options, inputs present), then stores it. */
	submit(
		request: JobRequest,
		by: {
			readonly owner: string;
			readonly idempotencyKey?: string;
			/** Hash of the caller's body; with a key. */
			readonly bodyHash?: string;
		},
	): Promise<{ readonly job: Job; readonly created: boolean }>;
	/** All or none. `dependsOn` may name '#0', '#1', … for jobs of the same batch before it. */
	submitBatch(
		requests: readonly JobRequest[],
		by: {
			readonly owner: string;
			readonly idempotencyKey?: string;
			readonly bodyHash?: string;
		},
	): Promise<readonly Job[]>;
	/** The jobs that this key made within a day, whatever is full now; undefined: none. Throws IDEMPOTENCY_CONFLICT for another body. */
	known(by: {
		readonly owner: string;
		readonly idempotencyKey: string;
		/** Left out: not compared. */
		readonly bodyHash?: string;
	}): Promise<readonly Job[] | undefined>;
	get(id: string): Promise<{ readonly job: Job; readonly outlook: JobOutlook }>;
	list(filter: JobFilter, limit: number, cursor?: string): Promise<JobPage>;
	/** Without `confirm`: marks it, forgotten after an hour. With: takes effect; waits up to `waitMs` for the work to stop. */
	cancel(
		id: string,
		how: { readonly confirm: boolean; readonly waitMs?: number },
	): Promise<{ readonly job: Job; readonly outcome: CancelOutcome }>;
	/** A failed or cancelled job goes back to the queue. With changes: a new job of any other, which names it (`retryOf`). */
	retry(
		id: string,
		changes?: Partial<JobRequest>,
		by?: { readonly idempotencyKey?: string; readonly bodyHash?: string },
	): Promise<Job>;
	annotate(
		id: string,
		changes: {
			readonly title?: string;
			readonly tags?: readonly string[];
			readonly favourite?: boolean;
			readonly priority?: number;
		},
	): Promise<Job>;
	/** Cancels first where it must; files that no other job names are removed soon after. */
	remove(id: string): Promise<void>;
	/** Events after `seq`, then live ones, until the signal. */
	watch(
		from: { readonly afterSeq: number; readonly jobId?: string },
		signal: AbortSignal,
	): AsyncIterable<JobEvent>;
	engines(): Promise<readonly AnyEngineInfo[]>;
	machine(): Promise<MachineStatus>;
	/** No new claims; running work finishes within the limit, or goes back to the queue. */
	stop(graceMs: number): Promise<void>;
}

export type CancelOutcome =
	/** First step done; send confirm. */
	| "pending"
	/** It was queued, or has stopped. Its files are gone. */
	| "cancelled"
	/** Its host did not stop in time; it is being killed. */
	| "stopping"
	/** It had finished before. */
	| "too-late";

/** For the operator's page and /metrics. Sizes in bytes, shares 0–1. */
export interface MachineStatus {
	readonly cpu: {
		readonly cores: number;
		readonly load: number;
		readonly model: string;
	};
	readonly memory: {
		readonly totalBytes: number;
		readonly freeBytes: number;
		readonly serverBytes: number;
	};
	readonly gpus: readonly {
		readonly name: string;
		readonly memoryBytes?: number;
		readonly usedBytes?: number;
	}[];
	readonly disk: {
		readonly path: string;
		readonly totalBytes: number;
		readonly freeBytes: number;
		readonly blobBytes: number;
	};
	readonly queue: {
		readonly queued: number;
		readonly held: number;
		readonly running: number;
	};
	readonly hosts: readonly HostStatus[];
	readonly startedAt: number;
	readonly version: string;
}

/** One engine host process. */
export interface HostStatus {
	readonly id: string;
	readonly pid?: number;
	readonly state: "starting" | "idle" | "busy" | "stopping" | "dead";
	readonly jobId?: string;
	/** Engines whose models it keeps warm. */
	readonly loaded: readonly string[];
	readonly memoryBytes: number;
	readonly jobsDone: number;
	readonly lastError?: string;
}
