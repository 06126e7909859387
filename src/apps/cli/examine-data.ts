import { existsSync } from "node:fs";
import { readdir, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { openDiskBlobs } from "../../adapters/disk/blob-storage.ts";
import { hashFile } from "../../adapters/disk/hash-file.ts";
import { lockDataFolder } from "../../adapters/sqlite/lock-data-folder.ts";
import {
	openStore,
	STORE_FILE,
	type Store,
} from "../../adapters/sqlite/open-store.ts";
import { rebuildIndexes } from "../../adapters/sqlite/rebuild-indexes.ts";
import { asLunarError, LunarError } from "../../core/errors.ts";
import type { Config } from "../../service/config.ts";
import { inputBlobsOf } from "../../service/job-blobs.ts";
import type { BlobStorage } from "../../service/ports/blob-storage.ts";
import { describeBytes } from "../describe-bytes.ts";
import type { Finding } from "./finding.ts";

const HOUR_MS = 3_600_000;
const PAGE = 200;
/** Servers that may end under a job before it is thought to be the reason. */
const MOST_LOST = 10;
const SHOWN = 5;

interface Ask {
	readonly repair: boolean;
	/** Reads every byte of every file. */
	readonly deep: boolean;
	/** Milliseconds since 1970. */
	readonly now: () => number;
}

/** The server's data folder: store, jobs, files. With `repair`, what can be mended is, and is said. */
export async function examineData(
	config: Pick<Config, "dataPath" | "retention">,
	ask: Ask,
): Promise<Finding[]> {
	const { dataPath } = config;
	if (!existsSync(join(dataPath, STORE_FILE)))
		return [
			{
				id: "jobs",
				state: "ok",
				seen: `${dataPath} holds none yet; lunar serve makes it`,
			},
		];
	const lock = tryLock(dataPath);
	try {
		const findings = [await room(config), server(lock)];
		findings.push(await checkLeftovers(dataPath, lock !== undefined, ask));
		const integrity = await checkIntegrity(dataPath, lock, ask);
		findings.push(integrity);
		if (integrity.state === "problem") return findings;
		// Without a server nobody else writes; beside one, only what it tolerates is mended.
		const store = openStore(dataPath, {
			readOnly: !(ask.repair && lock),
			lock: false,
		});
		try {
			const blobs = await openDiskBlobs(join(dataPath, "blobs"));
			findings.push(await checkRunning(store, lock !== undefined, ask));
			findings.push(await checkClock(store, ask));
			findings.push(...(await checkFiles(dataPath, store, blobs, ask)));
			findings.push(
				await checkOrphans(config, store, blobs, lock !== undefined, ask),
			);
		} finally {
			await store.close();
		}
		return findings;
	} catch (error) {
		const { message, hint } = asLunarError(error);
		return [{ id: "jobs", state: "problem", seen: message, todo: hint }];
	} finally {
		lock?.close();
	}
}

/** Undefined: a server has it. The lock is the operating system's: it cannot be left behind. */
function tryLock(dataPath: string): { close(): void } | undefined {
	try {
		return lockDataFolder(dataPath);
	} catch (error) {
		if (error instanceof LunarError && error.code === "STORE_LOCKED")
			return undefined;
		throw error;
	}
}

function server(lock: unknown): Finding {
	return {
		id: "server",
		state: "ok",
		seen: lock === undefined ? "is running" : "is not running; no lock is left",
	};
}

async function room({
	dataPath,
	retention,
}: Pick<Config, "dataPath" | "retention">): Promise<Finding> {
	const { bavail, bsize } = await statfs(dataPath);
	const free = bavail * bsize;
	const isLow = free < retention.minFreeBytes;
	return {
		id: "data folder",
		state: isLow ? "problem" : "ok",
		seen: `${dataPath}, ${describeBytes(free)} free${isLow ? `: below ${describeBytes(retention.minFreeBytes)} new work is refused` : ""}`,
		...(isLow
			? {
					todo: "Free space, delete old jobs (retention in lunar config), or lower retention.minFreeBytes.",
				}
			: {}),
	};
}

async function checkIntegrity(
	dataPath: string,
	lock: unknown,
	{ repair }: Ask,
): Promise<Finding> {
	const damage = await damageOf(dataPath);
	if (damage === undefined)
		return { id: "store", state: "ok", seen: "is whole" };
	const bad: Finding = {
		id: "store",
		state: "problem",
		seen: damage,
		todo: "Stop the server, keep a copy of the data folder, then lunar doctor --repair; if that does not help, lunar restore BACKUP --force.",
	};
	if (!repair || lock === undefined) return bad;
	const isMended = await rebuildIndexes(dataPath);
	if (isMended && (await damageOf(dataPath)) === undefined)
		return {
			id: "store",
			state: "ok",
			seen: damage,
			repaired: "its indexes were built anew; it is whole",
		};
	return {
		...bad,
		todo: "Its indexes are not what is wrong: lunar restore BACKUP --force.",
	};
}

async function damageOf(dataPath: string): Promise<string | undefined> {
	try {
		const store = openStore(dataPath, { readOnly: true });
		try {
			await store.jobs.check();
		} finally {
			await store.close();
		}
	} catch (error) {
		return asLunarError(error).message;
	}
	return undefined;
}

/** Running jobs without a server: the next start puts them back; so does repair. */
async function checkRunning(
	store: Store,
	isAlone: boolean,
	{ repair }: Ask,
): Promise<Finding> {
	const { running, queued } = await store.jobs.countByState();
	const seen = `${queued} queued, ${running} running`;
	if (running === 0 || !isAlone) return { id: "jobs", state: "ok", seen };
	if (repair) {
		const released = await store.jobs.releaseAll(MOST_LOST);
		return {
			id: "jobs",
			state: "ok",
			seen: `${seen}, though no server runs`,
			repaired: `${released} jobs went back to the queue`,
		};
	}
	return {
		id: "jobs",
		state: "warning",
		seen: `${seen}, though no server runs`,
		todo: "They go back to the queue when the server starts, or with lunar doctor --repair.",
	};
}

async function checkClock(store: Store, { now }: Ask): Promise<Finding> {
	const { jobs } = await store.jobs.list({}, 1);
	const aheadMs = (jobs[0]?.createdAt ?? 0) - now();
	return aheadMs > HOUR_MS
		? {
				id: "clock",
				state: "warning",
				seen: `the newest job is ${Math.round(aheadMs / HOUR_MS)} hours in the future`,
				todo: "Check this machine's date; times of jobs are wrong until then, nothing else is.",
			}
		: { id: "clock", state: "ok", seen: "no job is in the future" };
}

/** Every blob that a job names is there, with its size, and (deep) with its bytes. */
async function checkFiles(
	dataPath: string,
	store: Store,
	blobs: BlobStorage,
	{ repair, deep }: Ask,
): Promise<Finding[]> {
	const sizes = new Map<string, number>();
	for await (const { sha256, sizeBytes } of blobs.list())
		sizes.set(sha256, sizeBytes);
	const lost = new Map<string, string[]>();
	const damaged = new Set<string>();
	const checked = new Set<string>();
	const isDamaged = async (sha256: string, size: number): Promise<boolean> => {
		if (checked.has(sha256)) return damaged.has(sha256);
		checked.add(sha256);
		const bad =
			sizes.get(sha256) !== size ||
			(deep &&
				(await hashFile(await blobs.localPath(sha256))).sha256 !== sha256);
		if (bad) damaged.add(sha256);
		return bad;
	};
	let cursor: string | undefined;
	do {
		const page = await store.jobs.list({}, PAGE, cursor);
		for (const job of page.jobs)
			for (const { sha256, sizeBytes, name } of [
				...inputBlobsOf(job.request).map((blob) => ({
					...blob,
					name: blob.label,
				})),
				...job.files,
			])
				if (!sizes.has(sha256) || (await isDamaged(sha256, sizeBytes)))
					lost.set(job.id, [...(lost.get(job.id) ?? []), name]);
		cursor = page.cursor;
	} while (cursor !== undefined);

	if (lost.size === 0)
		return [
			{
				id: "files",
				state: "ok",
				seen: `all of ${sizes.size} are ${deep ? "there, byte for byte" : "there (lunar doctor --deep reads every byte)"}`,
			},
		];
	const shown = [...lost]
		.slice(0, SHOWN)
		.map(([id, names]) => `${id} (${names.slice(0, SHOWN).join(", ")})`)
		.join("; ");
	const seen = `${lost.size} jobs lost files: ${shown}${lost.size > SHOWN ? "; …" : ""}`;
	const todo =
		"lunar restore brings back what a backup has; else submit these pictures again and delete the jobs.";
	if (repair && damaged.size > 0) {
		for (const sha256 of damaged) await blobs.remove(sha256);
		return [
			{
				id: "files",
				state: "problem",
				seen,
				todo,
				repaired: `${damaged.size} damaged files were deleted from ${join(dataPath, "blobs")}, so that the same bytes can be kept again`,
			},
		];
	}
	return [{ id: "files", state: "problem", seen, todo }];
}

async function checkOrphans(
	{ retention }: Pick<Config, "retention">,
	store: Store,
	blobs: BlobStorage,
	isAlone: boolean,
	{ repair, now }: Ask,
): Promise<Finding> {
	const oldest = now() - retention.orphanHours * HOUR_MS;
	let count = 0;
	let bytes = 0;
	for await (const { sha256, sizeBytes, modifiedAt } of blobs.list()) {
		if (modifiedAt >= oldest || (await store.jobs.isUsed(sha256))) continue;
		count++;
		bytes += sizeBytes;
		if (repair && isAlone) await blobs.remove(sha256, HOUR_MS);
	}
	if (count === 0)
		return { id: "unused files", state: "ok", seen: "none beyond their time" };
	const seen = `${count}, ${describeBytes(bytes)}`;
	if (!isAlone)
		return {
			id: "unused files",
			state: "ok",
			seen: `${seen}; the server deletes them by itself`,
		};
	return repair
		? { id: "unused files", state: "ok", seen, repaired: "deleted" }
		: {
				id: "unused files",
				state: "warning",
				seen,
				todo: "A server deletes them by itself; now: lunar doctor --repair.",
			};
}

/** Half-written files of processes that ended. */
async function checkLeftovers(
	dataPath: string,
	isAlone: boolean,
	{ repair, now }: Ask,
): Promise<Finding> {
	const staging = join(dataPath, "blobs", "staged");
	const paths = [
		...(await namesIn(staging)).map((name) => join(staging, name)),
		...(await namesIn(dataPath))
			.filter((name) => name.startsWith(".restoring-"))
			.map((name) => join(dataPath, name)),
	];
	const left: string[] = [];
	for (const path of paths) {
		const info = await stat(path).catch(() => undefined);
		if (info && (isAlone || Math.abs(now() - info.mtimeMs) > HOUR_MS))
			left.push(path);
	}
	if (left.length === 0)
		return { id: "left half-written", state: "ok", seen: "nothing" };
	if (!repair)
		return {
			id: "left half-written",
			state: "warning",
			seen: `${left.length} files of processes that ended`,
			todo: "lunar doctor --repair deletes them.",
		};
	for (const path of left) await rm(path, { recursive: true, force: true });
	return {
		id: "left half-written",
		state: "ok",
		seen: `${left.length} files of processes that ended`,
		repaired: "deleted",
	};
}

async function namesIn(folder: string): Promise<string[]> {
	return readdir(folder).catch(() => []);
}
