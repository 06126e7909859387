import {
	open,
	readFile,
	rm,
	stat,
	truncate,
	writeFile,
} from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { LunarError } from "../../core/errors.ts";
import { explainNetwork, explainStatus, hostOf } from "./explain-status.ts";
import { follow } from "./follow-redirects.ts";

export interface DownloadOptions {
	readonly expectedBytes: number;
	/** Sent to the origin of the first address only, never where it redirects to another. */
	readonly token?: string;
	/** Where a person reads the terms of a gated model. */
	readonly page: string;
	/** Compared with what the hub states of the file, where it does. */
	readonly sha256?: string;
	readonly signal?: AbortSignal;
	readonly onBytes?: (receivedBytes: number) => void;
	readonly onRetry?: (reason: string, waitMs: number) => void;
	readonly timing?: Partial<DownloadTiming>;
}

export interface DownloadTiming {
	/** No byte for this long: the connection is given up and made again. */
	readonly stallMs: number;
	/** Before the first retry; doubles up to 32 times. */
	readonly backoffMs: number;
	/** Attempts in a row that bring nothing. */
	readonly attempts: number;
}

export const DOWNLOAD_TIMING: DownloadTiming = {
	stallMs: 30_000,
	backoffMs: 1000,
	attempts: 6,
};

export interface Downloaded {
	/** What the hub says of the whole file: its sha256, where it keeps large files apart. */
	readonly linkedSha256?: string;
	/** Some of the bytes are from an earlier run. */
	readonly resumed: boolean;
}

/** Worth another attempt. */
class Interrupted extends Error {
	readonly waitMs: number | undefined;
	constructor(message: string, waitMs?: number, cause?: unknown) {
		super(message, { cause });
		this.waitMs = waitMs;
	}
}

const LONGEST_WAIT_MS = 120_000;

/**
 * Brings `url` into `partial`, going on where an earlier attempt or run stopped. The file then has the expected number
 * of bytes and is on the disk; whether they are the right ones is for the caller to check.
 */
export async function download(
	url: string,
	partial: string,
	options: DownloadOptions,
): Promise<Downloaded> {
	const timing = { ...DOWNLOAD_TIMING, ...options.timing };
	const resumed = (await sizeOf(partial)) > 0;
	let linkedSha256: string | undefined;
	for (let idle = 0; ; ) {
		const before = await sizeOf(partial);
		if (before > options.expectedBytes) await truncate(partial, 0);
		if (before === options.expectedBytes)
			return { resumed, ...(linkedSha256 ? { linkedSha256 } : {}) };
		let trouble: Interrupted;
		try {
			linkedSha256 = await attempt(url, partial, before, options, timing);
			const now = await sizeOf(partial);
			if (now === options.expectedBytes) continue;
			trouble = new Interrupted(
				`the connection ended after ${now} of ${options.expectedBytes} bytes`,
			);
		} catch (error) {
			if (options.signal?.aborted)
				throw new LunarError("CANCELLED", "the download was stopped");
			if (!(error instanceof Interrupted)) throw error;
			trouble = error;
		}
		idle = (await sizeOf(partial)) > before ? 0 : idle + 1;
		if (idle >= timing.attempts)
			throw new LunarError(
				"DOWNLOAD_FAILED",
				`${hostOf(url)}: ${trouble.message}; gave up after ${timing.attempts} attempts that brought nothing`,
				{ cause: trouble },
			);
		const waitMs =
			trouble.waitMs ??
			timing.backoffMs * 2 ** Math.min(5, Math.max(0, idle - 1));
		options.onRetry?.(trouble.message, waitMs);
		try {
			await delay(waitMs, undefined, { signal: options.signal });
		} catch {
			throw new LunarError("CANCELLED", "the download was stopped");
		}
	}
}

/** Removes an unfinished download. */
export async function discardPartial(partial: string): Promise<void> {
	await rm(partial, { force: true });
	await rm(notePath(partial), { force: true });
}

/** One connection. Answers the hub's sha256, where it states one. */
async function attempt(
	url: string,
	partial: string,
	have: number,
	options: DownloadOptions,
	timing: DownloadTiming,
): Promise<string | undefined> {
	const stalled = new AbortController();
	const timer = setTimeout(
		() =>
			stalled.abort(
				new Interrupted(`no byte came for ${timing.stallMs / 1000} s`),
			),
		timing.stallMs,
	);
	const signal = options.signal
		? AbortSignal.any([options.signal, stalled.signal])
		: stalled.signal;
	try {
		const { response, linkedSha256 } = await follow(
			url,
			have > 0 ? { at: have, etag: await readNote(partial) } : undefined,
			options,
			signal,
		);
		const start = await startOf(response, partial, have, options, url);
		if (start === undefined) return linkedSha256;
		await receive(response, partial, start, options, () => timer.refresh());
		return linkedSha256;
	} catch (error) {
		if (stalled.signal.aborted) throw stalled.signal.reason;
		if (
			error instanceof Interrupted ||
			error instanceof LunarError ||
			options.signal?.aborted
		)
			throw error;
		const { errno, code, syscall } = error as NodeJS.ErrnoException;
		if (errno !== undefined)
			throw new LunarError(
				"OUTPUT_UNWRITABLE",
				`${partial}: ${syscall} failed with ${code}`,
				{ cause: error },
			);
		throw new Interrupted(explainNetwork(error), undefined, error);
	} finally {
		clearTimeout(timer);
	}
}

