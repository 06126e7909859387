import type { Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { LunarError } from "../../core/errors.ts";

/** What a path leads to. Throws a typed error that says what is wrong with it. */
export async function statPath(path: string): Promise<Stats> {
	try {
		return await stat(path);
	} catch (error) {
		throw fileError(path, error);
	}
}

/** The size of a regular file. Pipes and devices may never end, so they are refused. */
export async function sizeOfFile(path: string): Promise<number> {
	const info = await statPath(path);
	if (info.isFile()) return info.size;
	throw new LunarError(
		"INPUT_UNREADABLE",
		`${path} is ${info.isDirectory() ? "a folder" : "a pipe or a device"}, not a file`,
	);
}

/** The bytes of a file whose size was found acceptable. */
export async function readBytes(path: string): Promise<Uint8Array> {
	try {
		return await readFile(path);
	} catch (error) {
		throw fileError(path, error);
	}
}

function fileError(path: string, cause: unknown): LunarError {
	const { code } = cause as NodeJS.ErrnoException;
	if (code === "ENOENT" || code === "ENOTDIR")
		return new LunarError(
			"INPUT_NOT_FOUND",
			/^[a-z]+:\/\//i.test(path)
				? `${path} is a web address; download the file first`
				: `${path} does not exist`,
			{ cause },
		);
	const reason =
		code === "EACCES" || code === "EPERM" ? "permission denied" : code;
	return new LunarError(
		"INPUT_UNREADABLE",
		`${path} cannot be read: ${reason}`,
		{ cause },
	);
}
