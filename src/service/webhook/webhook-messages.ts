import { randomUUID } from "node:crypto";
import type { Job, JobEvent, JobWebhook, WebhookEventType } from "../job.ts";
import { WEBHOOK_EVENTS } from "../job.ts";
import type { WebhookMessage } from "../ports/webhook-outbox.ts";
import { type WebhookLinks, webhookBody } from "./webhook-body.ts";

/** Who is told of every job. */
export interface GlobalWebhook {
	readonly url: string;
	readonly form: JobWebhook["form"];
}

/** Who is to be told of this job: its own receiver and the server's. */
export function receiversOf(
	job: Job,
	everybody: GlobalWebhook | undefined,
): readonly JobWebhook[] {
	const own = job.request.webhook;
	return [
		...(own ? [own] : []),
		...(everybody ? [{ ...everybody, events: WEBHOOK_EVENTS }] : []),
	];
}

/** What an event is called to the outside; undefined: nobody is told. */
export function webhookTypeOf(event: JobEvent): WebhookEventType | undefined {
	switch (event.type) {
		case "progress":
		case "step":
			return "job.progress";
		case "state":
			if (event.state === "succeeded") return "job.succeeded";
			if (event.state === "failed") return "job.failed";
			if (event.state === "cancelled") return "job.cancelled";
			return event.state === "running" ? "job.progress" : undefined;
		default:
			return undefined;
	}
}

/** The message to one receiver; undefined: it does not want this. */
export function webhookMessage(
	type: WebhookEventType,
	event: JobEvent,
	job: Job,
	receiver: JobWebhook,
	links: WebhookLinks,
): WebhookMessage | undefined {
	if (!receiver.events.includes(type)) return undefined;
	return {
		id: `msg_${randomUUID().replaceAll("-", "")}`,
		jobId: job.id,
		type,
		url: receiver.url,
		form: receiver.form,
		...(receiver.secret === undefined ? {} : { secret: receiver.secret }),
		body: webhookBody(receiver.form, type, event, job, links),
		createdAt: event.at,
	};
}
