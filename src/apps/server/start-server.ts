import type { AddressInfo } from "node:net";
import { fetchPicture } from "../../adapters/fetch/safe-fetch.ts";
import { LunarError } from "../../core/errors.ts";
import type { Logger } from "../../core/run-context.ts";
import type { Config } from "../../service/config.ts";
import { createRetention } from "../../service/retention.ts";
import type { Webhooks } from "../../service/webhook/webhooks.ts";
import { isLoopback } from "../config/is-loopback.ts";
import { openService } from "../wiring-service.ts";
import { createServer } from "./create-server.ts";
import { openForeground } from "./foreground/open-foreground.ts";
import { openWeightsLate } from "./late-weights.ts";
import { readLinkSecret } from "./link-secret.ts";
import { createLinkSigner } from "./sign-link.ts";
import { openWebhooks } from "./start-webhooks.ts";
import { findStudio } from "./studio-build.ts";

export interface RunningServer {
	/** Where to reach it, without a slash at the end. */
	readonly url: string;
	/** Whether requests need an API key. */
	readonly keysRequired: boolean;
	/** Whether any key exists. */
	hasKeys(): Promise<boolean>;
	/** Takes nothing new; running jobs may end within the grace of the settings, then they go back to the queue. */
	close(): Promise<void>;
}

/** Answers under way may end within this. */
const ANSWER_GRACE_MS = 2000;

/** Everything of a server on one machine: store, hosts, webhooks, retention, and the HTTP door, which opens last. */
export async function startServer(
	config: Config,
	log: Logger,
	options: { readonly studioFolder?: string } = {},
): Promise<RunningServer> {
	const now = Date.now;
	const studioFolder = options.studioFolder ?? (await findStudio(log));
	const service = await openService(config, log);
	const undo: (() => Promise<void>)[] = [() => service.close()];
	try {
		const { store, blobs, outbox, keys, releaser } = service;
		const linkSecret = await readLinkSecret(config.dataPath);
		const foreground = openForeground(blobs);
		undo.push(() => foreground.close());
		const weights = openWeightsLate(process.env, log);
		undo.push(() => weights.close());
		const retention = createRetention({
			store,
			blobs,
			releaser,
			outbox,
			config: config.retention,
			log,
			now,
		});
		undo.push(() => retention.stop());
		let webhooks: Webhooks | undefined;

		const app = await createServer({
			service,
			config,
			log,
			keys,
			outbox: {
				list: (filter, limit) => outbox.list(filter, limit),
				replay: (id, at) => (webhooks?.outbox ?? outbox).replay(id, at),
			},
			countByState: () => store.countByState(),
			linkSecret,
			fetchPicture,
			weights,
			foreground,
			now,
			...(studioFolder ? { studioFolder } : {}),
			checkRoom: (neededBytes) => retention.checkRoom(neededBytes),
			unready: () => unreadyReasons(),
		});
		undo.push(() => app.close());
		const unreadyReasons = async (): Promise<string[]> => {
			try {
				await store.checkWritable();
				await retention.checkRoom();
				return [];
			} catch (error) {
				return [error instanceof Error ? error.message : String(error)];
			}
		};

		await listen(app, config);
		const { port } = app.server.address() as AddressInfo;
		const url =
			config.publicUrl?.replace(/\/+$/, "") ??
			`http://${nameOf(config.host)}:${port}`;
		webhooks = await openWebhooks({
			store,
			outbox,
			config,
			log,
			signer: createLinkSigner(linkSecret, now),
			baseUrl: url,
		});
		const started = webhooks;
		retention.start();
		setImmediate(() => service.open());
		return {
			url,
			keysRequired: config.apiKeysRequired ?? !isLoopback(config.host),
			hasKeys: async () => (await keys.list()).length > 0,
			async close() {
				const timer = setTimeout(
					() => app.server.closeAllConnections(),
					ANSWER_GRACE_MS,
				);
				await app.close();
				clearTimeout(timer);
				await Promise.all([
					service.stop(config.stopGraceSeconds * 1000),
					retention.stop(),
					weights.close(),
					foreground.close(),
				]);
				await started.stop();
				await service.close();
			},
		};
	} catch (error) {
		for (const step of undo.reverse()) await step().catch(() => {});
		throw error;
	}
}

async function listen(
	app: Awaited<ReturnType<typeof createServer>>,
	{ host, port }: Config,
): Promise<void> {
	try {
		await app.listen({ host, port });
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		const why =
			code === "EADDRINUSE"
				? "another program listens there"
				: code === "EACCES"
					? "this needs more rights"
					: (error as Error).message;
		throw new LunarError(
			"ADDRESS_UNUSABLE",
			`cannot listen on ${host}:${port}: ${why}`,
			{ cause: error },
		);
	}
}

/** What to type into a browser for an address that was listened on. */
function nameOf(host: string): string {
	if (host === "0.0.0.0" || host === "::" || host === "127.0.0.1")
		return "localhost";
	return host.includes(":") ? `[${host}]` : host;
}
