import { createHash } from "node:crypto";
import {
	mkdir,
	open,
	readFile,
	rename,
	stat,
	writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import type { Digest } from "../../neural/weights/manifest.ts";

/** How a file is looked at: by its size only, read once and remembered, or read now. */
export type CheckDepth = "size" | "once" | "always";

export interface CheckOptions {
	readonly depth: CheckDepth;
	/** Where it is remembered; without one it is not. */
	readonly recordsFolder?: string;
	readonly signal?: AbortSignal;
	readonly onRead?: (bytes: number) => void;
}

interface CheckedRecord {
	readonly path: string;
	readonly sizeBytes: number;
	readonly mtimeMs: number;
	readonly digests: readonly string[]; // 'sha256:…'
}

const CHUNK_BYTES = 4 << 20;

/** Undefined where the file has the size and the digests, else what is wrong with it. */
export async function checkFile(
	path: string, // links resolved
	sizeBytes: number,
	digests: readonly Digest[],
	options: CheckOptions,
): Promise<string | undefined> {
	const seen = await stat(path);
	if (!seen.isFile()) return "is not a regular file";
	if (seen.size !== sizeBytes)
		return `has ${seen.size} bytes, ${sizeBytes} are right`;
	if (options.depth === "size") return undefined;
	const wanted = digests.map(({ algorithm, hex }) => `${algorithm}:${hex}`);
	if (options.depth === "once" && options.recordsFolder !== undefined) {
		const known = await readRecord(options.recordsFolder, path);
		if (
			known &&
			known.sizeBytes === seen.size &&
			known.mtimeMs === seen.mtimeMs &&
			wanted.every((digest) => known.digests.includes(digest))
		)
			return undefined;
	}
	const found = await digestFile(
		path,
		digests.map(({ algorithm }) => algorithm),
		options,
	);
	for (const { algorithm, hex } of digests)
		if (found[algorithm] !== hex)
			return `has ${algorithm} ${found[algorithm]}, ${hex} is right`;
	if (options.recordsFolder !== undefined)
		await rememberChecked(options.recordsFolder, path, digests);
	return undefined;
}

/** Remembers that a file as it is now has these digests. Where that fails, it is read again another time. */
export async function rememberChecked(
	folder: string,
	path: string, // links resolved
	digests: readonly Digest[],
): Promise<void> {
	const place = recordPath(folder, path);
	const staged = `${place}.${process.pid}`;
	try {
		const { size, mtimeMs } = await stat(path);
		const record: CheckedRecord = {
			path,
			sizeBytes: size,
			mtimeMs,
			digests: digests.map(({ algorithm, hex }) => `${algorithm}:${hex}`),
		};
		await mkdir(folder, { recursive: true });
		await writeFile(staged, JSON.stringify(record));
		await rename(staged, place);
	} catch {}
}

/** Digests of a whole file, in one pass. */
export async function digestFile(
	path: string,
	algorithms: readonly string[],
	options: Pick<CheckOptions, "signal" | "onRead"> = {},
): Promise<Record<string, string>> {
	const hashes = algorithms.map((name) => [name, createHash(name)] as const);
	const buffer = new Uint8Array(CHUNK_BYTES);
	await using file = await open(path, "r");
	for (let at = 0; ; ) {
		options.signal?.throwIfAborted();
		const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
		if (bytesRead === 0) break;
		for (const [, hash] of hashes) hash.update(buffer.subarray(0, bytesRead));
		at += bytesRead;
		options.onRead?.(at);
	}
	return Object.fromEntries(
		hashes.map(([name, hash]) => [name, hash.digest("hex")]),
	);
}

/** The name git gives to a file of this content. */
export async function gitBlobName(path: string): Promise<string> {
	const bytes = await readFile(path);
	return createHash("sha1")
		.update(`blob ${bytes.length}\0`)
		.update(bytes)
		.digest("hex");
}

function recordPath(folder: string, path: string): string {
	const key = createHash("sha256").update(path).digest("hex").slice(0, 32);
	return join(folder, `${key}.json`);
}

async function readRecord(
	folder: string,
	path: string,
): Promise<CheckedRecord | undefined> {
	try {
		const record = JSON.parse(
			await readFile(recordPath(folder, path), "utf8"),
		) as CheckedRecord;
		return record.path === path && Array.isArray(record.digests)
			? record
			: undefined;
	} catch {
		return undefined; // none yet, or not readable: the file is read instead
	}
}
