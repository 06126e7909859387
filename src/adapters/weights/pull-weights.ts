import { mkdir, stat, statfs } from "node:fs/promises";
import http from "node:http";
import { dirname } from "node:path";
import { LunarError } from "../../core/errors.ts";
import type { WeightEntry, WeightFile } from "../../neural/weights/manifest.ts";
import { checkFile, rememberChecked } from "./check-file.ts";
import { type DownloadTiming, discardPartial, download } from "./download.ts";
import { lockFile } from "./file-lock.ts";
import { inspectFile, inspectWeights } from "./find-weights.ts";
import {
	type Environment,
	hubToken,
	pageOf,
	urlOf,
	type WeightPlaces,
	weightPlaces,
} from "./places.ts";
import { storeFile } from "./store-file.ts";
import { existingFolder, homeOf, partialOf } from "./stored-files.ts";

export interface PullOptions {
	/** Fetch again what is there and right. */
	readonly force?: boolean;
	readonly signal?: AbortSignal;
	readonly onEvent?: (event: PullEvent) => void;
	/** For tests. */
	readonly timing?: Partial<DownloadTiming>;
	readonly freeBytes?: (folder: string) => Promise<number>;
}

export type PullEvent =
	| { readonly type: "present"; readonly file: string; readonly path: string }
	| { readonly type: "waiting"; readonly file: string; readonly pid: number }
	| {
			readonly type: "start";
			readonly file: string;
			readonly url: string;
			readonly sizeBytes: number;
			readonly receivedBytes: number; // of an earlier run
	  }
	| {
			readonly type: "received";
			readonly file: string;
			readonly receivedBytes: number;
			readonly sizeBytes: number;
	  }
	| {
			readonly type: "retry";
			readonly file: string;
			readonly reason: string;
			readonly waitMs: number;
	  }
	| { readonly type: "checking"; readonly file: string }
	| {
			readonly type: "done";
			readonly file: string;
			readonly path: string;
			/** Who says that these are the right bytes. */
			readonly vouchedBy: "publisher" | "third-party";
	  };

/** What a pull would do. */
export interface PullPlan {
	readonly files: readonly {
		readonly name: string;
		readonly url: string;
		readonly path: string;
		readonly sizeBytes: number;
		readonly receivedBytes: number;
		readonly state: "present" | "fetch" | "resume" | "replace";
	}[];
	readonly fetchBytes: number;
	readonly freeBytes: number;
}

/** Files larger than this are kept apart at the hub, under their sha256, also where a mirror does not say so. */
const LARGE_BYTES = 10e6;
/** Left free on the disk. */
const SPARE_BYTES = 64 << 20;

/** What `pullWeights` would do now. Asks no network. */
export async function planPull(
	entry: WeightEntry,
	env: Environment,
	options: PullOptions = {},
): Promise<PullPlan> {
	const places = weightPlaces(env);
	const states = await inspectWeights(entry, places, { depth: "once" });
	const files = states.map(({ file, state, path, receivedBytes }) => {
		const present = state === "ready" && !options.force;
		const resumes = receivedBytes > 0 && !options.force;
		return {
			name: file.name,
			url: urlOf(places, entry, file.path),
			path: present && path ? path : homeOf(places, entry, file),
			sizeBytes: file.sizeBytes,
			receivedBytes: resumes ? receivedBytes : 0,
			state: present
				? ("present" as const)
				: state === "corrupt" || state === "ready"
					? ("replace" as const)
					: resumes
						? ("resume" as const)
						: ("fetch" as const),
		};
	});
	const fetchBytes = files.reduce(
		(sum, { state, sizeBytes, receivedBytes }) =>
			state === "present" ? sum : sum + sizeBytes - receivedBytes,
		0,
	);
	const folder = await existingFolder(homeOf(places, entry, entry.files[0]));
	return {
		files,
		fetchBytes,
		freeBytes: await (options.freeBytes ?? freeBytesOf)(folder),
	};
}

/** Fetches what is missing or damaged. Answers the paths of all files, links resolved. */
export async function pullWeights(
	entry: WeightEntry,
	env: Environment,
	options: PullOptions = {},
): Promise<Record<string, string>> {
	const places = weightPlaces(env);
	const plan = await planPull(entry, env, options);
	if (plan.fetchBytes > 0) {
		if (entry.source.kind === "huggingface" && places.offline)
			throw new LunarError(
				"DOWNLOAD_REFUSED",
				`HF_HUB_OFFLINE is set, and ${entry.name} is not complete in ${places.hubFolder}; unset it, or copy the files there`,
			);
		if (plan.freeBytes < plan.fetchBytes + SPARE_BYTES)
			throw new LunarError(
				"DISK_FULL",
				`${entry.name} needs ${inMB(plan.fetchBytes + SPARE_BYTES)} MB, ${inMB(plan.freeBytes)} MB are free at ${dirname(homeOf(places, entry, entry.files[0]))}`,
			);
		goThroughProxies(env);
	}
	const paths: Record<string, string> = {};
	for (const file of entry.files)
		paths[file.name] = await pullFile(entry, file, places, env, options);
	return paths;
}

