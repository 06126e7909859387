import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { fetchPicture } from "../../adapters/fetch/safe-fetch.ts";
import type { Logger } from "../../core/run-context.ts";
import type { Config } from "../../service/config.ts";
import { openService } from "../wiring-service.ts";
import { createServer } from "./create-server.ts";
import { openForeground } from "./foreground/open-foreground.ts";
import { openWeightsLate } from "./late-weights.ts";

/** A local file takes no time that says anything of its sender. */
const IDLE_SECONDS = 3600;

/**
 * The HTTP door of a data folder that no server works on: what a server would answer to its own user, without listening
 * to anything. Nothing runs: jobs wait for the next server. Throws STORE_LOCKED where there is one.
 */
export async function openOffline(
	config: Config,
	log: Logger,
): Promise<{ readonly fetch: typeof fetch; close(): Promise<void> }> {
	const service = await openService(config, log);
	const foreground = openForeground(service.blobs);
	const weights = openWeightsLate(process.env, log);
	const app = await createServer({
		service,
		config: {
			...config,
			host: "127.0.0.1",
			publicUrl: undefined,
			// Whoever may read the folder may do all.
			apiKeysRequired: false,
			uploads: { ...config.uploads, idleSeconds: IDLE_SECONDS },
		},
		log,
		keys: service.keys,
		outbox: service.outbox,
		countByState: () => service.store.countByState(),
		linkSecret: randomBytes(32),
		fetchPicture,
		weights,
		foreground,
		now: Date.now,
		unready: async () => ["nothing runs here"],
	});
	return {
		async fetch(input, init) {
			const request = new Request(input, init);
			const { pathname, search } = new URL(request.url);
			const answer = await app.inject({
				method: request.method as "GET" | "POST",
				url: pathname + search,
				headers: { ...Object.fromEntries(request.headers), host: "localhost" },
				...(request.body
					? { payload: Readable.fromWeb(request.body as ReadableStream) }
					: {}),
			});
			return new Response(
				answer.rawPayload.length > 0 ? new Uint8Array(answer.rawPayload) : null,
				{
					status: answer.statusCode,
					headers: Object.entries(answer.headers).map(
						([name, value]): [string, string] => [name, String(value)],
					),
				},
			);
		},
		async close() {
			await app.close();
			await Promise.all([weights.close(), foreground.close()]);
			await service.close();
		},
	};
}
