import { chmodSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LunarError } from "../../core/errors.ts";
import { diskError } from "../disk/disk-errors.ts";
import { translated } from "./database.ts";

const LOCK_FILE = "server.lock";

/**
 * One server at a time. Held until the process ends, however it does: a lock of the operating system, not a file that is
 * there. Throws STORE_LOCKED.
 */
export function lockDataFolder(dataPath: string): DatabaseSync {
	const path = join(dataPath, LOCK_FILE);
	try {
		return translated(() => {
			const file = new DatabaseSync(path, { timeout: 0 });
			try {
				file.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
				chmodSync(path, 0o600);
			} catch (error) {
				file.close();
				throw error;
			}
			return file;
		});
	} catch (error) {
		if (error instanceof LunarError && error.code === "STORE_LOCKED")
			throw new LunarError(
				"STORE_LOCKED",
				`another server works on ${dataPath}`,
				{ cause: error },
			);
		throw diskError(dataPath, error);
	}
}
