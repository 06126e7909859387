import type { Config } from "../../service/config.ts";
import type { WebhookPost } from "../../service/webhook/webhook-courier.ts";
import { readAllowList } from "../fetch/allow-list.ts";
import { checkUrl } from "../fetch/check-url.ts";
import { guardedRequest, type Resolve } from "../fetch/guarded-request.ts";

/** Posts through the guard that pictures are fetched through. What a receiver answers is not read: only its status counts. */
export function createWebhookPost(
	config: Pick<Config["fetch"], "allowHosts">,
	resolve?: Resolve,
): WebhookPost {
	const allowed = readAllowList(config.allowHosts);
	return async (url, { headers, body, timeoutMs, signal }) => {
		const answer = await guardedRequest(checkUrl(url, allowed), allowed, {
			method: "POST",
			headers,
			body,
			idleMs: timeoutMs,
			signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
			...(resolve ? { resolve } : {}),
		});
		await answer.close();
		const retryAfter = answer.header("retry-after");
		return {
			status: answer.status,
			...(retryAfter === undefined ? {} : { retryAfter }),
		};
	};
}
