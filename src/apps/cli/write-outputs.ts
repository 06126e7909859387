import { randomBytes } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LunarError } from "../../core/errors.ts";
import type { OutputFile } from "../../formats/output-file.ts";

const STAGING = /^\.lunar-(\d+)-[0-9a-f]+\.partial$/;

/**
 * Writes all files or none that a reader could mistake for whole: they are staged in a hidden
 * folder beside their place, synced, and renamed. Names may hold one folder level.
 */
export async function writeOutputs(
	folder: string,
	files: readonly OutputFile[],
): Promise<string[]> {
	const staging = join(
		folder,
		`.lunar-${process.pid}-${randomBytes(4).toString("hex")}.partial`,
	);
	try {
		await mkdir(staging, { recursive: true });
		removeAbandoned(folder);
		for (const { name, bytes } of files) {
			const path = join(staging, name);
			await mkdir(dirname(path), { recursive: true });
			const handle = await open(path, "wx");
			try {
				await handle.writeFile(bytes);
				await handle.sync();
			} finally {
				await handle.close();
			}
		}
		const paths: string[] = [];
		for (const { name } of files) {
			const path = join(folder, name);
			await mkdir(dirname(path), { recursive: true });
			await rename(join(staging, name), path);
			paths.push(path);
		}
		return paths;
	} catch (error) {
		throw unwritable(folder, error);
	} finally {
		await rm(staging, { recursive: true, force: true }).catch(() => {});
	}
}

/** Fails early, before minutes of work, where the place cannot be written. */
export async function checkWritable(folder: string): Promise<void> {
	const probe = join(
		folder,
		`.lunar-${process.pid}-${randomBytes(4).toString("hex")}.partial`,
	);
	try {
		await mkdir(probe, { recursive: true });
	} catch (error) {
		throw unwritable(folder, error);
	} finally {
		await rm(probe, { recursive: true, force: true }).catch(() => {});
	}
}

/** Removes what processes that no longer live left staged. */
export function removeAbandoned(folder: string): void {
	for (const entry of readdirSync(folder)) {
		const pid = Number(STAGING.exec(entry)?.[1]);
		if (!pid || pid === process.pid || isAlive(pid)) continue;
		rmSync(join(folder, entry), { recursive: true, force: true });
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}

function unwritable(folder: string, error: unknown): LunarError {
	const code = (error as NodeJS.ErrnoException).code ?? String(error);
	return new LunarError(
		"OUTPUT_UNWRITABLE",
		`cannot write to ${folder}: ${code}`,
		{
			cause: error,
		},
	);
}
