import { existsSync } from "node:fs";
import { join } from "node:path";
import {
	openStore,
	STORE_FILE,
	type Store,
} from "../../adapters/sqlite/open-store.ts";
import { LunarError } from "../../core/errors.ts";
import { SILENT_LOGGER } from "../../core/run-context.ts";
import type { Config } from "../../service/config.ts";
import type {
	Job,
	JobEvent,
	JobOutlook,
	JobRequest,
	JobState,
} from "../../service/job.ts";
import type { CancelOutcome } from "../../service/service.ts";
import { loadConfig } from "../config/load-config.ts";
import { CONFIG_FLAGS, configSourcesOf } from "./config-flags.ts";
import type { Flag, FlagValues } from "./flags.ts";
import { createServerClient, type ServerClient } from "./server-client.ts";

/** A job as commands show it: without the secret of its webhook. */
export type ShownJob = Omit<Job, "request"> & {
	readonly request: Omit<JobRequest, "webhook">;
	readonly outlook: JobOutlook;
};

export interface JobQuery {
	readonly state?: JobState;
	readonly engine?: string;
	readonly tag?: string;
	readonly search?: string;
	readonly favourite?: boolean;
	readonly limit: number;
}

/** A change of a job, with what a server expects of it. */
export type WatchedEvent = JobEvent & { readonly outlook?: JobOutlook };

/** Jobs, of a running server or of the files that one left. */
export interface JobsDoor {
	/** Undefined: there is no server, these are the files. */
	readonly client?: ServerClient;
	list(
		query: JobQuery,
	): Promise<{ readonly jobs: readonly ShownJob[]; readonly total: number }>;
	get(id: string): Promise<ShownJob>;
	events(id: string, signal: AbortSignal): AsyncIterable<WatchedEvent>;
	cancel(id: string): Promise<{
		readonly outcome: CancelOutcome;
		readonly job: ShownJob;
	}>;
	retry(id: string): Promise<ShownJob>;
	remove(id: string): Promise<void>;
}

/** Flags of every command that looks for a server. */
export const SERVER_FLAG: Flag = {
	name: "server",
	type: "string",
	value: "URL",
	description:
		"A running server (default LUNAR_SERVER, else the one that the settings name, on this machine)",
};
export const DOOR_FLAGS: readonly Flag[] = [SERVER_FLAG, ...CONFIG_FLAGS];

/** The server that is named, else one on this machine, else the files of the data folder. */
export async function openJobs(values: FlagValues): Promise<JobsDoor> {
	const named = namedServer(values);
	if (named) return overHttp(named);
	const { config } = await loadConfig(configSourcesOf(values));
	// Who names a folder means this folder, not what a server on this machine works on.
	if (values["data-path"] === undefined) {
		const local = localServer(config);
		if (await local.isThere()) return overHttp(local);
	}
	if (!existsSync(join(config.dataPath, STORE_FILE)))
		throw new LunarError(
			"SERVER_UNREACHABLE",
			`no server answers on port ${config.port} of this machine, and ${config.dataPath} holds no jobs`,
		);
	return inFiles(config.dataPath);
}

/** The server of --server or LUNAR_SERVER. */
export function namedServer(values: FlagValues): ServerClient | undefined {
	const address = values.server ?? process.env.LUNAR_SERVER;
	return address
		? createServerClient(String(address), process.env.LUNAR_API_KEY)
		: undefined;
}

/** A server that must be there. Throws SERVER_UNREACHABLE. */
export async function requireServer(values: FlagValues): Promise<ServerClient> {
	const named = namedServer(values);
	if (named) return named;
	const { config } = await loadConfig(configSourcesOf(values));
	const local = localServer(config);
	if (await local.isThere()) return local;
	throw new LunarError("SERVER_UNREACHABLE", `${local.url}: no server answers`);
}

