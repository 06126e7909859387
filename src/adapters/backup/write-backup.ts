import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { LunarError } from "../../core/errors.ts";
import type { JobStore } from "../../service/ports/job-store.ts";
import { diskError } from "../disk/disk-errors.ts";
import { hashFile } from "../disk/hash-file.ts";
import { copyStore } from "../sqlite/copy-store.ts";
import { openStore, STORE_FILE } from "../sqlite/open-store.ts";
import {
	type BackupWriter,
	openFolderWriter,
	openTarWriter,
} from "./backup-writer.ts";
import { type BackupManifest, blobName } from "./manifest.ts";

/** A busy server deletes jobs between the copy of the store and that of the files: then the store is copied again. */
const MOST_ROUNDS = 8;
const LINK_SECRET = "link-secret";
const SCRATCH = ".lunar-backup-";
const DAY_MS = 86_400_000;

export interface BackupProgress {
	readonly copied: number;
	readonly bytes: number;
}

/**
 * Copies the store and every blob it names to a folder, or to one tar file where the target ends with .tar; the server
 * may work meanwhile. An earlier backup in the folder is brought up to date, and stays whole until the new one is.
 */
export async function writeBackup(
	dataPath: string,
	target: string,
	options: {
		readonly program: string;
		readonly force?: boolean;
		readonly now?: () => number;
		readonly signal?: AbortSignal;
		readonly onProgress?: (progress: BackupProgress) => void;
	},
): Promise<BackupManifest> {
	const isTar = target.endsWith(".tar");
	if (isTar && existsSync(target) && !options.force)
		throw new LunarError("OUTPUT_EXISTS", `${target} is there already`);
	if (!isTar && existsSync(target) && !statSync(target).isDirectory())
		throw new LunarError(
			"OUTPUT_EXISTS",
			`${target} is a file; a backup is a folder, or a file that ends with .tar`,
		);
	refuseDataFolders(dataPath, target);
	const beside = isTar ? dirname(resolve(target)) : target;
	let scratch: string | undefined;
	let writer: BackupWriter | undefined;
	try {
		await mkdir(beside, { recursive: true, mode: 0o700 });
		await removeLeftovers(beside);
		scratch = await mkdtemp(join(beside, SCRATCH));
		await copyStore(dataPath, join(scratch, STORE_FILE));
		writer = isTar
			? await openTarWriter(target, scratch)
			: openFolderWriter(target, scratch);
		return await copyAll(dataPath, scratch, writer, options);
	} catch (error) {
		throw diskError(target, error);
	} finally {
		await writer?.close();
		if (scratch) await rm(scratch, { recursive: true, force: true });
	}
}

/** Blobs of a server must not be mistaken for those of an old backup. */
function refuseDataFolders(dataPath: string, target: string): void {
	const inside = relative(resolve(dataPath), resolve(target));
	if (!inside.startsWith("..") && !isAbsolute(inside))
		throw new LunarError(
			"OPTION_INVALID",
			`${target} lies in the data folder ${dataPath}; a backup belongs elsewhere, best on another disk`,
		);
	if (existsSync(join(target, STORE_FILE)))
		throw new LunarError(
			"OUTPUT_EXISTS",
			`${target} is the data folder of a server`,
		);
}

/** Of backups that were killed long ago. */
async function removeLeftovers(folder: string): Promise<void> {
	for (const name of await readdir(folder)) {
		if (!name.startsWith(SCRATCH)) continue;
		const path = join(folder, name);
		const info = await stat(path).catch(() => undefined);
		if (info && Date.now() - info.mtimeMs > DAY_MS)
			await rm(path, { recursive: true, force: true });
	}
}

async function copyAll(
	dataPath: string,
	scratch: string,
	writer: BackupWriter,
	options: Parameters<typeof writeBackup>[2],
): Promise<BackupManifest> {
	const copyPath = join(scratch, STORE_FILE);
	let copied = 0;
	let bytes = 0;
	const sizes = new Map<string, number>();
	const damaged = new Set<string>();
	let gone: string[] = [];
	let jobs = 0;

	const copyBlob = async (sha256: string): Promise<void> => {
		const path = join(dataPath, blobName(sha256));
		const size = (await stat(path).catch(() => undefined))?.size;
		if (size === undefined) {
			gone.push(sha256);
			return;
		}
		if (!(await writer.has(blobName(sha256), size))) {
			const hash = createHash("sha256");
			try {
				await writer.add(
					blobName(sha256),
					path,
					(chunk) => hash.update(chunk),
					() => {
						if (hash.digest("hex") !== sha256) throw new DamagedBlob();
					},
				);
			} catch (error) {
				if (error instanceof DamagedBlob) damaged.add(sha256);
				else if ((error as NodeJS.ErrnoException).code === "ENOENT")
					gone.push(sha256);
				else throw error;
				return;
			}
			copied++;
			bytes += size;
			options.onProgress?.({ copied, bytes });
		}
		sizes.set(sha256, size);
	};

	for (let round = 1; ; round++) {
		gone = [];
		if (round > 1) await copyStore(dataPath, copyPath);
		const used = new Set<string>();
		const copy = openStore(scratch, { readOnly: true });
		try {
			jobs = await countJobs(copy.jobs);
			for await (const sha256 of copy.jobs.usedBlobs()) used.add(sha256);
		} finally {
			await copy.close();
		}
		for (const sha256 of used) {
			options.signal?.throwIfAborted();
			if (!sizes.has(sha256) && !damaged.has(sha256)) await copyBlob(sha256);
		}
		if (gone.length > 0 && round < MOST_ROUNDS) continue;
		// Gone for good: this backup has what the store has.
		for (const sha256 of sizes.keys())
			if (!used.has(sha256)) sizes.delete(sha256);
		for (const sha256 of damaged) if (!used.has(sha256)) damaged.delete(sha256);
		break;
	}

	const store = await hashFile(copyPath);
	const storeName = `store-${store.sha256.slice(0, 16)}.db`;
	await writer.add(storeName, copyPath);
	const secretPath = join(dataPath, LINK_SECRET);
	const hasSecret = existsSync(secretPath);
	if (hasSecret) await writer.add(LINK_SECRET, secretPath);
	const manifest: BackupManifest = {
		format: 1,
		program: options.program,
		createdAt: (options.now ?? Date.now)(),
		store: { name: storeName, ...store },
		...(hasSecret
			? { linkSecret: { name: LINK_SECRET, ...(await hashFile(secretPath)) } }
			: {}),
		jobs,
		blobs: sizes.size,
		blobBytes: [...sizes.values()].reduce((sum, size) => sum + size, 0),
		missing: [...gone, ...damaged].sort(),
	};
	const needed = new Set([...sizes.keys()].map(blobName));
	await writer.finish(
		manifest,
		(name) => needed.has(name) || name === storeName || name === LINK_SECRET,
	);
	return manifest;
}

/** Its bytes are not those of its name. */
class DamagedBlob extends Error {}

async function countJobs(
	store: Pick<JobStore, "countByState">,
): Promise<number> {
	const counts = await store.countByState();
	return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
