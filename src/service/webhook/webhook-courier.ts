import { asLunarError } from "../../core/errors.ts";
import type { Logger } from "../../core/run-context.ts";
import type {
	WebhookDelivery,
	WebhookOutbox,
	WebhookTry,
} from "../ports/webhook-outbox.ts";
import { signWebhook } from "./sign-webhook.ts";

/** One POST to a receiver, guarded. Throws LunarError: URL_REFUSED, URL_FAILED, CANCELLED. Never follows redirects. */
export type WebhookPost = (
	url: string,
	post: {
		readonly headers: Readonly<Record<string, string>>;
		readonly body: string;
		readonly timeoutMs: number;
		readonly signal: AbortSignal;
	},
) => Promise<{ readonly status: number; readonly retryAfter?: string }>;

export interface WebhookCourierOptions {
	readonly outbox: WebhookOutbox;
	readonly post: WebhookPost;
	/** Signs where the job has no secret of its own. */
	readonly secret?: string;
	/** For one try. */
	readonly timeoutMs: number;
	readonly log: Logger;
	/** Milliseconds since 1970. */
	readonly now: () => number;
	/** Uniform in [0, 1): spreads tries. */
	readonly random: () => number;
	/** Posts at once, in all. Default 16. */
	readonly total?: number;
	/** Posts at once to one receiver. Default 2. */
	readonly perReceiver?: number;
}

