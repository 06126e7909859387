import type {
	WebhookDelivery,
	WebhookOutbox,
} from "../ports/webhook-outbox.ts";

/** The outbox without a disk: what stands in it is `deliveries`, oldest first. */
export function memoryOutbox(): WebhookOutbox & {
	readonly deliveries: WebhookDelivery[];
} {
	const deliveries: WebhookDelivery[] = [];
	const disabled = new Set<string>();
	let seen: number | undefined;
	const waiting = (except: readonly string[] = []): WebhookDelivery[] =>
		deliveries
			.filter(
				({ state, url }) =>
					state === "waiting" && !except.includes(new URL(url).origin),
			)
			.sort((a, b) => (a.nextTryAt ?? 0) - (b.nextTryAt ?? 0));
	const change = (
		id: string,
		to: Partial<WebhookDelivery>,
	): WebhookDelivery | undefined => {
		const k = deliveries.findIndex((delivery) => delivery.id === id);
		if (k === -1) return undefined;
		deliveries[k] = { ...deliveries[k], ...to };
		return deliveries[k];
	};
	return {
		deliveries,
		async add(messages, seenSeq) {
			for (const message of messages) {
				if (deliveries.some(({ id }) => id === message.id)) continue;
				const old = deliveries.findIndex(
					({ jobId, url, type, state }) =>
						jobId === message.jobId &&
						url === message.url &&
						type === "job.progress" &&
						state === "waiting",
				);
				if (old !== -1) deliveries.splice(old, 1);
				deliveries.push({
					...message,
					state: disabled.has(message.url) ? "given-up" : "waiting",
					nextTryAt: message.createdAt,
					tries: [],
				});
			}
			seen = seenSeq ?? seen;
		},
		seenSeq: async () => seen,
		due: async (now, limit, except) =>
			waiting(except)
				.filter(({ nextTryAt }) => (nextTryAt ?? 0) <= now)
				.slice(0, limit),
		nextDueAt: async (except) => waiting(except)[0]?.nextTryAt,
		async record(id, attempt, then) {
			const tries = deliveries.find((delivery) => delivery.id === id)?.tries;
			change(id, { ...then, tries: [...(tries ?? []), attempt] });
		},
		async disable(url) {
			disabled.add(url);
			for (const delivery of deliveries)
				if (delivery.url === url && delivery.state === "waiting")
					change(delivery.id, { state: "given-up" });
		},
		list: async ({ jobId, state }, limit) =>
			deliveries
				.filter(
					(delivery) =>
						delivery.jobId === (jobId ?? delivery.jobId) &&
						delivery.state === (state ?? delivery.state),
				)
				.reverse()
				.slice(0, limit),
		async replay(id, now) {
			const found = change(id, { state: "waiting", nextTryAt: now });
			if (found) disabled.delete(found.url);
			return found;
		},
		async prune(before) {
			const old = deliveries.filter(
				({ state, createdAt }) => state !== "waiting" && createdAt < before,
			);
			for (const delivery of old)
				deliveries.splice(deliveries.indexOf(delivery), 1);
			return old.length;
		},
	};
}
