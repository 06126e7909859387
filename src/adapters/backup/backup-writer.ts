import { createReadStream } from "node:fs";
import {
	mkdir,
	open,
	readdir,
	readFile,
	rename,
	rm,
	stat,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { diskError } from "../disk/disk-errors.ts";
import {
	type BackupManifest,
	blobName,
	MANIFEST_FILE,
	manifestSchema,
} from "./manifest.ts";
import { TAR_END, tarHeader, tarPadding } from "./tar.ts";

/** Where a backup goes. Nothing counts before `finish`; what is unfinished lies in a scratch folder on the same disk. */
export interface BackupWriter {
	/** Whether it is there already, whole. */
	has(name: string, sizeBytes: number): Promise<boolean>;
	/** Copies a file; `onChunk` sees its bytes. What it throws leaves nothing of this file behind. */
	add(
		name: string,
		path: string,
		onChunk?: (chunk: Uint8Array) => void,
		check?: () => void,
	): Promise<void>;
	finish(
		manifest: BackupManifest,
		isNeeded: (name: string) => boolean,
	): Promise<void>;
	/** Lets go of files; the scratch folder is for the caller to remove. */
	close(): Promise<void>;
}

/**
 * A folder that may hold an earlier backup: only what is new is copied. Until the new manifest is in place the old backup
 * stays whole.
 */
export function openFolderWriter(
	folder: string,
	scratch: string,
): BackupWriter {
	const partial = join(scratch, "partial");
	const write = async (
		name: string,
		bytes: AsyncIterable<Uint8Array> | readonly Uint8Array[],
		check?: () => void,
	): Promise<void> => {
		const path = join(folder, name);
		try {
			await mkdir(dirname(path), { recursive: true, mode: 0o700 });
			const file = await open(partial, "w", 0o600);
			try {
				for await (const chunk of bytes) await file.writeFile(chunk);
				check?.();
				await file.sync();
			} finally {
				await file.close();
			}
			await rename(partial, path);
		} catch (error) {
			throw sourceOrDisk(folder, error);
		}
	};
	return {
		async has(name, sizeBytes) {
			const info = await stat(join(folder, name)).catch(() => undefined);
			return info?.size === sizeBytes;
		},
		add: (name, path, onChunk, check) =>
			write(name, watched(path, onChunk), check),
		async finish(manifest, isNeeded) {
			const before = await readManifest(folder);
			await write(MANIFEST_FILE, [manifestBytes(manifest)]);
			// Only what a backup put there is cleaned away.
			const old = [before?.store.name, before?.linkSecret?.name];
			for (const name of old)
				if (name && !isNeeded(name))
					await rm(join(folder, name), { force: true });
			// Without a backup before, the rest may be anything.
			for await (const name of before ? blobNames(folder) : [])
				if (!isNeeded(name)) await rm(join(folder, name), { force: true });
			await syncFolder(folder);
		},
		async close() {},
	};
}

/** One tar file, in place under its name only once it is complete. */
export async function openTarWriter(
	path: string,
	scratch: string,
): Promise<BackupWriter> {
	const partial = join(scratch, "partial.tar");
	const file = await open(partial, "wx", 0o600);
	const names = new Set<string>();
	let end = 0;
	const append = async (bytes: Uint8Array): Promise<void> => {
		await file.write(bytes, 0, bytes.length, end);
		end += bytes.length;
	};
	return {
		has: async (name) => names.has(name),
		async add(name, source, onChunk, check) {
			const start = end;
			try {
				const { size } = await stat(source);
				await append(tarHeader(name, size, Date.now()));
				const bodyStart = end;
				for await (const chunk of watched(source, onChunk, size))
					await append(chunk);
				if (end - bodyStart !== size)
					throw new Error(`${source} changed while it was read`);
				check?.();
				await append(tarPadding(size));
				names.add(name);
			} catch (error) {
				end = start;
				await file.truncate(start).catch(() => {});
				throw sourceOrDisk(path, error);
			}
		},
		async finish(manifest) {
			const bytes = manifestBytes(manifest);
			try {
				await append(
					tarHeader(MANIFEST_FILE, bytes.length, manifest.createdAt),
				);
				await append(bytes);
				await append(tarPadding(bytes.length));
				await append(TAR_END);
				await file.sync();
				await rename(partial, path);
				await syncFolder(dirname(path));
			} catch (error) {
				throw diskError(path, error);
			}
		},
		close: () => file.close(),
	};
}

async function* watched(
	path: string,
	onChunk?: (chunk: Uint8Array) => void,
	sizeBytes?: number,
): AsyncIterable<Uint8Array> {
	const limit =
		sizeBytes === undefined || sizeBytes === 0 ? {} : { end: sizeBytes - 1 };
	for await (const chunk of createReadStream(path, limit)) {
		onChunk?.(chunk);
		yield chunk;
	}
}

/** A source that is gone is for the caller to deal with. */
function sourceOrDisk(target: string, error: unknown): unknown {
	return (error as NodeJS.ErrnoException).code === "ENOENT"
		? error
		: diskError(target, error);
}

/** The manifest of a folder that holds a backup. */
async function readManifest(
	folder: string,
): Promise<BackupManifest | undefined> {
	try {
		const text = await readFile(join(folder, MANIFEST_FILE), "utf8");
		return manifestSchema.safeParse(JSON.parse(text)).data;
	} catch {
		return undefined;
	}
}

async function* blobNames(folder: string): AsyncIterable<string> {
	for (const shard of await readdir(join(folder, "blobs")).catch(() => []))
		if (/^[0-9a-f]{2}$/.test(shard))
			for (const rest of await readdir(join(folder, "blobs", shard)))
				if (/^[0-9a-f]{62}$/.test(rest)) yield blobName(shard + rest);
}

function manifestBytes(manifest: BackupManifest): Buffer {
	return Buffer.from(`${JSON.stringify(manifest, null, "\t")}\n`);
}

async function syncFolder(folder: string): Promise<void> {
	const handle = await open(folder, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
