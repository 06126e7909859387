import { mkdtemp, readdir, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDiskBlobs } from "../../adapters/disk/blob-storage.ts";
import { openStore, type Store } from "../../adapters/sqlite/open-store.ts";
import { LunarError } from "../../core/errors.ts";
import { type Logger, SILENT_LOGGER } from "../../core/run-context.ts";
import {
	type Config,
	type ConfigInput,
	configSchema,
} from "../../service/config.ts";
import { createService } from "../../service/create-service.ts";
import type { JobFile } from "../../service/job.ts";
import { makeApiKey, type NewApiKey } from "../../service/make-api-key.ts";
import type { BlobStorage } from "../../service/ports/blob-storage.ts";
import type { EngineHost } from "../../service/ports/engine-host.ts";
import type { JobStore } from "../../service/ports/job-store.ts";
import { createBlobReleaser } from "../../service/release-blobs.ts";
import type { JobService } from "../../service/service.ts";
import { createEngineCatalogue } from "../engine-catalogue.ts";
import type { App, FetchPicture, ServerContext } from "./context.ts";
import { createServer } from "./create-server.ts";

/** A PNG of one colour, 32 × 32, valid to the last byte. */
export const PNG: Uint8Array = Buffer.from(
	"iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAOklEQVRIie3WSwkAMBAD0SoZ/1IiqyoKPTzYe2DJZ87q6R0CeVFcNEFLVUybZnBmMkMVAa+gY1/T9QUlyxA9/Cds1wAAAABJRU5ErkJggg==",
	"base64",
);

export interface TestServer {
	readonly url: string;
	readonly app: App;
	readonly service: JobService;
	readonly store: Store;
	readonly blobs: BlobStorage;
	readonly folder: string;
	readonly config: Config;
	/** Jobs wait at half of their work while it is closed. */
	readonly gate: Gate;
	/** How many listen to events of jobs, this server's metrics included. */
	watcherCount(): number;
	/** Files under the blobs folder that are not whole blobs. */
	leftovers(): Promise<string[]>;
	addKey(wanted: NewApiKey): Promise<string>;
	close(): Promise<void>;
}

export interface Gate {
	close(): void;
	open(): void;
	/** Settles when open. */
	passed(): Promise<void>;
}

/** A real server, store and service on a free port; only the engines are played. */
export async function startTestServer(
	settings: ConfigInput = {},
	parts: Partial<ServerContext> & { readonly log?: Logger } = {},
): Promise<TestServer> {
	const folder = await mkdtemp(join(tmpdir(), "lunar-server-"));
	const config = configSchema.parse({
		limits: { requestsPerMinute: 100_000 },
		...settings,
		port: 0,
		dataPath: folder,
		retention: { minFreeBytes: 1, ...settings.retention },
	});
	const log = parts.log ?? SILENT_LOGGER;
	const store = openStore(folder);
	const blobsFolder = join(folder, "blobs");
	const blobs = await openDiskBlobs(blobsFolder);
	const gate = createGate();
	const releaser = createBlobReleaser(store.jobs, blobs, log);
	let watcherCount = 0;
	const jobs: JobStore = {
		...store.jobs,
		onEvents(listener) {
			watcherCount++;
			const stop = store.jobs.onEvents(listener);
			return () => {
				watcherCount--;
				stop();
			};
		},
	};
	const service = await createService({
		store: jobs,
		blobs,
		releaser,
		hosts: [playHost(blobs, gate)],
		engines: createEngineCatalogue(),
		config,
		log,
	});
	const app = await createServer({
		service,
		config,
		log,
		keys: store.keys,
		outbox: store.outbox,
		countByState: () => store.jobs.countByState(),
		linkSecret: Buffer.alloc(32, 1),
		fetchPicture: fetchNothing,
		weights: {
			list: async () => [],
			async pull(name) {
				throw new LunarError("WEIGHTS_UNKNOWN", `no weights ${name}`);
			},
			async remove(name) {
				throw new LunarError("WEIGHTS_UNKNOWN", `no weights ${name}`);
			},
			close: async () => {},
		},
		foreground: {
			find: async ({ sha256 }) => ({
				maskSha256: sha256,
				method: "uniform",
				confidence: 1,
				notices: [],
				bounds: [0, 0, 32, 32],
			}),
			close: async () => {},
		},
		now: Date.now,
		unready: async () => [],
		...parts,
	});
	// Always loopback, whatever the settings claim.
	await app.listen({ host: "127.0.0.1", port: 0 });
	const { port } = app.server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		app,
		service,
		store,
		blobs,
		folder,
		config,
		gate,
		watcherCount: () => watcherCount,
		async leftovers() {
			const files = await readdir(blobsFolder, {
				recursive: true,
				withFileTypes: true,
			});
			return files
				.filter((file) => file.isFile() && !/^[0-9a-f]{62}$/.test(file.name))
				.map(({ name }) => name);
		},
		async addKey(wanted) {
			const { key, record } = makeApiKey(wanted, Date.now());
			await store.keys.add(record);
			return key;
		},
		async close() {
			gate.open();
			await app.close();
			await service.stop(1000);
			await releaser.close();
			await store.close();
			await rm(folder, { recursive: true, force: true });
		},
	};
}

