import type { Notice } from "../../core/run-context.ts";
import type {
	Job,
	JobError,
	JobEvent,
	JobFile,
	JobProgress,
	JobRequest,
	JobResult,
	JobState,
} from "../job.ts";

/** Proof of a claim: only its holder may write to the running job. */
export interface Attempt {
	readonly jobId: string;
	/** Random; a new one with every claim. */
	readonly token: string;
	readonly number: number; // 1 for the first
}

export interface JobFilter {
	readonly states?: readonly JobState[];
	readonly owner?: string;
	readonly engine?: string;
	readonly tag?: string;
	readonly favourite?: boolean;
	/** Words of title, labels and id. */
	readonly search?: string;
	readonly createdAfter?: number;
	readonly createdBefore?: number;
}

export interface JobPage {
	readonly jobs: readonly Job[];
	/** Hand it back for the next page; left out on the last. */
	readonly cursor?: string;
	readonly total: number;
}

export interface NewJob {
	readonly id: string;
	readonly request: JobRequest;
	readonly workHash: string;
	readonly owner: string;
	/** Same key and same body: the same job; other body: IDEMPOTENCY_CONFLICT. Kept 24 h per owner. */
	readonly idempotencyKey?: string;
	readonly bodyHash?: string;
	/** Jobs of one class take about as long as each other: see `typicalSeconds`. */
	readonly sizeClass: string;
	/** The finished job whose result is lent: the new one is born succeeded. */
	readonly reuse?: { readonly jobId: string };
}

/**
 * The record of all jobs. Every method is one transaction that is on the disk when it returns.
 * Methods that take an Attempt answer false, and change nothing, when the claim is no longer current.
 */
export interface JobStore {
	/** All or none. Answers with the jobs in order; `created` is false where an idempotency key was known. */
	add(
		jobs: readonly NewJob[],
	): Promise<readonly { readonly job: Job; readonly created: boolean }[]>;
	/**
	 * The jobs that were made under this key; undefined: it is free. Throws IDEMPOTENCY_CONFLICT for another body, unless
	 * that is left out.
	 */
	known(
		owner: string,
		idempotencyKey: string,
		bodyHash?: string,
	): Promise<readonly Job[] | undefined>;
	get(id: string): Promise<Job | undefined>;
	/** Newest first. */
	list(filter: JobFilter, limit: number, cursor?: string): Promise<JobPage>;
	countByState(): Promise<Readonly<Record<JobState, number>>>;
	/** Queued jobs that wait for something other than a host. */
	countHeld(): Promise<number>;
	/** Free fields only. */
	annotate(
		id: string,
		changes: {
			readonly title?: string;
			readonly tags?: readonly string[];
			readonly favourite?: boolean;
			readonly priority?: number;
		},
	): Promise<Job | undefined>;

	/** The next job that may run (priority, then age; dependencies and times respected), now running; undefined: none. */
	claim(): Promise<
		{ readonly job: Job; readonly attempt: Attempt } | undefined
	>;
	/** When the next held job becomes ready; undefined: none is held by time. */
	nextReadyAt(): Promise<number | undefined>;
	/** The newest may be lost in a power cut; it costs no wait for the disk. */
	progress(attempt: Attempt, progress: JobProgress): Promise<boolean>;
	note(attempt: Attempt, notice: Notice): Promise<boolean>;
	addFile(attempt: Attempt, file: JobFile): Promise<boolean>;
	succeed(
		attempt: Attempt,
		result: JobResult,
		files: readonly JobFile[],
	): Promise<boolean>;
	/** `retryAt`: queued again, held until then; left out: failed for good (and what depends on it). */
	fail(attempt: Attempt, error: JobError, retryAt?: number): Promise<boolean>;
	/** The running attempt has stopped after a cancel. */
	stopped(attempt: Attempt): Promise<boolean>;
	/** Back to the queue as if it had not been claimed: the server stops. */
	release(attempt: Attempt): Promise<boolean>;
	/**
	 * At start: every running job lost its server, which is not the job's fault: back to the queue, without counting
	 * the attempt. What lost more than `maxLost` servers fails: it may be what ends them.
	 */
	releaseAll(maxLost: number): Promise<number>;

	/** First step of a two-step cancel. */
	askCancel(id: string): Promise<Job | undefined>;
	/** Queued: cancelled at once. Running: `cancelling` is set and the runner stops it. Final: unchanged. */
	cancel(id: string): Promise<Job | undefined>;
	/** Failed or cancelled jobs go back to the queue with fresh attempts. */
	requeue(id: string): Promise<Job | undefined>;
	/** Final jobs only; answers with the files it held. */
	remove(id: string): Promise<Job | undefined>;

	/** Newest succeeded job of this owner with this hash: its result may be lent. */
	findReusable(workHash: string, owner: string): Promise<Job | undefined>;
	queuePosition(id: string): Promise<number | undefined>;
	/** Whether any job names this blob. */
	isUsed(sha256: string): Promise<boolean>;
	/** Median seconds of the newest finished runs of this engine (or 'auto'), of this size class where it is given; undefined: no history. */
	typicalSeconds(
		engine: string,
		sizeClass?: string,
	): Promise<number | undefined>;
	/** Hashes of all blobs that any job still names (inputs, camera files, masks, files). */
	usedBlobs(): AsyncIterable<string>;

	/** Events after `seq`, oldest first. The last 100 000 are kept. */
	events(
		afterSeq: number,
		limit: number,
		jobId?: string,
	): Promise<readonly JobEvent[]>;
	lastSeq(): Promise<number>;
	/** Called in this process after each commit that appended events. Returns the way to stop. */
	onEvents(listener: (events: readonly JobEvent[]) => void): () => void;

	/** Throws STORE_CORRUPT with what is wrong. */
	check(): Promise<void>;
	/** Throws what a write would: STORE_UNWRITABLE, DISK_FULL, … */
	checkWritable(): Promise<void>;
	close(): Promise<void>;
}
