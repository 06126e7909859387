import type { WebhookOutbox } from "../ports/webhook-outbox.ts";
import {
	startWebhookCourier,
	type WebhookCourierOptions,
} from "./webhook-courier.ts";
import { startWebhookFeed, type WebhookFeedOptions } from "./webhook-feed.ts";

export type WebhooksOptions = Omit<WebhookFeedOptions, "onAdded" | "outbox"> &
	WebhookCourierOptions;

export interface Webhooks {
	/** The same outbox; a replay is sent at once. */
	readonly outbox: WebhookOutbox;
	stop(graceMs?: number): Promise<void>;
}

/** From what happens to jobs to the receivers: the feed writes the outbox, the courier empties it. */
export async function startWebhooks(
	options: WebhooksOptions,
): Promise<Webhooks> {
	const courier = startWebhookCourier(options);
	const feed = await startWebhookFeed({ ...options, onAdded: courier.wake });
	const { outbox } = options;
	return {
		outbox: {
			add: (messages, seenSeq) => outbox.add(messages, seenSeq),
			seenSeq: () => outbox.seenSeq(),
			due: (now, limit, except) => outbox.due(now, limit, except),
			nextDueAt: (except) => outbox.nextDueAt(except),
			record: (id, attempt, then) => outbox.record(id, attempt, then),
			disable: (url) => outbox.disable(url),
			list: (filter, limit) => outbox.list(filter, limit),
			prune: (before) => outbox.prune(before),
			async replay(id, now) {
				const delivery = await outbox.replay(id, now);
				courier.wake();
				return delivery;
			},
		},
		async stop(graceMs) {
			await feed.stop();
			await courier.stop(graceMs);
		},
	};
}
