import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { VIEW_NAMES, type ViewName } from "../../../core/view.ts";
import type { JobRequest } from "../../../service/job.ts";
import { buildRequest, type StoredInputs } from "../build-request.ts";
import type { App, ServerContext } from "../context.ts";
import { FieldError, fieldsOf } from "../problem.ts";
import { type FormFields, receiveForm } from "../receive-form.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import {
	type CreateJob,
	createJobSchema,
	type JobChoices,
	jobChoicesSchema,
} from "../schemas/create-job.ts";
import { type JobView, jobViewSchema } from "../schemas/job-view.ts";
import { type Link, outlookOf, showJob } from "../show-job.ts";
import { storeSources } from "../store-sources.ts";
import { onceHeaders, type SubmitOnce } from "../submit-once.ts";

const FORM_FIELDS: FormFields = {
	image: "picture",
	...(Object.fromEntries(VIEW_NAMES.map((name) => [name, "picture"])) as Record<
		ViewName,
		"picture"
	>),
	mask: "picture",
	camera: "camera",
	request: "text",
};
const MAX_BATCH = 100;

/** POST /v1/jobs and /v1/jobs/batch. */
export function registerCreateJobs(
	app: App,
	context: ServerContext,
	link: Link,
	once: SubmitOnce,
): void {
	const { service, config } = context;

	app.post(
		"/v1/jobs",
		{
			config: { scope: "submit", once: true },
			schema: {
				tags: ["jobs"],
				summary:
					"Make a job from pictures in a form, or from uploads and addresses",
				description:
					"multipart/form-data: pictures in `image` (repeatable) or `front`, `right`, `back`, `left`, `top`, `bottom`; `camera` (transforms.json or cameras.json); `mask` (repeatable, named like its picture); `request`: JSON as JobChoices. Or application/json: CreateJob.",
				consumes: ["application/json", "multipart/form-data"],
				headers: onceHeaders,
				body: z.any(),
				response: { 202: jobViewSchema, ...ERROR_ANSWERS },
			},
		},
		async (request, reply) => {
			const asked = request.isMultipart()
				? await fromForm(request, context, once)
				: fromJson(request, context);
			const { jobs, isRepeat } = await once.run(
				request,
				{ body: asked.body, count: 1 },
				async (by) => [(await service.submit(await asked.build(), by)).job],
			);
			const [job] = jobs;
			const view = showJob(job, await outlookOf(service, job), link);
			if (isRepeat) reply.header("idempotent-replayed", "true");
			return reply.code(202).header("location", view.links.self).send(view);
		},
	);

	app.post(
		"/v1/jobs/batch",
		{
			config: { scope: "submit", once: true },
			schema: {
				tags: ["jobs"],
				summary: `Make up to ${MAX_BATCH} jobs, all or none`,
				headers: onceHeaders,
				body: z.strictObject({
					jobs: z.array(createJobSchema).min(1).max(MAX_BATCH),
				}),
				response: {
					202: z.object({ jobs: z.array(jobViewSchema) }),
					...ERROR_ANSWERS,
				},
			},
		},
		async (request, reply) => {
			const { jobs: bodies } = request.body;
			const build = async (): Promise<JobRequest[]> => {
				const requests: JobRequest[] = [];
				for (const [k, body] of bodies.entries())
					requests.push(
						buildRequest(
							await storeSources(body, context, `jobs.${k}`),
							body,
							config,
						),
					);
				return requests;
			};
			const { jobs, isRepeat } = await once.run(
				request,
				{ body: bodies, count: bodies.length },
				async (by) => service.submitBatch(await build(), by),
			);
			if (isRepeat) reply.header("idempotent-replayed", "true");
			const views: JobView[] = [];
			for (const job of jobs)
				views.push(showJob(job, await outlookOf(service, job), link));
			return reply.code(202).send({ jobs: views });
		},
	);
}

interface Asked {
	/** Fetches what is still elsewhere. */
	build(): Promise<JobRequest>;
	/** What makes two requests the same. */
	readonly body: unknown;
}

function fromJson(request: FastifyRequest, context: ServerContext): Asked {
	const parsed = createJobSchema.safeParse(request.body);
	if (!parsed.success)
		throw new FieldError(
			"REQUEST_INVALID",
			fieldsOf(parsed.error, request.body),
		);
	const body: CreateJob = parsed.data;
	return {
		body,
		build: async () =>
			buildRequest(await storeSources(body, context), body, context.config),
	};
}

async function fromForm(
	request: FastifyRequest,
	{ config }: ServerContext,
	once: SubmitOnce,
): Promise<Asked> {
	const { files, fields } = await receiveForm(
		request,
		await once.blobsFor(request),
		config.uploads,
		FORM_FIELDS,
	);
	const choices = parseChoices(fields.get("request"));
	const stored: StoredInputs = {
		images: files
			.filter(({ field }) => field !== "mask" && field !== "camera")
			.map(({ field, ...file }) => ({
				...file,
				...(field === "image" ? {} : { view: field as ViewName }),
			})),
		...oneCamera(files.filter(({ field }) => field === "camera")),
		masks: files.filter(({ field }) => field === "mask"),
	};
	return {
		body: {
			choices,
			files: files.map(({ field, label, sha256 }) => [field, label, sha256]),
		},
		build: async () => buildRequest(stored, choices, config),
	};
}

function oneCamera<T>(cameras: readonly T[]): { readonly camera?: T } {
	if (cameras.length > 1)
		throw new FieldError("REQUEST_INVALID", [
			{
				field: "camera",
				message: "one camera file is taken",
				limit: 1,
				seen: cameras.length,
			},
		]);
	return cameras.length === 1 ? { camera: cameras[0] } : {};
}

function parseChoices(text: string | undefined): JobChoices {
	if (text === undefined || text.trim() === "") return {};
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch (cause) {
		throw new FieldError(
			"REQUEST_INVALID",
			[{ field: "request", message: "is no JSON" }],
			{ cause },
		);
	}
	const parsed = jobChoicesSchema.safeParse(json);
	if (parsed.success) return parsed.data;
	throw new FieldError(
		"REQUEST_INVALID",
		fieldsOf(parsed.error, json, "request"),
	);
}
