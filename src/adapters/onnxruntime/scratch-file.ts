import { randomUUID } from "node:crypto";
import {
	closeSync,
	existsSync,
	openSync,
	unlinkSync,
	writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A place in memory where there is one; else the system caches the file, which is nearly as good. */
const SHARED_MEMORY = "/dev/shm";
/** What a container gives by default. */
const MAX_BYTES = 2 ** 26;

/**
 * A file that two processes have open. Large input goes through it: one copy in, one copy out, where a pipe with
 * structured messages takes three times the time.
 */
export class ScratchFile {
	readonly fd: number;
	private readonly path: string;
	private end = 0;
	private users = 0;

	constructor() {
		const folder = existsSync(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir();
		this.path = join(folder, `lunar-nova-${randomUUID()}`);
		this.fd = openSync(this.path, "wx+", 0o600);
	}

	/** Takes the name away; the file lives as long as somebody has it open. */
	hide(): void {
		try {
			unlinkSync(this.path);
		} catch {
			// Windows keeps the name while the file is open; close() tries again.
		}
	}

	/** Where the bytes now lie, or undefined where there is no room. Each place is to be released. */
	put(bytes: Uint8Array): number | undefined {
		const offset = this.end;
		if (offset + bytes.length > MAX_BYTES) return undefined;
		try {
			for (let done = 0; done < bytes.length; )
				done += writeSync(
					this.fd,
					bytes,
					done,
					bytes.length - done,
					offset + done,
				);
		} catch {
			return undefined; // no space: the pipe will do
		}
		this.end = offset + Math.ceil(bytes.length / 64) * 64;
		this.users++;
		return offset;
	}

	release(): void {
		if (--this.users === 0) this.end = 0;
	}

	close(): void {
		closeSync(this.fd);
		this.hide();
	}
}
