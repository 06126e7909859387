import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { LunarError } from "../../../core/errors.ts";
import { VIEW_NAMES, type ViewName } from "../../../core/view.ts";
import { MODEL_FORMATS } from "../../../pipeline/model-formats.ts";
import { runOptionsSchema } from "../../../pipeline/options.ts";
import {
	FINAL_STATES,
	type Job,
	type JobRequest,
} from "../../../service/job.ts";
import { buildRequest } from "../build-request.ts";
import { ownerFilter } from "../caller.ts";
import type { App, ServerContext } from "../context.ts";
import { FieldError, fieldsOf } from "../problem.ts";
import { type FormFields, receiveForm } from "../receive-form.ts";
import { bytesAnswer, ERROR_ANSWERS, jobIdSchema } from "../schemas/common.ts";
import { sendBlob } from "../send-blob.ts";
import { fileLink, type Link } from "../show-job.ts";
import { onceHeaders, type SubmitOnce } from "../submit-once.ts";
import { ownJob } from "./jobs.ts";

// The plain addresses of the web app that this replaces, so that its clients go on working: snake_case, a handful of words.

/** Form fields that are options of every run, by the names they may have. */
const OPTION_FIELDS: ReadonlyMap<string, string> = new Map(
	Object.keys(
		z.toJSONSchema(runOptionsSchema, { io: "input" }).properties ?? {},
	).flatMap((name) => [
		[name, name],
		[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), name],
	]),
);
const OTHER_TEXT = ["engine", "format", "formats", "title", "priority"];
const FORM_FIELDS: FormFields = {
	image: "picture",
	file: "picture",
	...(Object.fromEntries(VIEW_NAMES.map((name) => [name, "picture"])) as Record<
		ViewName,
		"picture"
	>),
	...Object.fromEntries(
		[...OPTION_FIELDS.keys(), ...OTHER_TEXT].map((name) => [name, "text"]),
	),
};
const MAIN_MODEL = /(^|\/)[^/]*\.(glb|obj|ply|stl|usdz)$/;

const statusSchema = z
	.object({
		job_id: z.string(),
		status: z.enum([
			"queued",
			"processing",
			"completed",
			"failed",
			"cancelled",
		]),
		progress: z.number().min(0).max(100),
		message: z.string().optional(),
		model_url: z.string().optional(),
		error: z.string().optional(),
		error_code: z.string().optional(),
		created_at: z.number(),
		finished_at: z.number().optional(),
	})
	.meta({ id: "LegacyStatus" });
type LegacyStatus = z.infer<typeof statusSchema>;

const legacyParams = z.object({ job_id: jobIdSchema });
const formBody = z.any().meta({
	type: "object",
	description:
		"`image` or `file` (or `front`, `right`, …), and options of the run as text fields",
	properties: { image: { type: "string", format: "binary" } },
});

/** POST /generate and /generate_async, GET /status/{job_id} and /jobs, POST /cancel/{job_id}. */
export function registerLegacy(
	app: App,
	context: ServerContext,
	link: Link,
	once: SubmitOnce,
	stopping: AbortSignal,
): void {
	const { service } = context;
	const tags = ["plain"];

	app.post(
		"/generate",
		{
			config: { scope: "submit", once: true },
			schema: {
				tags,
				summary: "Make a model and wait for it; answers with its bytes",
				consumes: ["multipart/form-data"],
				headers: onceHeaders,
				body: formBody,
				response: {
					200: bytesAnswer("The model", "model/gltf-binary"),
					...ERROR_ANSWERS,
				},
			},
		},
		async (request, reply) => {
			const job = await submit(request);
			reply.header("x-job-id", job.id);
			const done = await finished(job, request);
			if (done.state === "failed" && done.error)
				throw new LunarError(done.error.code, done.error.message);
			if (done.state !== "succeeded")
				throw new LunarError("CANCELLED", `${job.id} was cancelled`);
			const model = modelOf(done);
			if (model === undefined)
				throw new LunarError("FILE_UNKNOWN", `${job.id} has no model`);
			return sendBlob(request, reply, service.blobs, {
				...model,
				inline: false,
			});
		},
	);

	app.post(
		"/generate_async",
		{
			config: { scope: "submit", once: true },
			schema: {
				tags,
				summary: "Start making a model",
				consumes: ["multipart/form-data"],
				headers: onceHeaders,
				body: formBody,
				response: { 202: statusSchema, ...ERROR_ANSWERS },
			},
		},
		async (request, reply) =>
			reply.code(202).send(statusFor(await submit(request), link)),
	);

	app.get(
		"/status/:job_id",
		{
			config: { scope: "read" },
			schema: {
				tags,
				summary: "Where a job stands",
				params: legacyParams,
				response: { 200: statusSchema, ...ERROR_ANSWERS },
			},
		},
		async (request) => {
			const { job } = await ownJob(
				context,
				request.params.job_id,
				request.caller,
			);
			return statusFor(job, link);
		},
	);

	app.get(
		"/jobs",
		{
			config: { scope: "read" },
			schema: {
				tags,
				summary: "The newest jobs",
				querystring: z.object({
					limit: z.coerce.number().int().min(1).max(200).default(50),
				}),
				response: {
					200: z.object({ jobs: z.array(statusSchema) }),
					...ERROR_ANSWERS,
				},
			},
		},
		async (request) => {
			const owner = ownerFilter(request.caller);
			const { jobs } = await service.list(
				owner === undefined ? {} : { owner },
				request.query.limit,
			);
			return { jobs: jobs.map((job) => statusFor(job, link)) };
		},
	);

	app.post(
		"/cancel/:job_id",
		{
			config: { scope: "submit" },
			schema: {
				tags,
				summary: "Cancel: asked for, then confirmed",
				params: legacyParams,
				body: z.object({ confirm: z.boolean().default(false) }).nullish(),
				response: {
					200: z.object({
						job_id: z.string(),
						status: z.enum(["pending", "cancelled", "stopping", "too-late"]),
						message: z.string(),
					}),
					...ERROR_ANSWERS,
				},
			},
		},
		async (request) => {
			const id = request.params.job_id;
			await ownJob(context, id, request.caller);
			const { outcome } = await service.cancel(id, {
				confirm: request.body?.confirm ?? false,
				waitMs: 2000,
			});
			return { job_id: id, status: outcome, message: OUTCOMES[outcome] };
		},
	);

	async function submit(request: FastifyRequest): Promise<Job> {
		const asked = await readForm(request, context, once);
		const { jobs } = await once.run(
			request,
			{ body: asked.body, count: 1 },
			async (by) => [(await service.submit(asked.build(), by)).job],
		);
		return jobs[0];
	}

	/** The job once it has ended, unless the client leaves or the server stops. */
	async function finished(job: Job, request: FastifyRequest): Promise<Job> {
		const gone = new AbortController();
		const leave = (): void => gone.abort();
		request.raw.socket.once("close", leave);
		const signal = AbortSignal.any([gone.signal, stopping]);
		try {
			for await (const { state } of service.watch(
				{ afterSeq: 0, jobId: job.id },
				signal,
			))
				if (FINAL_STATES.includes(state)) {
					const now = await service.get(job.id);
					if (FINAL_STATES.includes(now.job.state)) return now.job;
				}
		} finally {
			request.raw.socket.off("close", leave);
		}
		throw new LunarError(
			"SHUTTING_DOWN",
			`${job.id} goes on; ask /status/${job.id} later`,
		);
	}
}

