import type { Logger } from "../../core/run-context.ts";
import type { JobEvent, JobWebhook } from "../job.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { WebhookMessage, WebhookOutbox } from "../ports/webhook-outbox.ts";
import type { WebhookLinks } from "./webhook-body.ts";
import {
	type GlobalWebhook,
	receiversOf,
	webhookMessage,
	webhookTypeOf,
} from "./webhook-messages.ts";

export interface WebhookFeedOptions {
	readonly store: Pick<JobStore, "get" | "events" | "lastSeq" | "onEvents">;
	readonly outbox: Pick<WebhookOutbox, "add" | "seenSeq">;
	/** Told of every job, where there is one. */
	readonly everybody?: GlobalWebhook;
	readonly links: WebhookLinks;
	readonly log: Logger;
	/** Milliseconds since 1970. */
	readonly now: () => number;
	/** Something is to be delivered. */
	readonly onAdded: () => void;
}

const BATCH = 500;
const PROGRESS_MS = 1000;
const RETRY_MS = 5000;
/** Events that nobody is told of: a start reads no more of them again. */
const MOST_REREAD = 1000;

/**
 * Turns what happens to jobs into messages on the disk. What was not turned before a crash is turned after it: the
 * newest event is remembered together with its messages. Progress goes to a receiver once a second at most, the newest
 * of a job only, and is forgotten in a crash.
 */
export async function startWebhookFeed(
	options: WebhookFeedOptions,
): Promise<{ stop(): Promise<void> }> {
	const { store, outbox, everybody, links, log, now } = options;
	const last = await store.lastSeq();
	const known = await outbox.seenSeq();
	// Events of before the first start are nobody's news.
	if (known === undefined) await outbox.add([], last);
	let seen = Math.min(known ?? last, last);
	let remembered = seen;
	let stopped = false;
	/** Receivers of the jobs at work. */
	const receivers = new Map<string, readonly JobWebhook[]>();
	/** Newest progress not told yet, by job and URL, oldest first. */
	const untold = new Map<string, { event: JobEvent; receiver: JobWebhook }>();
	const toldAt = new Map<string, number>();
	let timer: NodeJS.Timeout | undefined;
	let working: Promise<void> | undefined;
	let again = false;

	const unsubscribe = store.onEvents(wake);
	wake();
	return {
		async stop() {
			stopped = true;
			unsubscribe();
			clearTimeout(timer);
			await working;
		},
	};

	function wake(): void {
		if (stopped) return;
		if (working) {
			again = true;
			return;
		}
		clearTimeout(timer);
		again = false;
		working = work()
			.catch((error: unknown) => {
				log.error("webhook messages could not be stored; tried again soon", {
					error: String(error),
				});
				return RETRY_MS;
			})
			.then((waitMs) => {
				working = undefined;
				if (again && waitMs !== RETRY_MS) wake();
				else if (!stopped && waitMs !== undefined)
					timer = setTimeout(wake, waitMs).unref();
			});
	}

	/** Answers with the time until untold progress may be told. */
	async function work(): Promise<number | undefined> {
		for (;;) {
			const events = await store.events(seen, BATCH);
			if (events.length === 0) break;
			const messages: WebhookMessage[] = [];
			for (const event of events) messages.push(...(await take(event)));
			const newest = events[events.length - 1].seq;
			if (messages.length > 0 || newest - remembered >= MOST_REREAD) {
				await outbox.add(messages, newest);
				remembered = newest;
			}
			if (messages.length > 0) options.onAdded();
			seen = newest;
		}
		return tellProgress();
	}

	/** Messages of a final event; progress is only noted. */
	async function take(event: JobEvent): Promise<WebhookMessage[]> {
		const type = webhookTypeOf(event);
		if (type === undefined) {
			if (event.type === "deleted") forget(event.jobId);
			return [];
		}
		if (type === "job.progress") {
			for (const receiver of await receiversFor(event.jobId))
				if (receiver.events.includes(type))
					untold.set(`${event.jobId} ${receiver.url}`, { event, receiver });
			return [];
		}
		forget(event.jobId);
		const job = await store.get(event.jobId);
		if (job === undefined) return [];
		return receiversOf(job, everybody).flatMap(
			(receiver) => webhookMessage(type, event, job, receiver, links) ?? [],
		);
	}

	async function tellProgress(): Promise<number | undefined> {
		const at = now();
		for (const [url, told] of toldAt)
			if (Math.abs(at - told) >= PROGRESS_MS) toldAt.delete(url);
		const messages: WebhookMessage[] = [];
		for (const [key, { event, receiver }] of untold) {
			if (toldAt.has(receiver.url)) continue;
			untold.delete(key);
			const job = await store.get(event.jobId);
			if (job?.state !== "running") continue;
			const message = webhookMessage(
				"job.progress",
				event,
				job,
				receiver,
				links,
			);
			if (message === undefined) continue;
			toldAt.set(receiver.url, at);
			messages.push(message);
		}
		if (messages.length > 0) {
			await outbox.add(messages);
			options.onAdded();
		}
		return untold.size === 0 ? undefined : PROGRESS_MS;
	}

	async function receiversFor(jobId: string): Promise<readonly JobWebhook[]> {
		const found = receivers.get(jobId);
		if (found) return found;
		const job = await store.get(jobId);
		const list = job ? receiversOf(job, everybody) : [];
		receivers.set(jobId, list);
		return list;
	}

	function forget(jobId: string): void {
		receivers.delete(jobId);
		for (const key of untold.keys())
			if (key.startsWith(`${jobId} `)) untold.delete(key);
	}
}
