import { createHash } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import {
	mkdir,
	mkdtemp,
	open,
	readdir,
	rename,
	rm,
	statfs,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { LunarError } from "../../core/errors.ts";
import { diskError } from "../disk/disk-errors.ts";
import { Database } from "../sqlite/database.ts";
import { lockDataFolder } from "../sqlite/lock-data-folder.ts";
import { openStore, STORE_FILE } from "../sqlite/open-store.ts";
import { type BackupManifest, blobName } from "./manifest.ts";
import { type BackupSource, readBackup } from "./read-backup.ts";

const STAGED = ".restoring-";
const LINK_SECRET = "link-secret";
const BLOB = /^blobs\/([0-9a-f]{2})\/([0-9a-f]{62})$/;
/** Room that is left beside what the backup takes. */
const SPARE_BYTES = 50_000_000;

export interface RestoreResult {
	readonly manifest: BackupManifest;
	/** Where the store that was there before is now. */
	readonly before?: string;
}

/**
 * Puts a backup in the place of what a data folder holds. Every byte is checked before anything is touched; then the blobs
 * are added, and one rename puts the store in place: whenever it is stopped, the folder holds the old jobs or the new ones.
 * Throws STORE_LOCKED while a server works there, OUTPUT_EXISTS where there is a store and not `force`.
 */
export async function restoreBackup(
	source: string,
	dataPath: string,
	options: {
		readonly force?: boolean;
		readonly now?: () => number;
		readonly signal?: AbortSignal;
		readonly onProgress?: (done: number, total: number) => void;
	} = {},
): Promise<RestoreResult> {
	const backup = await readBackup(source);
	const storePath = join(dataPath, STORE_FILE);
	if (existsSync(storePath) && !options.force)
		throw new LunarError("OUTPUT_EXISTS", `${dataPath} holds jobs already`);
	let staged: string | undefined;
	let lock: { close(): void } | undefined;
	try {
		await mkdir(dataPath, { recursive: true, mode: 0o700 });
		lock = lockDataFolder(dataPath);
		for (const name of await readdir(dataPath))
			if (name.startsWith(STAGED))
				await rm(join(dataPath, name), { recursive: true, force: true });
		await requireRoom(dataPath, backup.manifest);
		staged = await mkdtemp(join(dataPath, STAGED));
		await stage(backup, staged, options);
		await checkStore(staged, source, backup.manifest);
		const before = await swap(staged, dataPath, options.now ?? Date.now);
		return { manifest: backup.manifest, ...(before ? { before } : {}) };
	} catch (error) {
		throw diskError(dataPath, error);
	} finally {
		if (staged) await rm(staged, { recursive: true, force: true });
		lock?.close();
	}
}

async function requireRoom(
	dataPath: string,
	{ store, blobBytes }: BackupManifest,
): Promise<void> {
	const { bavail, bsize } = await statfs(dataPath);
	const needed = store.sizeBytes + blobBytes + SPARE_BYTES;
	if (bavail * bsize < needed)
		throw new LunarError(
			"DISK_FULL",
			`the backup needs ${Math.ceil(needed / 1e6)} MB, ${Math.floor((bavail * bsize) / 1e6)} MB are free in ${dataPath}`,
		);
}

/** Copies everything into the scratch folder, and checks each file's bytes on the way. */
async function stage(
	backup: BackupSource,
	staged: string,
	{ signal, onProgress }: Parameters<typeof restoreBackup>[2] & object,
): Promise<void> {
	const names = new Set(backup.names);
	const blobs = backup.names.filter((name) => BLOB.test(name));
	const total = blobs.length + 2;
	let done = 0;
	const copy = async (from: string, to: string, sha256: string) => {
		signal?.throwIfAborted();
		if (!names.has(from))
			throw new LunarError("BACKUP_INVALID", `the backup lacks ${from}`);
		const path = join(staged, to);
		await mkdir(dirname(path), { recursive: true, mode: 0o700 });
		const hash = createHash("sha256");
		await pipeline(
			backup.open(from),
			async function* (chunks: AsyncIterable<Buffer>) {
				for await (const chunk of chunks) {
					hash.update(chunk);
					yield chunk;
				}
			},
			createWriteStream(path, { mode: 0o600, flush: true }),
		);
		if (hash.digest("hex") !== sha256)
			throw new LunarError(
				"BACKUP_INVALID",
				`${from} of the backup is damaged: its bytes are not those that were saved`,
			);
		onProgress?.(++done, total);
	};
	const { store, linkSecret } = backup.manifest;
	await copy(store.name, STORE_FILE, store.sha256);
	if (linkSecret) await copy(linkSecret.name, LINK_SECRET, linkSecret.sha256);
	for (const name of blobs) {
		const sha256 = name.replace(BLOB, "$1$2");
		// What is there already is not trusted by its name: the backup's copy takes its place.
		await copy(name, name, sha256);
	}
}

/** The store is whole, and every blob it names has been staged. */
async function checkStore(
	staged: string,
	source: string,
	manifest: BackupManifest,
): Promise<void> {
	const store = openStore(staged, { readOnly: true });
	try {
		await store.jobs.check();
		const missing = new Set(manifest.missing);
		for await (const sha256 of store.jobs.usedBlobs())
			if (!missing.has(sha256) && !existsSync(join(staged, blobName(sha256))))
				throw new LunarError(
					"BACKUP_INVALID",
					`${source} lacks ${blobName(sha256)}, which its jobs name`,
				);
	} finally {
		await store.close();
	}
}

/** Blobs first, then the secret, then the store: by one rename. Answers with where the old store went. */
async function swap(
	staged: string,
	dataPath: string,
	now: () => number,
): Promise<string | undefined> {
	const shards = join(staged, "blobs");
	for (const shard of existsSync(shards) ? await readdir(shards) : []) {
		const folder = join(dataPath, "blobs", shard);
		await mkdir(folder, { recursive: true });
		for (const rest of await readdir(join(shards, shard)))
			await rename(join(shards, shard, rest), join(folder, rest));
		await syncFolder(folder);
	}
	if (existsSync(join(staged, LINK_SECRET)))
		await rename(join(staged, LINK_SECRET), join(dataPath, LINK_SECRET));
	const path = join(dataPath, STORE_FILE);
	let before: string | undefined;
	if (existsSync(path)) {
		const stamp = new Date(now())
			.toISOString()
			.slice(0, 19)
			.replaceAll(":", "");
		before = join(dataPath, `before-restore-${stamp}.db`);
		await keepOldStore(path, before);
	}
	// Files that SQLite may have left beside the copy belong to it and hold nothing.
	await rename(join(staged, STORE_FILE), path);
	await syncFolder(dataPath);
	return before;
}

/** What is still in the old store's log is written into it, so that the log cannot be taken for the new store's. */
async function keepOldStore(path: string, before: string): Promise<void> {
	let isReadable = false;
	try {
		const db = new Database(path);
		try {
			db.run("VACUUM INTO ?", before);
			isReadable = true;
			const { journal_mode } = db.get("PRAGMA journal_mode = DELETE") ?? {};
			if (journal_mode !== "delete")
				throw new LunarError(
					"STORE_LOCKED",
					`another program has ${path} open; end it first`,
				);
		} finally {
			db.close();
		}
	} catch (error) {
		if (isReadable) throw error;
		// Too damaged to be opened: kept as it is, with its log.
		await rm(before, { force: true });
		for (const suffix of ["-wal", "-shm"])
			await rename(`${path}${suffix}`, `${before}${suffix}`).catch(() => {});
		await rename(path, before);
	}
}

async function syncFolder(folder: string): Promise<void> {
	const handle = await open(folder, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
