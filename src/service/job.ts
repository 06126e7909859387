import type { ErrorCode } from "../core/errors.ts";
import type { Notice } from "../core/run-context.ts";
import type { ViewName } from "../core/view.ts";
import type { ModelFormat } from "../pipeline/model-formats.ts";
import type { RunOptionsInput } from "../pipeline/options.ts";

// A job: what was asked, where it stands, what came out. Plain data: it crosses processes and goes to JSON.
//
//            ┌──────────── retry (backoff, by error kind) ───────────┐
//            ▼                                                       │
//   submit → queued ──claim──► running ──► succeeded                 │
//            │  ▲ held by:       │  ├─────► failed ──(user's retry)──► queued
//            │  │ dependency     │  └─────► (attempt lost) ───────────┘
//            │  │ start time     │
//            └──┴── cancel ──────┴───────► cancelled

export const JOB_STATES = [
	"queued",
	"running",
	"succeeded",
	"failed",
	"cancelled",
] as const;
export type JobState = (typeof JOB_STATES)[number];
export const FINAL_STATES: readonly JobState[] = [
	"succeeded",
	"failed",
	"cancelled",
];

/** Why a queued job is not offered to a host yet. */
export type HeldBy = "dependency" | "start-time" | "retry";

/** One picture of a job. Its bytes are a blob. */
export interface JobInput {
	readonly sha256: string; // hex, of the blob
	readonly sizeBytes: number;
	/** File name as the user knows it; a label, never a path. Distinct within a job. */
	readonly label: string;
	readonly view?: ViewName;
}

/** Posed captures: the camera file, whose frames name inputs by label. */
export interface JobCameraFile {
	readonly sha256: string;
	readonly sizeBytes: number;
	readonly label: string; // 'transforms.json' or 'cameras.json'
}

/** Corrections of the foreground, by label of the input. */
export interface JobMask {
	readonly sha256: string;
	readonly sizeBytes: number;
	readonly label: string;
}

export interface JobRequest {
	readonly inputs: readonly JobInput[];
	readonly cameraFile?: JobCameraFile;
	readonly masks?: readonly JobMask[];
	/** 'auto', one engine, or two to be run one after the other and compared. */
	readonly engines: readonly string[];
	/** Options of the engine's own schema. */
	readonly engineOptions: Readonly<Record<string, unknown>>;
	readonly options: RunOptionsInput;
	readonly formats: readonly ModelFormat[];
	/** A coarse preview as an intermediate file. */
	readonly previewFirst: boolean;
	/** −100 to 100; higher runs first, equal ones in order of submission. */
	readonly priority: number;
	/** Jobs that must have succeeded before; when one fails or is cancelled this job fails. */
	readonly dependsOn: readonly string[];
	/** Milliseconds since 1970; not before. */
	readonly startAt?: number;
	/** 1–10. Bad input is never tried again. */
	readonly maxAttempts: number;
	/** Seconds: the soft limit asks the run to stop, the hard one kills its host. */
	readonly softLimitSeconds: number;
	readonly hardLimitSeconds: number;
	/** Tried when the engine cannot run or crashed in every attempt. */
	readonly failover?: string;
	/** Whether a finished job with the same inputs and options may lend its result. */
	readonly reuse: boolean;
	/** The job that this one is a changed retry of; it may be gone by now. */
	readonly retryOf?: string;
	/** A free name and words to find it by. */
	readonly title?: string;
	readonly tags: readonly string[];
	/** The caller's own; handed back everywhere, never read. At most 4 kB as JSON. */
	readonly metadata: Readonly<Record<string, unknown>>;
	readonly webhook?: JobWebhook;
}