const OUTCOMES = {
	pending: "Send confirm: true within an hour to cancel the job.",
	cancelled: "The job was cancelled and its files are deleted.",
	stopping: "The work did not stop in time and is being ended.",
	"too-late": "The job had ended before.",
} as const;

async function readForm(
	request: FastifyRequest,
	{ config }: ServerContext,
	once: SubmitOnce,
): Promise<{ readonly body: unknown; readonly build: () => JobRequest }> {
	const { files, fields } = await receiveForm(
		request,
		await once.blobsFor(request),
		config.uploads,
		FORM_FIELDS,
		{ ignoreUnknownText: true },
	);
	const options: Record<string, unknown> = {};
	for (const [field, name] of OPTION_FIELDS) {
		const text = fields.get(field)?.trim();
		if (text) options[name] = meaningOf(text);
	}
	const parsed = runOptionsSchema.safeParse(options);
	if (!parsed.success)
		throw new FieldError("REQUEST_INVALID", fieldsOf(parsed.error, options));
	const wanted = (fields.get("formats") ?? fields.get("format") ?? "glb")
		.split(",")
		.map((format) => format.trim().toLowerCase());
	const formats = z.array(z.enum(MODEL_FORMATS)).min(1).safeParse(wanted);
	if (!formats.success)
		throw new FieldError(
			"REQUEST_INVALID",
			fieldsOf(formats.error, wanted, "format"),
		);
	const engine = fields.get("engine")?.trim();
	const title = fields.get("title")?.slice(0, 200);
	const priority = Number(fields.get("priority") ?? 0);
	if (!Number.isInteger(priority) || Math.abs(priority) > 100)
		throw new FieldError("REQUEST_INVALID", [
			{
				field: "priority",
				message: "must be a whole number from -100 to 100",
				seen: fields.get("priority") ?? "",
			},
		]);
	const build = (): JobRequest =>
		buildRequest(
			{
				images: files.map(({ field, ...file }) => ({
					...file,
					...(field === "image" || field === "file"
						? {}
						: { view: field as ViewName }),
				})),
				masks: [],
			},
			{
				options: options as z.input<typeof runOptionsSchema>,
				formats: formats.data,
				priority,
				...(engine ? { engine } : {}),
				...(title ? { title } : {}),
			},
			config,
		);
	return {
		body: {
			fields: Object.fromEntries(fields),
			files: files.map(({ field, label, sha256 }) => [field, label, sha256]),
		},
		build,
	};
}

/** Text of a form as the value it means. */
function meaningOf(text: string): string | number | boolean {
	if (/^(true|on|yes)$/i.test(text)) return true;
	if (/^(false|off|no)$/i.test(text)) return false;
	return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function statusFor(job: Job, link: Link): LegacyStatus {
	const model = modelOf(job);
	return {
		job_id: job.id,
		status:
			job.state === "running"
				? "processing"
				: job.state === "succeeded"
					? "completed"
					: job.state,
		progress:
			job.state === "succeeded" ? 100 : Math.floor(job.progress.fraction * 100),
		...(job.progress.step ? { message: job.progress.step } : {}),
		...(job.state === "succeeded" && model
			? { model_url: link(fileLink(job.id, model.name)) }
			: {}),
		...(job.error
			? { error: job.error.message, error_code: job.error.code }
			: {}),
		created_at: job.createdAt,
		...(job.finishedAt === undefined ? {} : { finished_at: job.finishedAt }),
	};
}

/** The model that was asked for first. */
function modelOf(job: Job): Job["files"][number] | undefined {
	const models = job.files.filter(
		({ role, name }) => role === "model" && MAIN_MODEL.test(name),
	);
	const [format] = job.request.formats;
	return models.find(({ name }) => name.endsWith(`.${format}`)) ?? models[0];
}
