import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { backup } from "node:sqlite";
import { LunarError } from "../../core/errors.ts";
import { diskError } from "../disk/disk-errors.ts";
import { Database } from "./database.ts";
import { STORE_FILE } from "./open-store.ts";

/** In one step, so that a busy server cannot make it begin again and again. */
const ALL_PAGES = 2 ** 30;

/** A consistent copy of the store of a data folder, also while a server works on it. */
export async function copyStore(
	dataPath: string,
	target: string,
): Promise<void> {
	const path = join(dataPath, STORE_FILE);
	if (!existsSync(path))
		throw new LunarError("INPUT_NOT_FOUND", `there is no store in ${dataPath}`);
	const db = new Database(path, { readOnly: true });
	try {
		await rm(target, { force: true });
		await backup(db.connection, target, { rate: ALL_PAGES });
	} catch (error) {
		const { errcode } = error as { errcode?: number };
		if (errcode === 13)
			throw new LunarError("DISK_FULL", `no room for ${target}`, {
				cause: error,
			});
		throw diskError(target, error);
	} finally {
		db.close();
	}
}
