import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LunarError } from "../../core/errors.ts";
import type { JobStore } from "../../service/ports/job-store.ts";
import type { KeyStore } from "../../service/ports/key-store.ts";
import type { WebhookOutbox } from "../../service/ports/webhook-outbox.ts";
import { diskError } from "../disk/disk-errors.ts";
import { Database, translated } from "./database.ts";
import { createJobStore } from "./job-store.ts";
import { createKeyStore } from "./key-store.ts";
import { createWebhookOutbox } from "./webhook-outbox.ts";

/** The store's file in a data folder. */
export const STORE_FILE = "jobs.db";
const LOCK_FILE = "server.lock";

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
	} = {},
): Store {
	const { readOnly = false, lock = !readOnly } = options;
	if (!readOnly) makeFolder(dataPath);
	const held = lock ? lockFolder(dataPath) : undefined;
	try {
		const db = new Database(join(dataPath, STORE_FILE), { readOnly });
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

/** Held until the process ends, however it does: a lock of the operating system, not a file that is there. */
function lockFolder(dataPath: string): DatabaseSync {
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
		throw error;
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
