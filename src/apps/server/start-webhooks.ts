import { createWebhookPost } from "../../adapters/webhook/create-webhook-post.ts";
import { createRandom, type Logger } from "../../core/run-context.ts";
import type { Config } from "../../service/config.ts";
import type { JobStore } from "../../service/ports/job-store.ts";
import type { WebhookOutbox } from "../../service/ports/webhook-outbox.ts";
import {
	startWebhooks,
	type Webhooks,
} from "../../service/webhook/webhooks.ts";
import { fileLink } from "./show-job.ts";
import type { LinkSigner } from "./sign-link.ts";

/** Links in messages outlive the days over which a message is tried. */
const LINK_MS = 7 * 24 * 3_600_000;

/** Tells receivers what happens to jobs, until stopped. Replays go through the `outbox` of the answer. */
export function openWebhooks(given: {
	readonly store: JobStore;
	readonly outbox: WebhookOutbox;
	readonly config: Config;
	readonly log: Logger;
	readonly signer: LinkSigner;
	/** Where this server is reached, without a slash at the end. */
	readonly baseUrl: string;
}): Promise<Webhooks> {
	const { store, outbox, config, log, signer, baseUrl } = given;
	const { url, secret, form, timeoutSeconds } = config.webhooks;
	const now = Date.now;
	return startWebhooks({
		store,
		outbox,
		...(url === undefined ? {} : { everybody: { url, form } }),
		links: {
			job: (jobId) => `${baseUrl}/v1/jobs/${jobId}`,
			file: (jobId, name) =>
				baseUrl + signer.sign(fileLink(jobId, name), now() + LINK_MS),
		},
		log,
		now,
		post: createWebhookPost(config.fetch),
		...(secret === undefined ? {} : { secret }),
		timeoutMs: timeoutSeconds * 1000,
		random: createRandom(now() >>> 0),
	});
}
