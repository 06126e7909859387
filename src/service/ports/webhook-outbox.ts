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

/** What is still to be told, on the disk, in the same database as the jobs. */
export interface WebhookOutbox {
	/** Newest progress only: an unsent progress message of the same job is replaced. */
	add(messages: readonly WebhookMessage[]): Promise<void>;
	due(now: number, limit: number): Promise<readonly WebhookDelivery[]>;
	nextDueAt(): Promise<number | undefined>;
	record(
		id: string,
		attempt: WebhookTry,
		then:
			| { readonly state: "delivered" | "given-up" }
			| { readonly state: "waiting"; readonly nextTryAt: number },
	): Promise<void>;
	list(
		filter: {
			readonly jobId?: string;
			readonly state?: WebhookDelivery["state"];
		},
		limit: number,
	): Promise<readonly WebhookDelivery[]>;
	/** Sent again, soon. */
	replay(id: string, now: number): Promise<WebhookDelivery | undefined>;
	/** Delivered and given-up ones older than this. */
	prune(before: number): Promise<number>;
}
