import { z } from "zod";
import { LunarError } from "../../../core/errors.ts";
import { JOB_STATES, type Job, type JobState } from "../../../service/job.ts";
import { buildChanges } from "../build-request.ts";
import { type Caller, ownerFilter } from "../caller.ts";
import type { App, ServerContext } from "../context.ts";
import {
	ERROR_ANSWERS,
	flagSchema,
	jobParams,
	listOf,
} from "../schemas/common.ts";
import { jobChangesSchema } from "../schemas/create-job.ts";
import { type JobView, jobViewSchema } from "../schemas/job-view.ts";
import {
	type Link,
	outlookOf,
	rememberOutlooks,
	showJob,
} from "../show-job.ts";
import { storeSources } from "../store-sources.ts";
import { onceHeaders, type SubmitOnce } from "../submit-once.ts";

/** How long an answer to a cancel waits for the work to stop. */
const CANCEL_WAIT_MS = 2000;

const listQuery = z.object({
	state: listOf(z.enum(JOB_STATES)).optional(),
	engine: z.string().max(64).optional(),
	tag: z.string().max(50).optional(),
	favourite: flagSchema.optional(),
	search: z.string().max(200).optional(),
	createdAfter: z.coerce.number().min(0).max(8.64e15).optional(),
	createdBefore: z.coerce.number().min(0).max(8.64e15).optional(),
	limit: z.coerce.number().int().min(1).max(200).default(50),
	cursor: z.string().max(500).optional(),
});

const cancelOutcome = z.enum(["pending", "cancelled", "stopping", "too-late"]);

