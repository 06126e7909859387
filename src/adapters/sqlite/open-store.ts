import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { JobStore } from "../../service/ports/job-store.ts";
import type { KeyStore } from "../../service/ports/key-store.ts";
import type { WebhookOutbox } from "../../service/ports/webhook-outbox.ts";
import { diskError } from "../disk/disk-errors.ts";
import { Database } from "./database.ts";
import { createJobStore } from "./job-store.ts";
import { createKeyStore } from "./key-store.ts";
import { lockDataFolder } from "./lock-data-folder.ts";
import { createWebhookOutbox } from "./webhook-outbox.ts";

/** The store's file in a data folder. */
export const STORE_FILE = "jobs.db";

export interface Store {
	readonly jobs: JobStore;
	readonly keys: KeyStore;
	readonly outbox: WebhookOutbox;
	close(): Promise<void>;
}

/**
 * The store in a data folder. One server at a time owns it (`STORE_LOCKED`); others may open it read-only, also while
 * the server writes. `lock: false` is for short visits of the command line, which SQLite keeps apart.
 */
export function openStore(
	dataPath: string,
	options: {
		readonly readOnly?: boolean;
		readonly lock?: boolean;
		readonly now?: () => number;
		/** The file grows no further than this: a full disk, for tests. */
		readonly mostPages?: number;
	} = {},
): Store {
	const { readOnly = false, lock = !readOnly } = options;
	if (!readOnly) makeFolder(dataPath);
	const held = lock ? lockDataFolder(dataPath) : undefined;
	try {
		const db = new Database(join(dataPath, STORE_FILE), { readOnly });
		if (options.mostPages !== undefined)
			db.run(`PRAGMA max_page_count = ${options.mostPages}`);
		if (!readOnly) checkWritable(db);
		return {
			jobs: createJobStore(db, options.now),
			keys: createKeyStore(db),
			outbox: createWebhookOutbox(db, options.now),
			async close() {
				db.close();
				held?.close();
			},
		};
	} catch (error) {
		held?.close();
		throw error;
	}
}

/** Secrets of webhooks and names of pictures lie there: nobody else's business. */
function makeFolder(path: string): void {
	try {
		mkdirSync(path, { recursive: true, mode: 0o700 });
	} catch (error) {
		throw diskError(path, error);
	}
}

/** Tells at the start, not with the first job. */
function checkWritable(db: Database): void {
	db.write(() =>
		db.run(
			"INSERT OR REPLACE INTO facts (name, value) VALUES ('opened', ?)",
			Date.now(),
		),
	);
}
