import { DatabaseSync, type StatementSync } from "node:sqlite";
import { LunarError } from "../../core/errors.ts";
import { MIGRATIONS } from "./migrations.ts";

/** How long a commit waits for a reader in another process, or for a backup. */
const BUSY_MS = 5000;
/** Bytes of the log that are kept after a checkpoint. */
const LOG_BYTES = 16_000_000;

/** What a bound parameter may be. */
export type Value = string | number | null;
export type Row = Record<string, string | number | null>;

/**
 * One SQLite file: its statements are prepared once, and its errors are ours. Calls are synchronous, so a transaction
 * is never interleaved with another of this process.
 */
export class Database {
	readonly connection: DatabaseSync;
	private readonly statements = new Map<string, StatementSync>();
	private depth = 0;

	constructor(path: string, options: { readonly readOnly?: boolean } = {}) {
		const readOnly = options.readOnly ?? false;
		this.connection = translated(
			() =>
				new DatabaseSync(path, {
					readOnly,
					timeout: BUSY_MS,
					enableForeignKeyConstraints: true,
				}),
		);
		try {
			if (!readOnly) {
				this.run("PRAGMA journal_mode = WAL");
				this.run(`PRAGMA journal_size_limit = ${LOG_BYTES}`);
			}
			this.run("PRAGMA synchronous = FULL");
			this.run("PRAGMA temp_store = MEMORY");
			if (!readOnly) this.migrate();
		} catch (error) {
			this.close();
			throw error;
		}
	}

	/** Brings an older file up to date, one version at a time. */
	private migrate(): void {
		const version = this.version();
		if (version > MIGRATIONS.length)
			throw new LunarError(
				"STORE_CORRUPT",
				`the store has version ${version}, this program knows ${MIGRATIONS.length}: it was written by a newer one`,
			);
		for (let v = version; v < MIGRATIONS.length; v++)
			this.write(() => {
				translated(() => this.connection.exec(MIGRATIONS[v]));
				this.connection.exec(`PRAGMA user_version = ${v + 1}`);
			});
	}

	version(): number {
		return Number(this.get("PRAGMA user_version")?.user_version ?? 0);
	}

	/** One transaction, on the disk when this returns; all or nothing. */
	write<T>(work: () => T): T {
		return this.transaction(work, "FULL");
	}

	/** One transaction that a power cut may lose, though no crash of this process: no wait for the disk. */
	writeLightly<T>(work: () => T): T {
		return this.transaction(work, "NORMAL");
	}

	private transaction<T>(work: () => T, sync: "FULL" | "NORMAL"): T {
		if (this.depth > 0) return work();
		if (sync === "NORMAL") this.run("PRAGMA synchronous = NORMAL");
		try {
			this.run("BEGIN IMMEDIATE");
			this.depth++;
			try {
				const result = work();
				this.run("COMMIT");
				return result;
			} catch (error) {
				// After some errors (disk full) SQLite has rolled back by itself.
				if (this.connection.isTransaction) this.run("ROLLBACK");
				throw error;
			} finally {
				this.depth--;
			}
		} finally {
			if (sync === "NORMAL") this.run("PRAGMA synchronous = FULL");
		}
	}

	/** The number of changed rows. */
	run(sql: string, ...values: Value[]): number {
		return translated(() => Number(this.prepare(sql).run(...values).changes));
	}

	get(sql: string, ...values: Value[]): Row | undefined {
		return translated(
			() => this.prepare(sql).get(...values) as Row | undefined,
		);
	}

	all(sql: string, ...values: Value[]): Row[] {
		return translated(() => this.prepare(sql).all(...values) as Row[]);
	}

	/** All damage that SQLite finds; empty: none. */
	damage(): string[] {
		return this.all("PRAGMA integrity_check(20)")
			.map((row) => String(Object.values(row)[0]))
			.filter((line) => line !== "ok");
	}

	close(): void {
		this.statements.clear();
		if (this.connection.isOpen) this.connection.close();
	}

	private prepare(sql: string): StatementSync {
		let statement = this.statements.get(sql);
		if (!statement) {
			statement = this.connection.prepare(sql);
			this.statements.set(sql, statement);
		}
		return statement;
	}
}

/** Primary result codes of SQLite. */
const CODES: Readonly<
	Record<
		number,
		"STORE_UNWRITABLE" | "STORE_CORRUPT" | "STORE_LOCKED" | "DISK_FULL"
	>
> = {
	3: "STORE_UNWRITABLE", // PERM
	5: "STORE_LOCKED", // BUSY
	8: "STORE_UNWRITABLE", // READONLY
	10: "STORE_UNWRITABLE", // IOERR
	11: "STORE_CORRUPT",
	13: "DISK_FULL",
	14: "STORE_UNWRITABLE", // CANTOPEN
	26: "STORE_CORRUPT", // NOTADB
};

/** Runs it; what SQLite says about the file or the disk becomes an error of ours. */
export function translated<T>(work: () => T): T {
	try {
		return work();
	} catch (error) {
		const { errcode, message } = error as { errcode?: number; message: string };
		const code = errcode === undefined ? undefined : CODES[errcode & 0xff];
		if (code === undefined) throw error;
		throw new LunarError(code, `the job store: ${message}`, { cause: error });
	}
}
