import { randomBytes } from "node:crypto";
import { readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { mkdir, open, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LunarError } from "../../core/errors.ts";
import type { OutputFile } from "../../formats/output-file.ts";
import type { OutputPlan } from "./output-plan.ts";

const STAGING = /^\.lunar-(\d+)-[0-9a-f]+\.partial$/;

/**
 * Writes all files or none that a reader could mistake for whole: they are staged in a hidden
 * folder beside their place, synced, and renamed. Names may hold one folder level.
 */
export async function writeOutputs(
	folder: string,
	files: readonly OutputFile[],
): Promise<string[]> {
	const staging = stagingIn(folder);
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
		for (const { name } of files)
			await mkdir(dirname(join(folder, name)), { recursive: true });
		// In one go: another run into this folder comes wholly before or wholly after.
		return files.map(({ name }) => {
			renameSync(join(staging, name), join(folder, name));
			return join(folder, name);
		});
	} catch (error) {
		throw unwritable(folder, error);
	} finally {
		await rm(staging, { recursive: true, force: true }).catch(() => {});
	}
}

/** Fails early, before minutes of work, where the models cannot be written. */
export async function checkWritable(
	plan: Pick<OutputPlan, "folder" | "stem" | "formats">,
): Promise<void> {
	const { folder, stem, formats } = plan;
	const probe = stagingIn(folder);
	try {
		await mkdir(folder, { recursive: true });
		await mkdir(probe);
	} catch (error) {
		throw unwritable(folder, error);
	} finally {
		await rm(probe, { recursive: true, force: true }).catch(() => {});
	}
	for (const format of formats) {
		const path = join(folder, `${stem}.${format}`);
		const there = await stat(path).catch(() => undefined);
		if (there?.isDirectory())
			throw new LunarError(
				"OUTPUT_UNWRITABLE",
				`cannot write ${path}: a folder has this name`,
			);
	}
}

function stagingIn(folder: string): string {
	const token = randomBytes(4).toString("hex");
	return join(folder, `.lunar-${process.pid}-${token}.partial`);
}

/** Removes what processes that no longer live left staged. */
export function removeAbandoned(folder: string): void {
	for (const entry of readdirSync(folder)) {
		const pid = Number(STAGING.exec(entry)?.[1]);
		if (!pid || isAtWork(pid, join(folder, entry))) continue;
		rmSync(join(folder, entry), { recursive: true, force: true });
	}
}

/** Containers give every run the same process id: what is older than this process is not its own. */
function isAtWork(pid: number, path: string): boolean {
	if (pid !== process.pid) return isAlive(pid);
	const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
	return made >= Date.now() - process.uptime() * 1000;
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}

const REASONS: Readonly<Record<string, string>> = {
	EACCES: "permission denied",
	EPERM: "permission denied",
	ENOENT: "no folder can be made there",
	EROFS: "the place is read-only",
	ENOSPC: "the disk is full",
	EDQUOT: "the disk quota is used up",
	ENOTDIR: "a part of the path is a file, not a folder",
	EEXIST: "a file has this name",
	ENAMETOOLONG: "the name is too long",
};

function unwritable(folder: string, cause: unknown): LunarError {
	const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
	return new LunarError(
		"OUTPUT_UNWRITABLE",
		`cannot write to ${folder}: ${REASONS[code] ?? code}`,
		{ cause },
	);
}
