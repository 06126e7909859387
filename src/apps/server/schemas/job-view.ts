import { z } from "zod";
import { ERRORS, type ErrorCode } from "../../../core/errors.ts";
import type { Notice } from "../../../core/run-context.ts";
import { VIEW_NAMES } from "../../../core/view.ts";
import { MODEL_FORMATS } from "../../../pipeline/model-formats.ts";
import type { runOptionsSchema } from "../../../pipeline/options.ts";
import {
	JOB_STATES,
	type Job,
	type JobError,
	type JobEvent,
	type JobFile,
	type JobInput,
	type JobOutlook,
	type JobProgress,
	type JobRequest,
	type JobWebhook,
	WEBHOOK_EVENTS,
} from "../../../service/job.ts";

/** A file, and where to get it. */
export type FileView = JobFile & { readonly url: string };
/** An input, and where to see it. */
export type InputView = JobInput & { readonly url: string };

export type RequestView = Omit<JobRequest, "inputs" | "webhook"> & {
	readonly inputs: readonly InputView[];
	readonly webhook?: Omit<JobWebhook, "secret">;
};

/** A job as it is shown: links added, secrets left out. */
export type JobView = Omit<Job, "request" | "files"> & {
	readonly request: RequestView;
	readonly files: readonly FileView[];
	readonly outlook: JobOutlook;
	readonly links: {
		readonly self: string;
		readonly events: string;
		readonly files: string;
	};
};

const time = z.number().describe("Milliseconds since 1970");
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const codeSchema = z.enum(Object.keys(ERRORS) as [ErrorCode]);
const blob = { sha256, sizeBytes: z.number(), label: z.string() };

const noticeSchema: z.ZodType<Notice> = z
	.object({
		code: z.string(),
		severity: z.enum(["info", "warning"]),
		message: z.string(),
		remedy: z.string().optional(),
		label: z.string().optional(),
	})
	.meta({ id: "Notice" });

const progressSchema: z.ZodType<JobProgress> = z
	.object({
		fraction: z.number().min(0).max(1),
		step: z.string(),
		engine: z.string().optional(),
	})
	.meta({ id: "JobProgress" });

const errorShape = {
	code: codeSchema,
	kind: z.string(),
	message: z.string(),
	hint: z.string(),
	step: z.string().optional(),
};
const errorSchema: z.ZodType<JobError> = z
	.object(errorShape)
	.meta({ id: "JobError" });

const fileShape = {
	name: z.string(),
	role: z.enum(["model", "preview", "report", "mask", "comparison"]),
	sha256,
	sizeBytes: z.number(),
	mimeType: z.string(),
};
const fileSchema: z.ZodType<JobFile> = z.object(fileShape);
export const fileViewSchema: z.ZodType<FileView> = z
	.object({ ...fileShape, url: z.string() })
	.meta({ id: "JobFile" });

const outlookSchema: z.ZodType<JobOutlook> = z
	.object({
		queuePosition: z.number().int().optional(),
		secondsLeft: z.number().optional(),
	})
	.meta({ id: "JobOutlook" });

const requestSchema: z.ZodType<RequestView> = z
	.object({
		inputs: z.array(
			z.object({
				...blob,
				view: z.enum(VIEW_NAMES).optional(),
				url: z.string(),
			}),
		),
		cameraFile: z.object(blob).optional(),
		masks: z.array(z.object(blob)).optional(),
		engines: z.array(z.string()),
		engineOptions: z.record(z.string(), z.unknown()),
		options: z.record(z.string(), z.unknown()) as unknown as z.ZodType<
			z.input<typeof runOptionsSchema>
		>,
		formats: z.array(z.enum(MODEL_FORMATS)),
		previewFirst: z.boolean(),
		priority: z.number(),
		dependsOn: z.array(z.string()),
		startAt: time.optional(),
		maxAttempts: z.number(),
		softLimitSeconds: z.number(),
		hardLimitSeconds: z.number(),
		failover: z.string().optional(),
		reuse: z.boolean(),
		retryOf: z
			.string()
			.optional()
			.describe("The job that this is a changed retry of"),
		title: z.string().optional(),
		tags: z.array(z.string()),
		metadata: z.record(z.string(), z.unknown()),
		webhook: z
			.object({
				url: z.string(),
				events: z.array(z.enum(WEBHOOK_EVENTS)),
				form: z.enum(["standard", "callback"]),
			})
			.optional(),
	})
	.meta({ id: "JobRequest" });

export const jobViewSchema: z.ZodType<JobView> = z
	.object({
		id: z.string(),
		state: z.enum(JOB_STATES),
		request: requestSchema,
		workHash: z.string(),
		owner: z.string(),
		createdAt: time,
		updatedAt: time,
		startedAt: time.optional(),
		finishedAt: time.optional(),
		attempts: z.number().int(),
		heldBy: z.enum(["dependency", "start-time", "retry"]).optional(),
		notBefore: time.optional(),
		cancelAskedAt: time.optional(),
		cancelling: z.boolean(),
		progress: progressSchema,
		notices: z.array(noticeSchema),
		files: z.array(fileViewSchema),
		result: z
			.object({
				outcomes: z.array(
					z.object({
						engine: z.string(),
						verdict: z.enum(["pass", "warn", "fail"]),
						summary: z.string(),
						triangles: z.number(),
						durationMs: z.number(),
						peakMemoryMB: z.number(),
						psnrDb: z.number(),
						ssim: z.number(),
						silhouetteIou: z.number(),
					}),
				),
				reusedFrom: z.string().optional(),
			})
			.optional(),
		error: errorSchema.optional(),
		pastErrors: z.array(z.object({ ...errorShape, attempt: z.number() })),
		favourite: z.boolean(),
		outlook: outlookSchema,
		links: z.object({
			self: z.string(),
			events: z.string(),
			files: z.string(),
		}),
	})
	.meta({ id: "Job" });

/** `data:` of one server-sent event. */
export const jobEventSchema: z.ZodType<
	JobEvent & { readonly outlook: JobOutlook }
> = z
	.object({
		seq: z.number().int(),
		at: time,
		jobId: z.string(),
		type: z.enum(["state", "progress", "step", "notice", "preview", "deleted"]),
		state: z.enum(JOB_STATES),
		progress: progressSchema,
		notice: noticeSchema.optional(),
		file: fileSchema.optional(),
		error: errorSchema.optional(),
		outlook: outlookSchema,
	})
	.meta({ id: "JobEvent" });
