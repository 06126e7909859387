import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import {
	mkdir,
	open,
	readdir,
	rename,
	rm,
	stat,
	statfs,
	utimes,
} from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { LunarError } from "../../core/errors.ts";
import type { BlobStorage } from "../../service/ports/blob-storage.ts";
import { diskError } from "./disk-errors.ts";

const SHA256 = /^[0-9a-f]{64}$/;
const STAGED = "staged";
/** Staged files are written within this time, or were left by a process that ended. */
const STAGED_MS = 3_600_000;

/**
 * Blobs as files: `<folder>/ab/cdef…`, named by their SHA-256. A blob is staged, synced, renamed, and its folder synced:
 * what has a name is whole, whenever the power goes. Several processes may write into one folder.
 */
export async function openDiskBlobs(folder: string): Promise<BlobStorage> {
	const staging = join(folder, STAGED);
	try {
		await mkdir(staging, { recursive: true });
		await sweepStaged(staging);
	} catch (error) {
		throw diskError(folder, error);
	}

	const folderOf = (sha256: string): string => join(folder, sha256.slice(0, 2));
	const pathOf = (sha256: string): string =>
		join(folderOf(checked(sha256)), sha256.slice(2));

	const put: BlobStorage["put"] = async (bytes, { maxBytes } = {}) => {
		const path = join(staging, randomBytes(12).toString("hex"));
		try {
			const hash = createHash("sha256");
			let sizeBytes = 0;
			const file = await open(path, "wx");
			try {
				for await (const chunk of chunksOf(bytes)) {
					sizeBytes += chunk.length;
					if (maxBytes !== undefined && sizeBytes > maxBytes)
						throw new LunarError(
							"FILE_TOO_LARGE",
							`more than ${maxBytes} bytes, which is the limit`,
						);
					hash.update(chunk);
					await file.writeFile(chunk);
				}
				const sha256 = hash.digest("hex");
				if (await touch(pathOf(sha256))) return { sha256, sizeBytes };
				await file.sync();
				await keep(path, sha256);
				return { sha256, sizeBytes };
			} finally {
				await file.close();
			}
		} catch (error) {
			throw diskError(folder, error);
		} finally {
			await rm(path, { force: true }).catch(() => {});
		}
	};

	/** Gives a staged file its name, for good. */
	const keep = async (path: string, sha256: string): Promise<void> => {
		const made = await mkdir(folderOf(sha256), { recursive: true });
		await rename(path, pathOf(sha256));
		await syncFolder(folderOf(sha256));
		if (made !== undefined) await syncFolder(folder);
	};

	const size: BlobStorage["size"] = async (sha256) =>
		(await stat(pathOf(sha256)).catch(missing))?.size;

	const localPath: BlobStorage["localPath"] = async (sha256) => {
		if ((await size(sha256)) === undefined) throw gone(sha256);
		return pathOf(sha256);
	};

	return {
		put,
		size,
		localPath,
		async read(sha256, range) {
			const path = await localPath(sha256);
			const file = createReadStream(path, {
				...(range ? { start: range.start, end: range.end } : {}),
			});
			return Readable.toWeb(file) as ReadableStream<Uint8Array>;
		},
		async remove(sha256, unlessNewerMs = 0) {
			const path = pathOf(sha256);
			const aside = join(staging, randomBytes(12).toString("hex"));
			try {
				// Whoever puts the same bytes meanwhile either made it newer, or finds nothing and writes them.
				await rename(path, aside);
				const { mtimeMs } = await stat(aside);
				if (unlessNewerMs > 0 && Date.now() - mtimeMs < unlessNewerMs) {
					await rename(aside, path);
					return false;
				}
				await rm(aside, { force: true });
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code !== "ENOENT")
					throw diskError(folder, error);
			}
			return true;
		},
		async *list() {
			for (const shard of (await readdir(folder)).sort()) {
				if (!/^[0-9a-f]{2}$/.test(shard)) continue;
				for (const rest of (await readdir(join(folder, shard))).sort()) {
					const sha256 = shard + rest;
					if (!SHA256.test(sha256)) continue;
					const info = await stat(pathOf(sha256)).catch(missing);
					if (info)
						yield { sha256, sizeBytes: info.size, modifiedAt: info.mtimeMs };
				}
			}
		},
		async freeBytes() {
			const { bavail, bsize } = await statfs(folder);
			return bavail * bsize;
		},
	};
}

async function* chunksOf(
	bytes: AsyncIterable<Uint8Array> | Uint8Array,
): AsyncIterable<Uint8Array> {
	if (bytes instanceof Uint8Array) yield bytes;
	else yield* bytes;
}

/** Marks a blob as wanted again; false where there is none. */
async function touch(path: string): Promise<boolean> {
	const now = new Date();
	return utimes(path, now, now).then(
		() => true,
		(error) => missing(error) ?? false,
	);
}

async function syncFolder(path: string): Promise<void> {
	const handle = await open(path, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** Removes what ended processes left half written. */
async function sweepStaged(staging: string): Promise<void> {
	for (const name of await readdir(staging)) {
		const path = join(staging, name);
		const info = await stat(path).catch(missing);
		if (info && Math.abs(Date.now() - info.mtimeMs) > STAGED_MS)
			await rm(path, { force: true });
	}
}

function missing(error: unknown): undefined {
	if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
	throw error;
}

function checked(sha256: string): string {
	if (SHA256.test(sha256)) return sha256;
	throw new LunarError("BLOB_MISSING", `"${sha256.slice(0, 80)}" is no hash`);
}

function gone(sha256: string): LunarError {
	return new LunarError("BLOB_MISSING", `blob ${sha256} is not there`);
}