/** A server, or the data folder that was named and that no server works on: there, jobs wait for the next one. */
export async function openSubmit(values: FlagValues): Promise<{
	readonly client: ServerClient;
	readonly isOffline: boolean;
	close(): Promise<void>;
}> {
	const isOffline =
		values["data-path"] !== undefined && namedServer(values) === undefined;
	if (!isOffline)
		return {
			client: await requireServer(values),
			isOffline,
			close: async () => {},
		};
	if (values.watch === true || values.output !== undefined)
		throw new LunarError(
			"SERVER_UNREACHABLE",
			"--watch and --output need a server at work; --data-path only puts the job into its files",
		);
	const { config } = await loadConfig(configSourcesOf(values));
	const { openOffline } = await import("../server/open-offline.ts");
	const door = await openOffline(config, SILENT_LOGGER);
	return {
		client: createServerClient("http://localhost", undefined, 0, door.fetch),
		isOffline,
		close: door.close,
	};
}

function localServer({ host, port }: Config): ServerClient {
	const everywhere = ["0.0.0.0", "::", ""].includes(host);
	const name = everywhere
		? "127.0.0.1"
		: host.includes(":")
			? `[${host}]`
			: host;
	return createServerClient(
		`http://${name}:${port}`,
		process.env.LUNAR_API_KEY,
	);
}

/** The door of a server that is known to be there. */
export function overHttp(client: ServerClient): JobsDoor {
	const pathOf = (id: string): string => `/v1/jobs/${encodeURIComponent(id)}`;
	return {
		client,
		list: (query) =>
			client.ask(
				"GET",
				`/v1/jobs?${new URLSearchParams(
					Object.entries(query)
						.filter(([, value]) => value !== undefined)
						.map(([name, value]): [string, string] => [name, String(value)]),
				)}`,
			),
		get: (id) => client.ask("GET", pathOf(id)),
		async *events(id, signal) {
			for await (const { data } of client.events(
				`${pathOf(id)}/events`,
				signal,
			))
				yield JSON.parse(data) as WatchedEvent;
		},
		cancel: (id) =>
			client.ask("POST", `${pathOf(id)}/cancel`, { confirm: true }),
		retry: (id) => client.ask("POST", `${pathOf(id)}/retry`, {}),
		remove: (id) => client.ask("DELETE", pathOf(id)),
	};
}

/** Reads beside whoever writes; changes only while no server works there. */
function inFiles(dataPath: string): JobsDoor {
	const visit = async <T>(
		how: { readonly readOnly: boolean },
		work: (store: Store) => Promise<T>,
	): Promise<T> => {
		const store = openStore(dataPath, how);
		try {
			return await work(store);
		} finally {
			await store.close();
		}
	};
	const read = { readOnly: true };
	const write = { readOnly: false };
	const found = (id: string, job: Job | undefined): ShownJob => {
		if (job === undefined)
			throw new LunarError("JOB_UNKNOWN", `there is no job ${id}`);
		const { webhook: _, ...request } = job.request;
		return { ...job, request, outlook: {} };
	};
	return {
		list: ({ limit, state, ...filter }) =>
			visit(read, async ({ jobs }) => {
				const page = await jobs.list(
					{ ...filter, ...(state === undefined ? {} : { states: [state] }) },
					limit,
				);
				return {
					jobs: page.jobs.map((job) => found(job.id, job)),
					total: page.total,
				};
			}),
		get: (id) => visit(read, async ({ jobs }) => found(id, await jobs.get(id))),
		async *events(id) {
			// Without a server nothing comes after these.
			yield* await visit(read, ({ jobs }) => jobs.events(0, 10_000, id));
		},
		cancel: (id) =>
			visit(write, async ({ jobs }) => {
				const before = found(id, await jobs.get(id));
				const job = found(id, await jobs.cancel(id));
				const outcome = isOver(before)
					? "too-late"
					: isOver(job)
						? "cancelled"
						: "stopping";
				return { outcome, job };
			}),
		retry: (id) =>
			visit(write, async ({ jobs }) => found(id, await jobs.requeue(id))),
		remove: (id) =>
			visit(write, async ({ jobs }) => {
				await jobs.cancel(id);
				found(id, await jobs.remove(id));
			}),
	};
}

function isOver({ state }: { readonly state: JobState }): boolean {
	return state !== "queued" && state !== "running";
}
