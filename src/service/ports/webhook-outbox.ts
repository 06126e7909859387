import type { JobWebhook, WebhookEventType } from "../job.ts";

/** One thing to tell one receiver. */
export interface WebhookMessage {
	readonly id: string; // 'msg_…', stable over tries: the receiver's idempotency key
	readonly jobId: string;
	readonly type: WebhookEventType;
	readonly url: string;
	readonly form: JobWebhook["form"];
	/** The job's own secret; left out: the server's. */
	readonly secret?: string;
	/** JSON, at most 20 kB. */
	readonly body: string;
	readonly createdAt: number;
}

export interface WebhookTry {
	readonly at: number;
	readonly durationMs: number;
	/** Undefined: no answer. */
	readonly status?: number;
	/** At most 500 characters, never a secret. */
	readonly error?: string;
}

export interface WebhookDelivery extends WebhookMessage {
	readonly state: "waiting" | "delivered" | "given-up";
	readonly nextTryAt?: number;
	readonly tries: readonly WebhookTry[];
}

/**
 * What is still to be told, on the disk, in the same database as the jobs. A receiver is the origin of a URL:
 * scheme, host and port.
 */
export interface WebhookOutbox {
	/**
	 * In one transaction. Newest progress only: an unsent progress message of the same job and URL gives way to any newer
	 * message. `seenSeq` is remembered with them. For a disabled URL they are kept as given up.
	 */
	add(messages: readonly WebhookMessage[], seenSeq?: number): Promise<void>;
	/** The newest event whose messages are all here; undefined: none was ever told. */
	seenSeq(): Promise<number | undefined>;
	/** Oldest due time first, without what goes to these receivers. */
	due(
		now: number,
		limit: number,
		exceptReceivers?: readonly string[],
	): Promise<readonly WebhookDelivery[]>;
	nextDueAt(exceptReceivers?: readonly string[]): Promise<number | undefined>;
	record(
		id: string,
		attempt: WebhookTry,
		then:
			| { readonly state: "delivered" | "given-up" }
			| { readonly state: "waiting"; readonly nextTryAt: number },
	): Promise<void>;
	/** This URL wants no more: what waits for it is given up, and what comes, until a replay to it. */
	disable(url: string): Promise<void>;
	/** Newest first. */
	list(
		filter: {
			readonly jobId?: string;
			readonly state?: WebhookDelivery["state"];
		},
		limit: number,
	): Promise<readonly WebhookDelivery[]>;
	/** Sent again, soon; its URL is no longer disabled. */
	replay(id: string, now: number): Promise<WebhookDelivery | undefined>;
	/** Delivered and given-up ones older than this. */
	prune(before: number): Promise<number>;
}
