import {
	closeSync,
	fstatSync,
	mkdirSync,
	openSync,
	renameSync,
	rmSync,
	writeSync,
} from "node:fs";
import { join } from "node:path";
import type { LogSink } from "./create-logger.ts";

export const LOG_FILE = "lunar.log";
/** After a write that failed (disk full), the next try. */
const PAUSE_MS = 5000;

/**
 * `lunar.log`, which becomes lunar.1.log when it is full, and so on up to `keep` files in all. A log never stops the
 * service: what cannot be written is counted, and the count is written when that works again.
 */
export function openLogFile(
	folder: string,
	{
		maxBytes,
		keep,
		now = Date.now,
	}: {
		readonly maxBytes: number;
		readonly keep: number;
		readonly now?: () => number;
	},
): LogSink & { close(): void } {
	const path = join(folder, LOG_FILE);
	let file: number | undefined;
	let sizeBytes = 0;
	let lostLines = 0;
	let pausedUntil = 0;

	const open = (): number => {
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		const opened = openSync(path, "a", 0o600);
		sizeBytes = fstatSync(opened).size;
		return opened;
	};

	const close = (): void => {
		if (file !== undefined) closeSync(file);
		file = undefined;
	};

	const rotate = (): void => {
		close();
		const numbered = (k: number): string =>
			k === 0 ? path : join(folder, `lunar.${k}.log`);
		rmSync(numbered(keep - 1), { force: true });
		for (let k = keep - 2; k >= 0; k--)
			try {
				renameSync(numbered(k), numbered(k + 1));
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
			}
	};

	const append = (line: string): void => {
		const bytes = Buffer.from(line);
		file ??= open();
		if (sizeBytes > 0 && sizeBytes + bytes.length > maxBytes) {
			rotate();
			file = open();
		}
		let written = 0;
		while (written < bytes.length) written += writeSync(file, bytes, written);
		sizeBytes += bytes.length;
	};

	return {
		form: "json",
		write(line) {
			// A clock that was set back must not silence the log.
			if (Math.abs(pausedUntil - now()) < PAUSE_MS && now() < pausedUntil) {
				lostLines++;
				return;
			}
			try {
				if (lostLines > 0)
					append(
						`${JSON.stringify({ time: new Date(now()).toISOString(), level: "warn", message: "lines of this log were lost", lostLines })}\n`,
					);
				lostLines = 0;
				append(line);
			} catch {
				lostLines++;
				pausedUntil = now() + PAUSE_MS;
				try {
					close();
				} catch {
					file = undefined;
				}
			}
		},
		close,
	};
}
