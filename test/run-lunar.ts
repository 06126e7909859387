import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT: string = fileURLToPath(new URL("..", import.meta.url));
export const COW: string = join(ROOT, "examples/cow");

export interface Finished {
	readonly code: number | null;
	readonly out: string;
	readonly err: string;
}

/** Runs bin/lunar as a user does. `onErr` sees what has been written to stderr so far. */
export function runLunar(
	args: readonly string[],
	options: {
		readonly cwd?: string;
		/** Beside this process's own. */
		readonly env?: Readonly<Record<string, string>>;
		readonly onOutput?: (
			text: string,
			kill: (signal: NodeJS.Signals) => void,
		) => void;
	} = {},
): Promise<Finished> {
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, [join(ROOT, "bin/lunar"), ...args], {
			cwd: options.cwd ?? ROOT,
			env: { ...process.env, ...options.env },
			stdio: ["ignore", "pipe", "pipe"],
		});
		let out = "";
		let err = "";
		const kill = (signal: NodeJS.Signals): void => {
			child.kill(signal);
		};
		child.stdout.on("data", (chunk) => {
			out += chunk;
			options.onOutput?.(out + err, kill);
		});
		child.stderr.on("data", (chunk) => {
			err += chunk;
			options.onOutput?.(out + err, kill);
		});
		child.on("error", reject);
		child.on("close", (code) => resolve({ code, out, err }));
	});
}

/** A folder that is gone when all tests have ended. */
export function scratchFolder(): string {
	return mkdtempSync(join(tmpdir(), "lunar-test-"));
}
