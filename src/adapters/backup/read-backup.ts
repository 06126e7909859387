import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { LunarError } from "../../core/errors.ts";
import {
	type BackupManifest,
	MANIFEST_FILE,
	manifestSchema,
} from "./manifest.ts";
import { readTarEntries } from "./tar.ts";

const MANIFEST_BYTES = 100_000_000;

/** A backup's files, wherever they lie. */
export interface BackupSource {
	readonly manifest: BackupManifest;
	/** Names of all files. */
	readonly names: readonly string[];
	open(name: string): Readable;
}

/** Throws INPUT_NOT_FOUND, BACKUP_INVALID. The bytes of files are for the reader to check. */
export async function readBackup(path: string): Promise<BackupSource> {
	const info = await stat(path).catch(() => undefined);
	if (info === undefined)
		throw new LunarError("INPUT_NOT_FOUND", `there is no ${path}`);
	return info.isDirectory() ? readFolder(path) : readTar(path);
}

async function readFolder(folder: string): Promise<BackupSource> {
	const text = await readFile(join(folder, MANIFEST_FILE), "utf8").catch(
		() => undefined,
	);
	if (text === undefined)
		throw new LunarError(
			"BACKUP_INVALID",
			`${folder} has no ${MANIFEST_FILE}: it is no backup, or one that was not finished`,
		);
	const names = (
		await readdir(folder, { recursive: true, withFileTypes: true })
	)
		.filter((entry) => entry.isFile())
		.map((entry) =>
			join(entry.parentPath, entry.name)
				.slice(join(folder, "x").length - 1)
				.replaceAll("\\", "/"),
		);
	return {
		manifest: parseManifest(folder, text),
		names,
		open: (name) => createReadStream(join(folder, name)),
	};
}

async function readTar(path: string): Promise<BackupSource> {
	const entries = await readTarEntries(path);
	const byName = new Map(entries.map((entry) => [entry.name, entry]));
	const open = (name: string): Readable => {
		const { offset, sizeBytes } = byName.get(name) as (typeof entries)[number];
		return sizeBytes === 0
			? Readable.from([])
			: createReadStream(path, { start: offset, end: offset + sizeBytes - 1 });
	};
	const manifest = byName.get(MANIFEST_FILE);
	if (manifest === undefined || manifest.sizeBytes > MANIFEST_BYTES)
		throw new LunarError(
			"BACKUP_INVALID",
			`${path} has no ${MANIFEST_FILE}: it is no backup of Lunar Nova`,
		);
	const chunks: Buffer[] = [];
	for await (const chunk of open(MANIFEST_FILE)) chunks.push(chunk);
	return {
		manifest: parseManifest(path, Buffer.concat(chunks).toString("utf8")),
		names: [...byName.keys()],
		open,
	};
}

function parseManifest(path: string, text: string): BackupManifest {
	try {
		return manifestSchema.parse(JSON.parse(text));
	} catch (error) {
		throw new LunarError(
			"BACKUP_INVALID",
			`${path}: its ${MANIFEST_FILE} is not right: ${(error as Error).message.split("\n")[0].slice(0, 200)}`,
			{ cause: error },
		);
	}
}