/** A form with one PNG and perhaps a request. */
export function pictureForm(
	request?: unknown,
	picture: Uint8Array = PNG,
	field = "image",
): FormData {
	const form = new FormData();
	form.append(
		field,
		new Blob([picture as Uint8Array<ArrayBuffer>], { type: "image/png" }),
		"shoe.png",
	);
	if (request !== undefined) form.append("request", JSON.stringify(request));
	return form;
}

const fetchNothing: FetchPicture = async (url) => {
	throw new LunarError("URL_REFUSED", `${url} is not fetched in tests`);
};

function createGate(): Gate {
	let gate = Promise.withResolvers<void>();
	gate.resolve();
	return {
		close() {
			gate = Promise.withResolvers();
		},
		open: () => gate.resolve(),
		passed: () => gate.promise,
	};
}

/** An engine host that makes small files and listens to cancel. */
function playHost(blobs: BlobStorage, gate: Gate): EngineHost {
	let stop: ((reason: LunarError) => void) | undefined;
	let jobsDone = 0;
	return {
		id: "played",
		status: () => ({
			id: "played",
			state: stop ? "busy" : "idle",
			loaded: [],
			memoryBytes: 0,
			jobsDone,
		}),
		isWarm: () => false,
		async run(work, onReport) {
			const stopped = Promise.withResolvers<never>();
			stopped.promise.catch(() => {});
			stop = stopped.reject;
			try {
				const engine = work.engine ?? "relief";
				onReport({ type: "progress", step: "shape", fraction: 0.5, engine });
				await Promise.race([gate.passed(), stopped.promise]);
				const file = async (
					name: string,
					role: JobFile["role"],
					mimeType: string,
					text: string,
				): Promise<JobFile> => ({
					name: work.prefix + name,
					role,
					mimeType,
					...(await blobs.put(Buffer.from(text))),
				});
				const files = [
					await file(
						"model.glb",
						"model",
						"model/gltf-binary",
						`glTF of ${work.inputs.map(({ label }) => label).join()}`,
					),
					await file("report.json", "report", "application/json", "{}"),
					await file("report.html", "report", "text/html", "<h1>report</h1>"),
				];
				jobsDone++;
				return {
					outcome: {
						engine,
						verdict: "pass",
						summary: "played",
						triangles: 12,
						durationMs: 1,
						peakMemoryMB: 1,
						psnrDb: 30,
						ssim: 0.9,
						silhouetteIou: 0.9,
					},
					files,
				};
			} finally {
				stop = undefined;
			}
		},
		cancel: () => stop?.(new LunarError("CANCELLED", "stopped")),
		kill: (reason) => stop?.(reason),
		close: async () => {},
	};
}