export interface JobWebhook {
	readonly url: string;
	/** Standard Webhooks secret 'whsec_…'; default: the server's. */
	readonly secret?: string;
	readonly events: readonly WebhookEventType[];
	/** 'standard' (Standard Webhooks) or 'callback' ({job_id, status, progress, model_url, error_message, metadata}). */
	readonly form: "standard" | "callback";
}
export const WEBHOOK_EVENTS = [
	"job.progress",
	"job.succeeded",
	"job.failed",
	"job.cancelled",
] as const;
export type WebhookEventType = (typeof WEBHOOK_EVENTS)[number];

/** One file of a result (or of an unfinished run: the preview). Its bytes are a blob. */
export interface JobFile {
	/** 'model.glb', 'report.json', 'previews/hero.png'; with two engines 'visual-hull/model.glb'. Safe as a relative path. */
	readonly name: string;
	readonly role: "model" | "preview" | "report" | "mask" | "comparison";
	readonly sha256: string;
	readonly sizeBytes: number;
	readonly mimeType: string;
}

export interface JobError {
	readonly code: ErrorCode;
	readonly kind: string;
	readonly message: string;
	readonly hint: string;
	readonly step?: string;
}

export interface JobProgress {
	/** Of the whole job, 0–1; rises only within one attempt. */
	readonly fraction: number;
	/** 'shape/fit'; '' before the first step. */
	readonly step: string;
	/** The engine at work. */
	readonly engine?: string;
}

/** What one engine made of the job. */
export interface EngineOutcome {
	readonly engine: string;
	readonly verdict: "pass" | "warn" | "fail";
	readonly summary: string;
	readonly triangles: number;
	readonly durationMs: number;
	readonly peakMemoryMB: number;
	/** Means over the views: for lists and comparisons. */
	readonly psnrDb: number;
	readonly ssim: number;
	readonly silhouetteIou: number;
}

export interface JobResult {
	/** One per engine, in the order asked for. */
	readonly outcomes: readonly EngineOutcome[];
	/** The job whose result this is, where it was reused. */
	readonly reusedFrom?: string;
}

export interface Job {
	readonly id: string; // k-sortable: 'job_' + 26 letters of Crockford base 32 (ULID)
	readonly state: JobState;
	readonly request: JobRequest;
	/** Of inputs, engines and options: the same hash is the same work. */
	readonly workHash: string;
	/** Whose API key submitted it; '' for the local user. */
	readonly owner: string;
	readonly createdAt: number; // ms since 1970, as all times here
	readonly updatedAt: number;
	readonly startedAt?: number; // of the newest attempt
	readonly finishedAt?: number;
	/** Claims so far. */
	readonly attempts: number;
	readonly heldBy?: HeldBy;
	/** While held by a retry or a start time. */
	readonly notBefore?: number;
	/** First step of a two-step cancel: asked for, not confirmed; forgotten after an hour. */
	readonly cancelAskedAt?: number;
	/** Set when a confirmed cancel waits for the running attempt to stop. */
	readonly cancelling: boolean;
	readonly progress: JobProgress;
	readonly notices: readonly Notice[];
	readonly files: readonly JobFile[];
	readonly result?: JobResult;
	readonly error?: JobError;
	/** Errors of earlier attempts, oldest first, at most 10. */
	readonly pastErrors: readonly (JobError & { readonly attempt: number })[];
	readonly favourite: boolean;
}

/** What lists show beside the job; computed when asked for. */
export interface JobOutlook {
	/** 1 is next; only while queued and not held. */
	readonly queuePosition?: number;
	/** Estimated from finished jobs of the same engine and size class. */
	readonly secondsLeft?: number;
}

/** Appended for every change a watcher can see; `seq` rises by one over all jobs and survives restarts. */
export interface JobEvent {
	readonly seq: number;
	readonly at: number;
	readonly jobId: string;
	readonly type:
		| "state"
		| "progress"
		| "step"
		| "notice"
		| "preview"
		| "deleted";
	readonly state: JobState;
	readonly progress: JobProgress;
	readonly notice?: Notice;
	readonly file?: JobFile;
	readonly error?: JobError;
}
