import type {
	WebhookDelivery,
	WebhookOutbox,
	WebhookTry,
} from "../../service/ports/webhook-outbox.ts";
import type { Database, Row, Value } from "./database.ts";

const SEEN = "outbox.seen";

/** Messages that wait, in the same file as the jobs. */
export function createWebhookOutbox(
	db: Database,
	now: () => number = Date.now,
): WebhookOutbox {
	const get = (id: string): Row | undefined =>
		db.get("SELECT * FROM outbox WHERE id = ?", id);

	return {
		async add(messages, seenSeq) {
			db.write(() => {
				for (const message of messages) {
					const { id, jobId, type, url, createdAt } = message;
					if (get(id)) continue; // told again after a crash
					db.run(
						"DELETE FROM outbox WHERE job_id = ? AND url = ? AND type = 'job.progress' AND state = 'waiting'",
						jobId,
						url,
					);
					const refused = db.get(
						"SELECT 1 FROM outbox_disabled WHERE url = ?",
						url,
					);
					db.run(
						"INSERT INTO outbox (id, job_id, type, url, receiver, state, next_try_at, created_at, ended_at, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
						id,
						jobId,
						type,
						url,
						receiverOf(url),
						refused ? "given-up" : "waiting",
						refused ? null : createdAt,
						createdAt,
						refused ? now() : null,
						JSON.stringify(message),
					);
				}
				if (seenSeq !== undefined)
					db.run(
						"INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)",
						SEEN,
						seenSeq,
					);
			});
		},
		async seenSeq() {
			const row = db.get("SELECT value FROM facts WHERE name = ?", SEEN);
			return row && Number(row.value);
		},
		async due(at, limit, exceptReceivers = []) {
			return db
				.all(
					`SELECT * FROM outbox WHERE state = 'waiting' AND next_try_at <= ? AND ${others(exceptReceivers)} ORDER BY next_try_at, number LIMIT ?`,
					at,
					...exceptReceivers,
					limit,
				)
				.map(deliveryOf);
		},
		async nextDueAt(exceptReceivers = []) {
			const row = db.get(
				`SELECT min(next_try_at) AS at FROM outbox WHERE state = 'waiting' AND ${others(exceptReceivers)}`,
				...exceptReceivers,
			);
			return row?.at == null ? undefined : Number(row.at);
		},
		async record(id, attempt, then) {
			db.write(() => {
				const row = get(id);
				if (!row) return; // replaced by newer progress meanwhile
				const tries: WebhookTry[] = JSON.parse(String(row.tries));
				const waits = then.state === "waiting";
				db.run(
					"UPDATE outbox SET state = ?, next_try_at = ?, ended_at = ?, tries = ? WHERE id = ?",
					then.state,
					waits ? then.nextTryAt : null,
					waits ? null : now(),
					JSON.stringify([...tries, attempt]),
					id,
				);
			});
		},
		async disable(url) {
			db.write(() => {
				db.run("INSERT OR IGNORE INTO outbox_disabled (url) VALUES (?)", url);
				db.run(
					"UPDATE outbox SET state = 'given-up', next_try_at = NULL, ended_at = ? WHERE url = ? AND state = 'waiting'",
					now(),
					url,
				);
			});
		},
		async list({ jobId, state }, limit) {
			const terms: string[] = ["1"];
			const values: Value[] = [];
			if (jobId !== undefined) {
				terms.push("job_id = ?");
				values.push(jobId);
			}
			if (state !== undefined) {
				terms.push("state = ?");
				values.push(state);
			}
			return db
				.all(
					`SELECT * FROM outbox WHERE ${terms.join(" AND ")} ORDER BY number DESC LIMIT ?`,
					...values,
					limit,
				)
				.map(deliveryOf);
		},
		async replay(id, at) {
			return db.write(() => {
				const row = get(id);
				if (!row) return undefined;
				db.run("DELETE FROM outbox_disabled WHERE url = ?", row.url);
				db.run(
					"UPDATE outbox SET state = 'waiting', next_try_at = ?, ended_at = NULL WHERE id = ?",
					at,
					id,
				);
				return deliveryOf(get(id) as Row);
			});
		},
		async prune(before) {
			return db.write(() =>
				db.run(
					"DELETE FROM outbox WHERE state <> 'waiting' AND ended_at < ?",
					before,
				),
			);
		},
	};
}

function others(exceptReceivers: readonly string[]): string {
	return exceptReceivers.length === 0
		? "1"
		: `receiver NOT IN (${exceptReceivers.map(() => "?").join(", ")})`;
}

/** Scheme, host and port; an address that is none is its own receiver. */
function receiverOf(url: string): string {
	return URL.canParse(url) ? new URL(url).origin : url;
}

function deliveryOf(row: Row): WebhookDelivery {
	return {
		...JSON.parse(String(row.message)),
		state: row.state as WebhookDelivery["state"],
		...(row.next_try_at === null ? {} : { nextTryAt: Number(row.next_try_at) }),
		tries: JSON.parse(String(row.tries)),
	};
}