/** Where the body belongs in the file; undefined where there is nothing to receive. */
async function startOf(
	response: Response,
	partial: string,
	have: number,
	options: DownloadOptions,
	url: string,
): Promise<number | undefined> {
	const { status, headers } = response;
	const etag = headers.get("etag");
	if (status === 416) {
		await response.body?.cancel();
		await truncate(partial, 0);
		throw new Interrupted("the server does not have the rest of the file");
	}
	if (status === 429 || status === 408 || status >= 500) {
		const wait = retryAfterMs(headers.get("retry-after"));
		await response.body?.cancel();
		throw new Interrupted(
			`the server answered ${status}${status === 429 ? " (too many requests)" : ""}`,
			wait,
		);
	}
	if (status !== 200 && status !== 206) {
		const hint = headers.get("x-error-message") ?? headers.get("x-error-code");
		await response.body?.cancel();
		throw explainStatus(status, url, options, hint);
	}
	if ((headers.get("content-encoding") ?? "identity") !== "identity") {
		await response.body?.cancel();
		throw new LunarError(
			"DOWNLOAD_FAILED",
			`${hostOf(url)} sends the file as ${headers.get("content-encoding")}, which was not asked for`,
		);
	}
	const start = status === 206 ? have : 0;
	const stated = statedLength(status, headers);
	if (status === 206) {
		const from = /^bytes (\d+)-/.exec(headers.get("content-range") ?? "")?.[1];
		const noted = await readNote(partial);
		const changed = noted !== undefined && etag !== null && noted !== etag;
		if (Number(from) !== have || changed) {
			await response.body?.cancel();
			await truncate(partial, 0);
			throw new Interrupted(
				changed
					? "the file changed at the server; it is fetched from its beginning"
					: "the server sent another part than was asked for",
				0,
			);
		}
	}
	if (stated !== undefined && stated !== options.expectedBytes) {
		const type = headers.get("content-type")?.split(";")[0] ?? "bytes";
		await response.body?.cancel();
		throw new LunarError(
			"WEIGHTS_CORRUPT",
			`${hostOf(url)} sends ${stated} bytes of ${type}, ${options.expectedBytes} are expected${
				type === "text/html" ? ": a proxy or a login page answers instead" : ""
			}`,
		);
	}
	if (start === 0) {
		// A weak tag does not promise the same bytes, so a later run could not go on with it.
		const strong = etag !== null && !etag.startsWith("W/");
		if (strong) await writeFile(notePath(partial), etag);
		else await rm(notePath(partial), { force: true });
	}
	return start;
}

/** Length of the whole file as this answer states it. */
function statedLength(status: number, headers: Headers): number | undefined {
	if (status === 206) {
		const total = /\/(\d+)$/.exec(headers.get("content-range") ?? "")?.[1];
		return total === undefined ? undefined : Number(total);
	}
	const length = headers.get("content-length");
	return length === null ? undefined : Number(length);
}

async function receive(
	response: Response,
	partial: string,
	start: number,
	options: DownloadOptions,
	onChunk: () => void,
): Promise<void> {
	await using file = await open(partial, start === 0 ? "w" : "r+");
	let at = start;
	try {
		for await (const chunk of response.body ?? []) {
			onChunk();
			if (at + chunk.length > options.expectedBytes) {
				await file.truncate(0);
				throw new LunarError(
					"WEIGHTS_CORRUPT",
					`more than the expected ${options.expectedBytes} bytes came`,
				);
			}
			for (let done = 0; done < chunk.length; ) {
				const { bytesWritten } = await file.write(
					chunk,
					done,
					chunk.length - done,
					at,
				);
				done += bytesWritten;
				at += bytesWritten;
			}
			options.onBytes?.(at);
		}
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === "ENOSPC" || code === "EDQUOT")
			throw new LunarError(
				"DISK_FULL",
				`the disk of ${partial} is full after ${at} of ${options.expectedBytes} bytes; they are kept`,
				{ cause: error },
			);
		throw error;
	} finally {
		await file.sync();
	}
}

async function sizeOf(path: string): Promise<number> {
	return stat(path).then(
		({ size }) => size,
		() => 0,
	);
}

/** The strong tag of what a partial file is a part of. */
function notePath(partial: string): string {
	return `${partial}.etag`;
}

async function readNote(partial: string): Promise<string | undefined> {
	return readFile(notePath(partial), "utf8").catch(() => undefined);
}

/** Seconds or a date. */
function retryAfterMs(value: string | null): number | undefined {
	if (value === null) return undefined;
	const seconds = Number(value);
	const ms = Number.isFinite(seconds)
		? seconds * 1000
		: Date.parse(value) - Date.now();
	return Number.isFinite(ms)
		? Math.min(LONGEST_WAIT_MS, Math.max(0, ms))
		: undefined;
}
