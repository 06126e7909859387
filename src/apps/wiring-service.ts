import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { openDiskBlobs } from "../adapters/disk/blob-storage.ts";
import { openStore } from "../adapters/sqlite/open-store.ts";
import type { Logger } from "../core/run-context.ts";
import type { Config } from "../service/config.ts";
import { createService } from "../service/create-service.ts";
import type { JobStore } from "../service/ports/job-store.ts";
import type { KeyStore } from "../service/ports/key-store.ts";
import type { WebhookOutbox } from "../service/ports/webhook-outbox.ts";
import {
	type BlobReleaser,
	createBlobReleaser,
} from "../service/release-blobs.ts";
import type { JobService } from "../service/service.ts";
import { createEngineCatalogue } from "./engine-catalogue.ts";
import { createHostProcess } from "./worker/host-process.ts";

// What is plugged into what for a server: store and blobs → engine hosts → service.

/** Where blobs lie in a data folder. */
export const BLOBS_FOLDER = "blobs";

/** The service, and the stores that its neighbours (keys, webhooks, retention) share with it. */
export interface OpenService extends JobService {
	readonly store: JobStore;
	readonly keys: KeyStore;
	readonly outbox: WebhookOutbox;
	/** The door is open: jobs may start, and the first does not wait for its host and engines to be loaded. */
	open(): void;
	/** Whoever removes jobs hands their blobs over here. */
	readonly releaser: BlobReleaser;
	/** After `stop`: lets go of the data folder. */
	close(): Promise<void>;
}

/** Opens the data folder and takes stock of what was left undone; goes on with it once it is `open`. Throws STORE_LOCKED, STORE_CORRUPT, … */
export async function openService(
	config: Config,
	log: Logger,
): Promise<OpenService> {
	const store = openStore(config.dataPath);
	try {
		const blobsFolder = join(config.dataPath, BLOBS_FOLDER);
		const blobs = await openDiskBlobs(blobsFolder);
		const { count, threads } = hostPlan(config.hosts);
		const hosts = Array.from({ length: count }, (_, k) =>
			createHostProcess(`host-${k + 1}`, {
				blobsFolder,
				threads,
				nice: config.hosts.nice,
				heapMB: config.hosts.memoryMB,
				memoryMB: config.hosts.memoryMB,
				idleSeconds: config.hosts.idleSeconds,
				log,
			}),
		);
		const engines = createEngineCatalogue();
		const { promise: whenOpen, resolve: open } = Promise.withResolvers<void>();
		const releaser = createBlobReleaser(store.jobs, blobs, log);
		const service = await createService({
			store: store.jobs,
			blobs,
			releaser,
			hosts,
			engines,
			config,
			log,
			whenOpen,
		});
		return {
			...service,
			open() {
				open();
				hosts[0].start();
				engines
					.load()
					.catch((error) =>
						log.error(`the engines cannot be loaded: ${error}`),
					);
			},
			store: store.jobs,
			keys: store.keys,
			outbox: store.outbox,
			releaser,
			async close() {
				await service.stop(0);
				await releaser.close();
				await store.close();
			},
		};
	} catch (error) {
		await store.close();
		throw error;
	}
}

/** Threads that one run makes good use of. */
const THREADS_PER_HOST = 2;
const MOST_HOSTS = 8;
/** Share of the machine's memory that hosts may fill together. */
const MEMORY_SHARE = 0.75;

/** As many hosts as cores and memory allow, unless the operator says how many; the cores are shared among them. */
export function hostPlan(
	{ count, memoryMB }: Pick<Config["hosts"], "count" | "memoryMB">,
	machine: { readonly cores: number; readonly memoryBytes: number } = {
		cores: availableParallelism(),
		memoryBytes: totalmem(),
	},
): { readonly count: number; readonly threads: number } {
	const byCores = Math.floor(machine.cores / THREADS_PER_HOST);
	const byMemory = Math.floor(
		(machine.memoryBytes * MEMORY_SHARE) / (memoryMB * 2 ** 20),
	);
	const hosts = count ?? Math.max(1, Math.min(byCores, byMemory, MOST_HOSTS));
	return {
		count: hosts,
		threads: Math.max(1, Math.floor(machine.cores / hosts)),
	};
}
