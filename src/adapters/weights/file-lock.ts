import { randomUUID } from "node:crypto";
import {
	link,
	mkdir,
	readFile,
	rmdir,
	stat,
	unlink,
	utimes,
	writeFile,
} from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";

/** A lock between processes: a file that says who holds it and is touched while they live. */
export interface FileLock extends AsyncDisposable {
	release(): Promise<void>;
}

export interface LockOptions {
	readonly signal?: AbortSignal;
	/** Called once when somebody else holds it. */
	readonly onWait?: (owner: LockOwner) => void;
	/** A lock not touched for this long is nobody's. Default 60 s. */
	readonly staleMs?: number;
	/** How often it is looked at while waiting, and a quarter as often touched. Default 250 ms. */
	readonly pollMs?: number;
}

export interface LockOwner {
	readonly token: string;
	readonly pid: number;
	readonly host: string;
}

/** Waits until nobody else holds `path`, and holds it. */
export async function lockFile(
	path: string,
	options: LockOptions = {},
): Promise<FileLock> {
	const staleMs = options.staleMs ?? 60_000;
	const pollMs = options.pollMs ?? 250;
	const own: LockOwner = {
		token: randomUUID(),
		pid: process.pid,
		host: hostname(),
	};
	let told = false;
	while (!(await create(path, own))) {
		options.signal?.throwIfAborted();
		const seen = await look(path);
		if (seen === undefined) continue; // released in between
		if (isAbandoned(seen, staleMs)) {
			if (await takeAway(path, seen, staleMs)) continue;
		} else if (!told && seen.owner) {
			told = true;
			options.onWait?.(seen.owner);
		}
		await delay(pollMs, undefined, { signal: options.signal });
	}
	const touch = setInterval(() => {
		const now = new Date();
		utimes(path, now, now).catch(() => {});
	}, staleMs / 6);
	touch.unref();
	let held = true;
	const release = async (): Promise<void> => {
		if (!held) return;
		held = false;
		clearInterval(touch);
		const seen = await look(path);
		if (seen?.owner?.token === own.token) await unlink(path).catch(() => {});
	};
	return { release, [Symbol.asyncDispose]: release };
}

interface SeenLock {
	readonly text: string;
	readonly mtimeMs: number;
	/** Undefined where the file does not say. */
	readonly owner: LockOwner | undefined;
}

/** The file appears with its content, or not at all: a link is made to a finished one. */
async function create(path: string, own: LockOwner): Promise<boolean> {
	const staged = `${path}.${own.token}`;
	await writeFile(staged, JSON.stringify(own));
	try {
		await link(staged, path);
		return true;
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === "EEXIST") return false;
		// No hard links here: an empty lock may be seen for a moment, and is not abandoned yet.
		try {
			await writeFile(path, JSON.stringify(own), { flag: "wx" });
			return true;
		} catch (again) {
			if ((again as NodeJS.ErrnoException).code === "EEXIST") return false;
			throw again;
		}
	} finally {
		await unlink(staged).catch(() => {});
	}
}

async function look(path: string): Promise<SeenLock | undefined> {
	try {
		const text = await readFile(path, "utf8");
		const { mtimeMs } = await stat(path);
		return { text, mtimeMs, owner: readOwner(text) };
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
		throw error;
	}
}

function readOwner(text: string): LockOwner | undefined {
	try {
		const owner = JSON.parse(text) as LockOwner;
		return typeof owner.pid === "number" && typeof owner.token === "string"
			? owner
			: undefined;
	} catch {
		return undefined;
	}
}

function isAbandoned(seen: SeenLock, staleMs: number): boolean {
	if (Date.now() - seen.mtimeMs > staleMs) return true;
	return (
		seen.owner !== undefined &&
		seen.owner.host === hostname() &&
		!isAlive(seen.owner.pid)
	);
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}

/** Removes an abandoned lock. Only one process may do so at a time, and only the very one it saw. */
async function takeAway(
	path: string,
	abandoned: SeenLock,
	staleMs: number,
): Promise<boolean> {
	const guard = `${path}.taking`;
	try {
		await mkdir(guard);
	} catch {
		const since = await stat(guard).catch(() => undefined);
		if (since && Date.now() - since.mtimeMs > staleMs)
			await rmdir(guard).catch(() => {});
		return false;
	}
	try {
		const now = await look(path);
		if (now === undefined) return true;
		if (now.text !== abandoned.text || !isAbandoned(now, staleMs)) return false;
		await unlink(path);
		return true;
	} finally {
		await rmdir(guard).catch(() => {});
	}
}