/** Jobs after they were made. */
export function registerJobs(
	app: App,
	context: ServerContext,
	link: Link,
	once: SubmitOnce,
): void {
	const { service, config } = context;
	const outlooks = rememberOutlooks(service);
	const show = async (job: Job): Promise<JobView> =>
		showJob(job, await outlookOf(service, job), link);

	app.get(
		"/v1/jobs",
		{
			config: { scope: "read" },
			schema: {
				tags: ["jobs"],
				summary: "Jobs, newest first",
				querystring: listQuery,
				response: {
					200: z.object({
						jobs: z.array(jobViewSchema),
						cursor: z.string().optional(),
						total: z.number().int(),
						counts: z.object(
							Object.fromEntries(
								JOB_STATES.map((state) => [state, z.number().int()]),
							) as Record<JobState, z.ZodNumber>,
						),
					}),
					...ERROR_ANSWERS,
				},
			},
		},
		async (request) => {
			const { state, limit, cursor, ...filter } = request.query;
			const owner = ownerFilter(request.caller);
			const own = owner === undefined ? {} : { owner };
			const [page, counts] = await Promise.all([
				service.list(
					{
						...given(filter),
						...own,
						...(state?.length ? { states: state } : {}),
					},
					limit,
					cursor,
				),
				countsOf(own),
			]);
			return {
				jobs: await Promise.all(
					page.jobs.map(async (job) =>
						showJob(job, await outlooks.of(job), link),
					),
				),
				...(page.cursor === undefined ? {} : { cursor: page.cursor }),
				total: page.total,
				counts,
			};
		},
	);

	app.get(
		"/v1/jobs/:id",
		{
			config: { scope: "read" },
			schema: {
				tags: ["jobs"],
				summary: "One job",
				params: jobParams,
				response: { 200: jobViewSchema, ...ERROR_ANSWERS },
			},
		},
		async (request) => {
			const { job, outlook } = await ownJob(
				context,
				request.params.id,
				request.caller,
			);
			return showJob(job, outlook, link);
		},
	);

	app.patch(
		"/v1/jobs/:id",
		{
			config: { scope: "submit" },
			schema: {
				tags: ["jobs"],
				summary: "Change what a job is called and how urgent it is",
				params: jobParams,
				body: z.strictObject({
					title: z.string().max(200).optional(),
					tags: z.array(z.string().min(1).max(50)).max(20).optional(),
					favourite: z.boolean().optional(),
					priority: z.number().int().min(-100).max(100).optional(),
				}),
				response: { 200: jobViewSchema, ...ERROR_ANSWERS },
			},
		},
		async (request) => {
			await ownJob(context, request.params.id, request.caller);
			return show(
				await service.annotate(request.params.id, given(request.body)),
			);
		},
	);

	app.delete(
		"/v1/jobs/:id",
		{
			config: { scope: "submit" },
			schema: {
				tags: ["jobs"],
				summary: "Delete a job and its files; one at work is cancelled first",
				params: jobParams,
				response: { 204: z.null().describe("Deleted"), ...ERROR_ANSWERS },
			},
		},
		async (request, reply) => {
			await ownJob(context, request.params.id, request.caller);
			await service.remove(request.params.id);
			return reply.code(204).send(null);
		},
	);

	app.post(
		"/v1/jobs/:id/cancel",
		{
			config: { scope: "submit" },
			schema: {
				tags: ["jobs"],
				summary: "Cancel, in two steps",
				description:
					"Without `confirm` the job is marked (outcome `pending`), which is forgotten after an hour. With `confirm: true` it takes effect: `cancelled`, `stopping` when its work did not stop in time and is being ended, `too-late` when it had finished.",
				params: jobParams,
				body: z.strictObject({ confirm: z.boolean().default(false) }).nullish(),
				response: {
					200: z.object({ outcome: cancelOutcome, job: jobViewSchema }),
					...ERROR_ANSWERS,
				},
			},
		},
		async (request) => {
			await ownJob(context, request.params.id, request.caller);
			const { outcome, job } = await service.cancel(request.params.id, {
				confirm: request.body?.confirm ?? false,
				waitMs: CANCEL_WAIT_MS,
			});
			return { outcome, job: await show(job) };
		},
	);

	app.post(
		"/v1/jobs/:id/retry",
		{
			config: { scope: "submit" },
			schema: {
				tags: ["jobs"],
				summary: "Queue an ended job again, or make a changed one of any",
				description:
					"Without `changes` a failed or cancelled job goes back to the queue. With `changes` a new job is made: what is left out is as in the job before, which it names in `request.retryOf`.",
				params: jobParams,
				headers: onceHeaders,
				body: z
					.strictObject({ changes: jobChangesSchema.optional() })
					.nullish(),
				response: { 202: jobViewSchema, ...ERROR_ANSWERS },
			},
		},
		async (request, reply) => {
			const { id } = request.params;
			const { job: before } = await ownJob(context, id, request.caller);
			const changes = request.body?.changes;
			const { jobs, isRepeat } = await once.run(
				request,
				{ body: { id, changes }, count: 1 },
				async ({ owner: _, ...by }) => {
					if (changes === undefined) return [await service.retry(id)];
					const { images: _i, camera: _c, masks: _m, ...choices } = changes;
					const stored = await storeSources(changes, context, "changes");
					const built = buildChanges(stored, choices, before.request, config);
					return [await service.retry(id, built, by)];
				},
			);
			const [job] = jobs;
			if (isRepeat) reply.header("idempotent-replayed", "true");
			const view = await show(job);
			return reply.code(202).header("location", view.links.self).send(view);
		},
	);

	async function countsOf(own: {
		readonly owner?: string;
	}): Promise<Record<JobState, number>> {
		if (own.owner === undefined) return context.countByState();
		const totals = await Promise.all(
			JOB_STATES.map(
				async (state) =>
					(await service.list({ ...own, states: [state] }, 1)).total,
			),
		);
		return Object.fromEntries(
			JOB_STATES.map((state, k) => [state, totals[k]]),
		) as Record<JobState, number>;
	}
}

/** The job, unless it is not there or somebody else's: both are JOB_UNKNOWN. */
export async function ownJob(
	{ service }: ServerContext,
	id: string,
	caller: Caller,
): ReturnType<ServerContext["service"]["get"]> {
	const found = await service.get(id);
	const owner = ownerFilter(caller);
	if (owner !== undefined && found.job.owner !== owner)
		throw new LunarError("JOB_UNKNOWN", `there is no job ${id}`);
	return found;
}

/** Without what was left out. */
function given<T extends object>(
	values: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
	return Object.fromEntries(
		Object.entries(values).filter(([, value]) => value !== undefined),
	) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