export interface WebhookCourier {
	/** Something new is in the outbox. */
	wake(): void;
	/** Posts under way may finish within the limit; what is cut is sent again after the next start. */
	stop(graceMs?: number): Promise<void>;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Before try 1, 2, …; after the last a message is given up, about 76 hours old (Standard Webhooks, section "schedule"). */
export const WEBHOOK_DELAYS_MS: readonly number[] = [
	0,
	5 * SECOND,
	5 * MINUTE,
	30 * MINUTE,
	2 * HOUR,
	5 * HOUR,
	10 * HOUR,
	14 * HOUR,
	20 * HOUR,
	24 * HOUR,
];
const JITTER = 0.1;
const MAX_RETRY_AFTER_MS = 24 * HOUR;
/** A receiver that is overrun is left alone as a whole for at most this long: others may live at the same origin. */
const MAX_PAUSE_MS = MINUTE;
/** Clocks jump and disks fail: looked at again after this, whatever was planned. */
const MAX_SLEEP_MS = MINUTE;
const MAX_ERROR_LENGTH = 500;
const PRUNE_EVERY_MS = HOUR;
const KEPT_MS = 30 * 24 * HOUR;

/**
 * Delivers what is due: at least once, in the order of one job, a few at a time. Everything that is to be known after a
 * restart is in the outbox.
 */
export function startWebhookCourier(
	options: WebhookCourierOptions,
): WebhookCourier {
	const { outbox, post, timeoutMs, log, now, random } = options;
	const total = options.total ?? 16;
	const perReceiver = options.perReceiver ?? 2;
	const underWay = new Map<string, WebhookDelivery>();
	const pausedUntil = new Map<string, number>();
	const abort = new AbortController();
	const posts = new Set<Promise<void>>();
	let stopped = false;
	let timer: NodeJS.Timeout | undefined;
	let looking: Promise<void> | undefined;
	let again = false;
	let prunedAt = 0;

	wake();
	return {
		wake,
		async stop(graceMs = 2000) {
			stopped = true;
			clearTimeout(timer);
			await looking;
			const grace = setTimeout(() => abort.abort(), graceMs);
			await Promise.all(posts);
			clearTimeout(grace);
		},
	};

	function wake(): void {
		if (stopped) return;
		if (looking) {
			again = true;
			return;
		}
		clearTimeout(timer);
		again = false;
		looking = look()
			.catch((error: unknown) => {
				log.error("the webhook outbox cannot be read; tried again soon", {
					error: String(error),
				});
				return 5 * SECOND;
			})
			.then((sleepMs) => {
				looking = undefined;
				if (again) wake();
				else if (!stopped)
					timer = setTimeout(wake, Math.min(sleepMs, MAX_SLEEP_MS)).unref();
			});
	}

	/** Starts what may start; answers with the time until there is more. */
	async function look(): Promise<number> {
		const at = now();
		for (const [receiver, until] of pausedUntil)
			if (until <= at || until > at + MAX_PAUSE_MS)
				pausedUntil.delete(receiver);
		if (Math.abs(at - prunedAt) > PRUNE_EVERY_MS) {
			prunedAt = at;
			await outbox.prune(at - KEPT_MS);
		}
		let started = true;
		while (started && underWay.size < total && !stopped) {
			started = false;
			// What is under way is still due on the disk.
			const due = await outbox.due(at, total + 2 * underWay.size, closed());
			for (const delivery of due)
				if (mayStart(delivery)) {
					start(delivery);
					started = true;
				}
		}
		// The end of a post wakes us too.
		const next = await outbox.nextDueAt(closed());
		const times = [...pausedUntil.values(), next ?? Number.POSITIVE_INFINITY];
		const soonest = Math.min(...times) - at;
		return underWay.size > 0 && soonest <= 0 ? SECOND : Math.max(soonest, 50);
	}

	/** Receivers that get nothing now. */
	function closed(): string[] {
		const counts = new Map<string, number>();
		for (const { url } of underWay.values()) {
			const receiver = receiverOf(url);
			counts.set(receiver, (counts.get(receiver) ?? 0) + 1);
		}
		const busy = [...counts].filter(([, count]) => count >= perReceiver);
		return [...pausedUntil.keys(), ...busy.map(([receiver]) => receiver)];
	}

	function mayStart(delivery: WebhookDelivery): boolean {
		if (underWay.size >= total || underWay.has(delivery.id)) return false;
		const receiver = receiverOf(delivery.url);
		let toSame = 0;
		for (const { jobId, url } of underWay.values()) {
			if (jobId === delivery.jobId && url === delivery.url) return false;
			if (receiverOf(url) === receiver) toSame++;
		}
		return toSame < perReceiver && !pausedUntil.has(receiver);
	}

	function start(delivery: WebhookDelivery): void {
		underWay.set(delivery.id, delivery);
		const running: Promise<void> = deliver(delivery)
			.catch((error: unknown) => {
				// Sent again, but not in a circle.
				pausedUntil.set(receiverOf(delivery.url), now() + MAX_PAUSE_MS);
				log.error("a webhook try could not be recorded; it is sent again", {
					jobId: delivery.jobId,
					messageId: delivery.id,
					error: String(error),
				});
			})
			.finally(() => {
				underWay.delete(delivery.id);
				posts.delete(running);
				wake();
			});
		posts.add(running);
	}

	async function deliver(delivery: WebhookDelivery): Promise<void> {
		const at = now();
		const answer = await tryOnce(delivery, at);
		// Cut by the stop: as if it had not been tried.
		if (abort.signal.aborted && answer.status === undefined) return;
		const attempt: WebhookTry = {
			at,
			durationMs: Math.max(0, now() - at),
			...(answer.status === undefined ? {} : { status: answer.status }),
			...(answer.error === undefined ? {} : { error: answer.error }),
		};
		const { status } = answer;
		const about = { jobId: delivery.jobId, messageId: delivery.id, status };
		if (status !== undefined && status >= 200 && status < 300) {
			await outbox.record(delivery.id, attempt, { state: "delivered" });
			log.debug("webhook delivered", about);
			return;
		}
		const waitMs = answer.isFinal ? undefined : waitAfter(delivery, answer);
		await outbox.record(
			delivery.id,
			attempt,
			waitMs === undefined
				? { state: "given-up" }
				: { state: "waiting", nextTryAt: now() + waitMs },
		);
		if (status === 410) await outbox.disable(delivery.url);
		if (answer.retryAfterMs !== undefined && status !== 410)
			pausedUntil.set(
				receiverOf(delivery.url),
				now() + Math.min(answer.retryAfterMs, MAX_PAUSE_MS),
			);
		if (delivery.type !== "job.progress")
			log.warn(
				waitMs === undefined ? "webhook given up" : "webhook try failed",
				{
					...about,
					error: answer.error,
					...(waitMs === undefined
						? {}
						: { nextTryInSeconds: Math.round(waitMs / 1000) }),
				},
			);
	}

	interface Answer {
		readonly status?: number;
		readonly error?: string;
		readonly retryAfterMs?: number;
		/** No use in trying again. */
		readonly isFinal: boolean;
	}

	async function tryOnce(
		{ id, url, body, secret }: WebhookDelivery,
		at: number,
	): Promise<Answer> {
		try {
			const { status, retryAfter } = await post(url, {
				headers: {
					"content-type": "application/json",
					"user-agent": "lunar-nova",
					...signWebhook(
						id,
						Math.floor(at / 1000),
						body,
						secret ?? options.secret,
					),
				},
				body,
				timeoutMs,
				signal: abort.signal,
			});
			const retryAfterMs =
				status === 429 || status === 503
					? parseRetryAfter(retryAfter, now())
					: undefined;
			return {
				status,
				...(status >= 300 && status < 400
					? { error: "redirects are not followed" }
					: {}),
				...(retryAfterMs === undefined ? {} : { retryAfterMs }),
				isFinal: status === 410,
			};
		} catch (thrown) {
			const error = asLunarError(thrown);
			return {
				error: error.message.slice(0, MAX_ERROR_LENGTH),
				isFinal: error.code === "URL_REFUSED",
			};
		}
	}

	/** Undefined: it is given up. Old progress is nobody's news. */
	function waitAfter(
		delivery: WebhookDelivery,
		{ retryAfterMs }: Answer,
	): number | undefined {
		if (delivery.type === "job.progress") return undefined;
		const delay = WEBHOOK_DELAYS_MS[delivery.tries.length + 1];
		if (delay === undefined) return undefined;
		const spread = delay * (1 + JITTER * (2 * random() - 1));
		return Math.round(Math.max(spread, retryAfterMs ?? 0));
	}
}

/** Seconds or a date (RFC 9110, 10.2.3), at most a day; undefined: neither. */
export function parseRetryAfter(
	value: string | undefined,
	now: number,
): number | undefined {
	if (value === undefined) return undefined;
	const ms = /^\s*\d+\s*$/.test(value)
		? Number(value) * 1000
		: Date.parse(value) - now;
	return Number.isNaN(ms)
		? undefined
		: Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}

/** Scheme, host and port; an address that is none is its own receiver. */
function receiverOf(url: string): string {
	return URL.canParse(url) ? new URL(url).origin : url;
}
