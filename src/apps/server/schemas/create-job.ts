import { z } from "zod";
import { VIEW_NAMES, type ViewName } from "../../../core/view.ts";
import {
	MODEL_FORMATS,
	type ModelFormat,
} from "../../../pipeline/model-formats.ts";
import {
	type RunOptionsInput,
	runOptionsSchema,
} from "../../../pipeline/options.ts";
import {
	type JobWebhook,
	WEBHOOK_EVENTS,
	type WebhookEventType,
} from "../../../service/job.ts";
import { uploadIdSchema } from "./common.ts";

/** Where bytes come from: an earlier upload, or an address. */
export interface Source {
	readonly upload?: string | undefined;
	readonly url?: string | undefined;
}

export interface ImageSource extends Source {
	readonly view?: ViewName | undefined;
	readonly label?: string | undefined;
}

/** Everything of a job but its pictures; what is left out has a default. */
export interface JobChoices {
	readonly engine?: string | undefined;
	readonly engines?: readonly string[] | undefined;
	readonly engineOptions?: Readonly<Record<string, unknown>> | undefined;
	readonly options?: RunOptionsInput | undefined;
	readonly formats?: readonly ModelFormat[] | undefined;
	readonly previewFirst?: boolean | undefined;
	readonly priority?: number | undefined;
	readonly dependsOn?: readonly string[] | undefined;
	readonly startAt?: number | undefined;
	readonly maxAttempts?: number | undefined;
	readonly softLimitSeconds?: number | undefined;
	readonly hardLimitSeconds?: number | undefined;
	readonly failover?: string | undefined;
	readonly reuse?: boolean | undefined;
	readonly title?: string | undefined;
	readonly tags?: readonly string[] | undefined;
	readonly metadata?: Readonly<Record<string, unknown>> | undefined;
	readonly webhook?:
		| {
				readonly url: string;
				readonly secret?: string | undefined;
				readonly events?: readonly WebhookEventType[] | undefined;
				readonly form?: JobWebhook["form"] | undefined;
		  }
		| undefined;
}

/** The pictures of a job, and what belongs to them. */
export interface Sources {
	readonly images?: readonly ImageSource[] | undefined;
	readonly camera?: Source | undefined;
	readonly masks?:
		| readonly { readonly label: string; readonly upload: string }[]
		| undefined;
}

export interface CreateJob extends Sources, JobChoices {
	readonly images: readonly ImageSource[];
}

/** What a retry changes; what is left out stays as it was. */
export interface JobChanges extends Sources, JobChoices {}

const MAX_METADATA_BYTES = 4096;
/** As many as an upload may bring: 200 views and a camera file. */
export const MAX_IMAGES = 200;

const source = {
	upload: uploadIdSchema.optional().describe("Id of an earlier upload"),
	url: z.url().max(2000).optional().describe("A public http(s) address"),
};
const oneSource = (value: Source): boolean =>
	(value.upload === undefined) !== (value.url === undefined);
const ONE_SOURCE = "give either upload or url";

const label = z.string().min(1).max(200);
const engineName = z.string().min(1).max(64);

/** An unknown option is refused, not ignored. */
const strictRunOptions = (runOptionsSchema as unknown as z.ZodObject)
	.strict()
	.meta({ id: "RunOptions" }) as unknown as typeof runOptionsSchema;

const choices = {
	engine: engineName
		.optional()
		.describe("Default auto: the best that can run on these pictures"),
	engines: z
		.array(engineName)
		.min(1)
		.max(2)
		.optional()
		.describe("Two engines run one after the other and are compared"),
	engineOptions: z
		.record(z.string().max(64), z.unknown())
		.optional()
		.describe("Of the engine's own schema, see GET /v1/engines"),
	options: strictRunOptions.optional().describe("See GET /v1/options"),
	formats: z
		.array(z.enum(MODEL_FORMATS))
		.min(1)
		.max(MODEL_FORMATS.length)
		.optional()
		.describe("Default glb"),
	previewFirst: z
		.boolean()
		.optional()
		.describe("A coarse preview before the result"),
	priority: z
		.number()
		.int()
		.min(-100)
		.max(100)
		.optional()
		.describe("Higher runs first; default 0"),
	dependsOn: z
		.array(z.string().min(1).max(64))
		.max(100)
		.optional()
		.describe(
			"Jobs that must have succeeded before; in a batch also #0, #1, …",
		),
	startAt: z
		.number()
		.int()
		.min(0)
		.max(8.64e15)
		.optional()
		.describe("Not before; milliseconds since 1970"),
	maxAttempts: z.number().int().min(1).max(10).optional(),
	softLimitSeconds: z.number().positive().max(86_400).optional(),
	hardLimitSeconds: z.number().positive().max(86_400).optional(),
	failover: engineName
		.optional()
		.describe("Tried when the engine cannot run or crashed in every attempt"),
	reuse: z
		.boolean()
		.optional()
		.describe(
			"Whether a finished job with the same inputs and options may lend its result; default true",
		),
	title: z.string().max(200).optional(),
	tags: z.array(z.string().min(1).max(50)).max(20).optional(),
	metadata: z
		.record(z.string(), z.unknown())
		.refine(
			(value) => Buffer.byteLength(JSON.stringify(value)) <= MAX_METADATA_BYTES,
			`at most ${MAX_METADATA_BYTES} bytes as JSON`,
		)
		.optional()
		.describe(
			"The caller's own; handed back, never read. At most 4 kB as JSON",
		),
	webhook: z
		.strictObject({
			url: z.url().max(2000),
			secret: z.string().min(16).max(200).optional(),
			events: z.array(z.enum(WEBHOOK_EVENTS)).min(1).max(4).optional(),
			form: z.enum(["standard", "callback"]).optional(),
		})
		.optional(),
};

/** The field `request` of a form: everything but the pictures, which the form carries. */
export const jobChoicesSchema: z.ZodType<JobChoices> = z
	.strictObject(choices)
	.meta({ id: "JobChoices" });

const images = z
	.array(
		z
			.strictObject({
				...source,
				view: z.enum(VIEW_NAMES).optional(),
				label: label.optional(),
			})
			.refine(oneSource, ONE_SOURCE),
	)
	.min(1)
	.max(MAX_IMAGES);
const besidePictures = {
	camera: z
		.strictObject(source)
		.refine(oneSource, ONE_SOURCE)
		.optional()
		.describe("transforms.json or cameras.json"),
	masks: z
		.array(z.strictObject({ label, upload: uploadIdSchema }))
		.max(MAX_IMAGES)
		.optional()
		.describe("Corrections of the foreground, by label of the picture"),
};

export const createJobSchema: z.ZodType<CreateJob> = z
	.strictObject({ images, ...besidePictures, ...choices })
	.meta({ id: "CreateJob" });

export const jobChangesSchema: z.ZodType<JobChanges> = z
	.strictObject({
		images: images
			.optional()
			.describe(
				"Take the place of all pictures, masks and the camera file of before",
			),
		...besidePictures,
		...choices,
	})
	.meta({ id: "JobChanges" });
