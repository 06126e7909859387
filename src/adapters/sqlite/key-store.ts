import type { ApiKey, KeyStore } from "../../service/ports/key-store.ts";
import type { Database, Row } from "./database.ts";

/** API keys, in the same file as the jobs. */
export function createKeyStore(db: Database): KeyStore {
	return {
		async add(key) {
			db.write(() =>
				db.run(
					"INSERT INTO keys (id, hash, body, last_used_at) VALUES (?, ?, ?, ?)",
					key.id,
					key.hash,
					JSON.stringify(key),
					key.lastUsedAt ?? null,
				),
			);
		},
		async findByHash(hash) {
			const row = db.get("SELECT * FROM keys WHERE hash = ?", hash);
			return row && keyOf(row);
		},
		async list() {
			return db
				.all("SELECT * FROM keys")
				.map(keyOf)
				.sort((a, b) => a.createdAt - b.createdAt);
		},
		async remove(id) {
			return db.write(() => db.run("DELETE FROM keys WHERE id = ?", id) > 0);
		},
		async touch(id, at) {
			db.writeLightly(() =>
				db.run("UPDATE keys SET last_used_at = ? WHERE id = ?", at, id),
			);
		},
		async usedBytes(owner) {
			const row = db.get(
				"SELECT sum(size_bytes) AS bytes FROM (SELECT DISTINCT b.sha256, b.size_bytes FROM job_blobs b JOIN jobs j ON j.id = b.job_id WHERE j.owner = ?)",
				owner,
			);
			return Number(row?.bytes ?? 0);
		},
	};
}

function keyOf(row: Row): ApiKey {
	return {
		...JSON.parse(String(row.body)),
		...(row.last_used_at === null
			? {}
			: { lastUsedAt: Number(row.last_used_at) }),
	};
}
