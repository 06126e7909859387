import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import {
	FINAL_STATES,
	type Job,
	type JobEvent,
	type JobOutlook,
} from "../../../service/job.ts";
import { ownerFilter } from "../caller.ts";
import type { App, ServerContext } from "../context.ts";
import { eventStream, type StreamedEvent } from "../event-stream.ts";
import { bytesAnswer, ERROR_ANSWERS, jobParams } from "../schemas/common.ts";
import { ownJob } from "./jobs.ts";

const seq = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const afterQuery = z.object({
	after: seq
		.optional()
		.describe("As Last-Event-ID, for clients that cannot send it"),
});
/** Said of the past of a job that has ended before its watcher came, once the store has said all it knows. */
const SETTLE_MS = 250;
/** What is expected of a job is asked at most this often for one stream. */
const OUTLOOK_MS = 250;

/** Live changes as server-sent events. `stopping` ends all streams. */
export function registerEvents(
	app: App,
	context: ServerContext,
	stopping: AbortSignal,
): void {
	const { service } = context;
	const answers = {
		200: bytesAnswer(
			"id: seq; event: state, progress, step, notice, preview or deleted; data: JobEvent",
			"text/event-stream",
		),
		204: z.null().describe("The job has ended and all was told before"),
		...ERROR_ANSWERS,
	};

	app.get(
		"/v1/events",
		{
			config: { scope: "read" },
			schema: {
				tags: ["events"],
				summary: "Changes of all jobs, live",
				querystring: afterQuery,
				response: { 200: answers[200], ...ERROR_ANSWERS },
			},
		},
		async (request, reply) => {
			const stop = stopper(stopping);
			const owner = ownerFilter(request.caller);
			const isOwn = ownerCheck(owner);
			const events = service.watch(
				{ afterSeq: resumePoint(request) ?? Number.MAX_SAFE_INTEGER },
				stop.signal,
			);
			return send(reply, tell(filterEvents(events, isOwn)), stop.end);
		},
	);

	app.get(
		"/v1/jobs/:id/events",
		{
			config: { scope: "read", signable: true },
			schema: {
				tags: ["events"],
				summary: "Changes of one job, live; ends after its last",
				params: jobParams,
				querystring: afterQuery,
				response: answers,
			},
		},
		async (request, reply) => {
			const { id } = request.params;
			const { job } = await ownJob(context, id, request.caller);
			const resumed = resumePoint(request);
			const stop = stopper(stopping);
			const events = service.watch(
				{ afterSeq: resumed ?? 0, jobId: id },
				stop.signal,
			);
			if (!FINAL_STATES.includes(job.state))
				return send(reply, tell(untilFinal(events)), stop.end);
			const past = await readPast(events, stop.end);
			// An EventSource that is told 204 does not come back.
			if (past.length === 0 && resumed !== undefined)
				return reply.code(204).send(null);
			return send(
				reply,
				past.length === 0 ? [stateOf(job)] : tell(past),
				stop.end,
			);
		},
	);

	/** Each event with what is to be expected of its job. */
	async function* tell(
		events: AsyncIterable<JobEvent> | readonly JobEvent[],
	): AsyncIterable<StreamedEvent> {
		let asked: { jobId: string; at: number; outlook: JobOutlook } | undefined;
		for await (const event of events) {
			const isOver =
				event.type === "deleted" || FINAL_STATES.includes(event.state);
			const fresh =
				asked?.jobId === event.jobId &&
				event.type === "progress" &&
				performance.now() - asked.at < OUTLOOK_MS;
			if (!isOver && !fresh)
				asked = {
					jobId: event.jobId,
					at: performance.now(),
					outlook: await service.get(event.jobId).then(
						({ outlook }) => outlook,
						() => ({}), // deleted meanwhile
					),
				};
			const outlook = isOver ? {} : asked?.outlook;
			yield { id: event.seq, event: event.type, data: { ...event, outlook } };
		}
	}

	/** Whether an event is of a job of this owner; jobs that are gone are nobody's. */
	function ownerCheck(
		owner: string | undefined,
	): (event: JobEvent) => Promise<boolean> {
		const known = new Map<string, boolean>();
		return async ({ jobId }) => {
			if (owner === undefined) return true;
			const before = known.get(jobId);
			if (before !== undefined) return before;
			const own = await service.get(jobId).then(
				({ job }) => job.owner === owner,
				() => false,
			);
			if (known.size >= MAX_KNOWN) known.clear();
			known.set(jobId, own);
			return own;
		};
	}
}

const MAX_KNOWN = 10_000;

async function* filterEvents(
	events: AsyncIterable<JobEvent>,
	isOwn: (event: JobEvent) => Promise<boolean>,
): AsyncIterable<JobEvent> {
	for await (const event of events) if (await isOwn(event)) yield event;
}

async function* untilFinal(
	events: AsyncIterable<JobEvent>,
): AsyncIterable<JobEvent> {
	for await (const event of events) {
		yield event;
		if (event.type === "deleted") return;
		if (event.type === "state" && FINAL_STATES.includes(event.state)) return;
	}
}

/** What is stored of a job that has ended: read until nothing more comes. */
async function readPast(
	events: AsyncIterable<JobEvent>,
	end: () => void,
): Promise<JobEvent[]> {
	const past: JobEvent[] = [];
	let timer = setTimeout(end, SETTLE_MS);
	for await (const event of events) {
		past.push(event);
		clearTimeout(timer);
		timer = setTimeout(end, SETTLE_MS);
	}
	clearTimeout(timer);
	return past;
}

/** For a job whose events are no longer stored. */
function stateOf(job: Job): StreamedEvent {
	const { id, state, progress, updatedAt, error } = job;
	return {
		event: "state",
		data: {
			seq: 0,
			at: updatedAt,
			jobId: id,
			type: "state",
			state,
			progress,
			...(error ? { error } : {}),
			outlook: {},
		},
	};
}

function resumePoint(
	request: FastifyRequest<{ Querystring: { after?: number | undefined } }>,
): number | undefined {
	const header = seq.safeParse(request.headers["last-event-id"] || undefined);
	return header.success ? header.data : request.query.after;
}

function send(
	reply: FastifyReply,
	events: AsyncIterable<StreamedEvent> | readonly StreamedEvent[],
	end: () => void,
): FastifyReply {
	async function* all(): AsyncIterable<StreamedEvent> {
		yield* events;
	}
	return reply
		.type("text/event-stream; charset=utf-8")
		.header("cache-control", "no-store")
		.header("x-accel-buffering", "no")
		.header("connection", "close")
		.send(eventStream(all(), end));
}

/** A signal that ends with the server or when told. */
function stopper(stopping: AbortSignal): {
	readonly signal: AbortSignal;
	readonly end: () => void;
} {
	const controller = new AbortController();
	const end = (): void => {
		stopping.removeEventListener("abort", end);
		controller.abort();
	};
	if (stopping.aborted) controller.abort();
	else stopping.addEventListener("abort", end, { once: true });
	return { signal: controller.signal, end };
}
