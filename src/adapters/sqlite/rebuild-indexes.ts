import { join } from "node:path";
import { Database } from "./database.ts";
import { STORE_FILE } from "./open-store.ts";

/** Mends damage that is in indexes only; false: it is elsewhere. The data folder must be locked by the caller. */
export async function rebuildIndexes(dataPath: string): Promise<boolean> {
	try {
		const db = new Database(join(dataPath, STORE_FILE));
		try {
			db.run("REINDEX");
			return db.damage().length === 0;
		} finally {
			db.close();
		}
	} catch {
		return false;
	}
}
