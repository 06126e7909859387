import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { VIEW_NAMES, type ViewName } from "../../../core/view.ts";
import type { JobRequest } from "../../../service/job.ts";
import { buildRequest, type StoredInputs } from "../build-request.ts";
import type { App, ServerContext } from "../context.ts";
import { FieldError, fieldsOf } from "../problem.ts";
import { createQuota } from "../quota.ts";
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

const keyHeader = z.object({
	"idempotency-key": z
		.string()
		.regex(/^[\x21-\x7e]{1,200}$/, "must be 1 to 200 visible ASCII characters")
		.optional()
		.describe(
			"Same key and same body: the same job, for 24 hours; same key and other body: 409",
		),
});

/** POST /v1/jobs and /v1/jobs/batch. */
export function registerCreateJobs(
	app: App,
	context: ServerContext,
	link: Link,
): void {
	const { service, config } = context;
	const quota = createQuota(context);

	app.post(
		"/v1/jobs",
		{
			config: { scope: "submit" },
			schema: {
				tags: ["jobs"],
				summary:
					"Make a job from pictures in a form, or from uploads and addresses",
				description:
					"multipart/form-data: pictures in `image` (repeatable) or `front`, `right`, `back`, `left`, `top`, `bottom`; `camera` (transforms.json or cameras.json); `mask` (repeatable, named like its picture); `request`: JSON as JobChoices. Or application/json: CreateJob.",
				consumes: ["application/json", "multipart/form-data"],
				headers: keyHeader,
				body: z.any(),
				response: { 202: jobViewSchema, ...ERROR_ANSWERS },
			},
		},
		async (request, reply) => {
			const asked = request.isMultipart()
				? await fromForm(request, context)
				: await fromJson(request, context);
			const { job, created } = await quota.within(request.caller, 1, () =>
				service.submit(asked.request, {
					owner: request.caller.owner,
					...idempotency(request, asked.body),
				}),
			);
			const view = showJob(job, await outlookOf(service, job), link);
			if (!created) reply.header("idempotent-replayed", "true");
			return reply.code(202).header("location", view.links.self).send(view);
		},
	);

	app.post(
		"/v1/jobs/batch",
		{
			config: { scope: "submit" },
			schema: {
				tags: ["jobs"],
				summary: `Make up to ${MAX_BATCH} jobs, all or none`,
				headers: keyHeader,
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
			const requests: JobRequest[] = [];
			for (const [k, body] of bodies.entries())
				requests.push(
					buildRequest(
						await storeSources(body, context, `jobs.${k}`),
						body,
						config,
					),
				);
			const jobs = await quota.within(request.caller, requests.length, () =>
				service.submitBatch(requests, {
					owner: request.caller.owner,
					...idempotency(request, bodies),
				}),
			);
			const views: JobView[] = [];
			for (const job of jobs)
				views.push(showJob(job, await outlookOf(service, job), link));
			return reply.code(202).send({ jobs: views });
		},
	);
}

interface Asked {
	readonly request: JobRequest;
	/** What makes two requests the same. */
	readonly body: unknown;
}

async function fromJson(
	request: FastifyRequest,
	context: ServerContext,
): Promise<Asked> {
	const parsed = createJobSchema.safeParse(request.body);
	if (!parsed.success)
		throw new FieldError(
			"REQUEST_INVALID",
			fieldsOf(parsed.error, request.body),
		);
	const body: CreateJob = parsed.data;
	const stored = await storeSources(body, context);
	return { request: buildRequest(stored, body, context.config), body };
}

async function fromForm(
	request: FastifyRequest,
	{ service, config }: ServerContext,
): Promise<Asked> {
	const { files, fields } = await receiveForm(
		request,
		service.blobs,
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
		request: buildRequest(stored, choices, config),
		body: {
			choices,
			files: files.map(({ field, label, sha256 }) => [field, label, sha256]),
		},
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

/** The key that the client chose, and a hash of what it asked. */
function idempotency(
	request: FastifyRequest,
	body: unknown,
): { readonly idempotencyKey?: string; readonly bodyHash?: string } {
	const key = request.headers["idempotency-key"];
	if (typeof key !== "string") return {};
	const bodyHash = createHash("sha256")
		.update(JSON.stringify(sorted(body)))
		.digest("hex");
	return { idempotencyKey: key, bodyHash };
}

/** Keys in order, so that two clients that write the same thing differently mean the same. */
function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([key, inner]) => [key, sorted(inner)]),
	);
}