async function pullFile(
	entry: WeightEntry,
	file: WeightFile,
	places: WeightPlaces,
	env: Environment,
	options: PullOptions,
): Promise<string> {
	const tell = (event: PullEvent): void => options.onEvent?.(event);
	const name = file.name;
	const before = await inspectFile(entry, file, places);
	if (before.state === "ready" && before.path && !options.force) {
		tell({ type: "present", file: name, path: before.path });
		return before.path;
	}
	const partial = partialOf(places, entry, file);
	await makeFolder(dirname(partial));
	await using _lock = await lockFile(`${partial}.lock`, {
		onWait: ({ pid }) => tell({ type: "waiting", file: name, pid }),
		...(options.signal ? { signal: options.signal } : {}),
	}).catch((error: unknown) => {
		if (options.signal?.aborted)
			throw new LunarError("CANCELLED", "the download was stopped");
		throw unwritable(dirname(partial), error);
	});
	// Whoever held the lock may have brought it.
	const now = await inspectFile(entry, file, places);
	const fresh = before.path !== now.path || before.state !== now.state;
	if (now.state === "ready" && now.path && (!options.force || fresh)) {
		tell({ type: "present", file: name, path: now.path });
		return now.path;
	}
	if (options.force) await discardPartial(partial);
	// Awaited here: the lock is held until it is done.
	return await fetchFile(entry, file, places, env, partial, options);
}

/** Downloads, checks and stores one file. A resumed download with wrong bytes is fetched once more from its beginning. */
async function fetchFile(
	entry: WeightEntry,
	file: WeightFile,
	places: WeightPlaces,
	env: Environment,
	partial: string,
	options: PullOptions,
): Promise<string> {
	const tell = (event: PullEvent): void => options.onEvent?.(event);
	const url = urlOf(places, entry, file.path);
	const token = entry.source.kind === "huggingface" ? hubToken(env) : undefined;
	const sha256 = file.digests.find(
		({ algorithm }) => algorithm === "sha256",
	)?.hex;
	for (;;) {
		tell({
			type: "start",
			file: file.name,
			url,
			sizeBytes: file.sizeBytes,
			receivedBytes: await stat(partial).then(
				({ size }) => size,
				() => 0,
			),
		});
		const { linkedSha256, resumed } = await download(url, partial, {
			expectedBytes: file.sizeBytes,
			page: pageOf(places, entry),
			onBytes: (receivedBytes) =>
				tell({
					type: "received",
					file: file.name,
					receivedBytes,
					sizeBytes: file.sizeBytes,
				}),
			onRetry: (reason, waitMs) =>
				tell({ type: "retry", file: file.name, reason, waitMs }),
			...(token === undefined ? {} : { token }),
			...(sha256 === undefined ? {} : { sha256 }),
			...(options.signal ? { signal: options.signal } : {}),
			...(options.timing ? { timing: options.timing } : {}),
		});
		tell({ type: "checking", file: file.name });
		const stated = linkedSha256
			? [
					{
						algorithm: "sha256",
						hex: linkedSha256,
						source: "publisher",
					} as const,
				]
			: [];
		const problem = await checkFile(
			partial,
			file.sizeBytes,
			[...file.digests, ...stated],
			{
				depth: "always",
				...(options.signal ? { signal: options.signal } : {}),
			},
		);
		if (problem === undefined) {
			const path = await storeFile(
				places,
				entry,
				file,
				partial,
				linkedSha256 ?? (file.sizeBytes > LARGE_BYTES ? sha256 : undefined),
			);
			await discardPartial(partial); // the note beside it
			await rememberChecked(places.recordsFolder, path, file.digests);
			const vouchedBy = [...file.digests, ...stated].some(
				({ source }) => source === "publisher",
			)
				? "publisher"
				: "third-party";
			tell({ type: "done", file: file.name, path, vouchedBy });
			return path;
		}
		await discardPartial(partial);
		if (resumed) {
			tell({
				type: "retry",
				file: file.name,
				reason: "the parts of two downloads do not fit together",
				waitMs: 0,
			});
			continue;
		}
		throw new LunarError(
			"WEIGHTS_CORRUPT",
			`what ${new URL(url).host} sent as ${file.name} ${problem}; it was thrown away`,
		);
	}
}

async function makeFolder(folder: string): Promise<void> {
	try {
		await mkdir(folder, { recursive: true });
	} catch (error) {
		throw unwritable(folder, error);
	}
}

function unwritable(folder: string, error: unknown): LunarError {
	return new LunarError(
		"OUTPUT_UNWRITABLE",
		`${folder} cannot be written: ${(error as NodeJS.ErrnoException).code}; HF_HOME and U2NET_HOME name other places`,
		{ cause: error },
	);
}

async function freeBytesOf(folder: string): Promise<number> {
	const { bavail, bsize } = await statfs(folder);
	return bavail * bsize;
}

/** Node's fetch goes through HTTPS_PROXY only when told to. */
function goThroughProxies(env: Environment): void {
	const wanted = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];
	if (wanted.some((name) => env[name])) {
		const { setGlobalProxyFromEnv } = http as {
			setGlobalProxyFromEnv?: (env: NodeJS.ProcessEnv) => void;
		};
		setGlobalProxyFromEnv?.({ ...env });
	}
}

function inMB(bytes: number): number {
	return Math.ceil(bytes / 1e6);
}
