import { randomBytes } from "node:crypto";
import { ERRORS, LunarError } from "../../core/errors.ts";
import {
	FINAL_STATES,
	JOB_STATES,
	type Job,
	type JobError,
	type JobEvent,
	type JobFile,
	type JobState,
} from "../../service/job.ts";
import { inputBlobsOf } from "../../service/job-blobs.ts";
import type {
	Attempt,
	JobFilter,
	JobPage,
	JobStore,
	NewJob,
} from "../../service/ports/job-store.ts";
import type { Database, Row } from "./database.ts";
import {
	eventOf,
	jobOf,
	jsonOf,
	lines,
	whereOf,
	withFile,
	wordsOf,
} from "./job-rows.ts";

const DAY_MS = 86_400_000;
const EVENTS_KEPT = 100_000;
/** Events between two cuts of the old ones. */
const EVENTS_SLACK = 2_000;
const RUNS_KEPT = 5_000;
const RUNS_LOOKED_AT = 20;
const NOTICES_KEPT = 100;
const ERRORS_KEPT = 10;
/** A retry is never held longer than this: what says so was written under another clock. */
const LONGEST_RETRY_MS = 3_600_000;
const START = JSON.stringify({ fraction: 0, step: "" });

/** All jobs in one SQLite file. */
export function createJobStore(
	db: Database,
	now: () => number = Date.now,
): JobStore {
	// A reader of a store that no server has brought up to date yet does without.
	const listed = db.version() >= 2 ? "INDEXED BY jobs_listed" : "";
	const listeners = new Set<(events: readonly JobEvent[]) => void>();
	let appended: JobEvent[] = [];

	/** A transaction; who listens hears of its events once it is done. */
	const commit = <T>(work: () => T, lightly = false): T => {
		appended = [];
		const result = lightly ? db.writeLightly(work) : db.write(work);
		const events = appended;
		appended = [];
		if (events.length > 0) for (const listener of listeners) listener(events);
		return result;
	};

	const tell = (
		row: Row,
		type: JobEvent["type"],
		more: Partial<Pick<JobEvent, "notice" | "file" | "error">> = {},
	): void => {
		const inserted = db.get(
			"INSERT INTO events (at, job_id, type, state, progress, more) VALUES (?, ?, ?, ?, ?, ?) RETURNING *",
			now(),
			row.id,
			type,
			row.state,
			row.progress,
			JSON.stringify(more),
		) as Row;
		const event = eventOf(inserted);
		appended.push(event);
		if (event.seq % EVENTS_SLACK === 0)
			db.run("DELETE FROM events WHERE seq <= ?", event.seq - EVENTS_KEPT);
	};

	const rowOf = (id: string): Row | undefined =>
		db.get("SELECT * FROM jobs WHERE id = ?", id);

	const job = (row: Row | undefined): Job | undefined =>
		row && jobOf(row, now());

	/** Changes one job and tells of its new state. */
	const update = (
		id: Row[string],
		assignments: string,
		...values: (string | number | null)[]
	): Row => {
		const row = db.get(
			`UPDATE jobs SET ${assignments}, updated_at = ? WHERE id = ? RETURNING *`,
			...values,
			now(),
			id,
		) as Row;
		return row;
	};

	/** The row of a claim that is still current. */
	const claimed = ({ jobId, token }: Attempt): Row | undefined =>
		db.get(
			"SELECT * FROM jobs WHERE id = ? AND state = 'running' AND token = ?",
			jobId,
			token,
		);

	/** What a queued job waits for, as columns held_by and not_before. */
	const hold = (
		id: string,
		startAt: number | undefined,
	): [heldBy: string | null, notBefore: number | null] => {
		const open = db.get(
			"SELECT count(*) AS count FROM dependencies d LEFT JOIN jobs j ON j.id = d.needs_id WHERE d.job_id = ? AND j.state IS NOT 'succeeded'",
			id,
		);
		if (Number(open?.count) > 0) return ["dependency", null];
		if (startAt !== undefined && startAt > now())
			return ["start-time", startAt];
		return [null, null];
	};

	/** Dependencies that are no more are as good as met: only succeeded jobs are removed from under others. */
	const settleDependents = (id: Row[string], state: JobState): void => {
		const dependents = db.all(
			"SELECT j.* FROM jobs j JOIN dependencies d ON d.job_id = j.id WHERE d.needs_id = ? AND j.state = 'queued'",
			id,
		);
		for (const row of dependents) {
			if (state === "succeeded") {
				const { startAt } = JSON.parse(String(row.request));
				const [heldBy, notBefore] = hold(String(row.id), startAt);
				if (heldBy === "dependency") continue;
				tell(
					update(row.id, "held_by = ?, not_before = ?", heldBy, notBefore),
					"state",
				);
			} else {
				const error = errorOf("DEPENDENCY_FAILED", `${id} ended as ${state}`);
				end(row, "failed", { error });
			}
		}
	};

	/** Takes a job to a final state. */
	const end = (
		row: Row,
		state: "succeeded" | "failed" | "cancelled",
		with_: { readonly error?: JobError } = {},
	): void => {
		const done = update(
			row.id,
			"state = ?, error = ?, finished_at = ?, token = NULL, held_by = NULL, not_before = NULL, cancel_asked_at = NULL, cancelling = 0",
			state,
			with_.error ? JSON.stringify(with_.error) : null,
			now(),
		);
		tell(done, "state", with_);
		settleDependents(row.id, state);
	};

	/** Names none of its files any more. */
	const dropFiles = (id: Row[string]): void => {
		db.run("DELETE FROM job_blobs WHERE job_id = ? AND is_input = 0", id);
		db.run("UPDATE jobs SET files = '[]' WHERE id = ?", id);
	};

	const nameBlobs = (
		id: string,
		blobs: readonly { readonly sha256: string; readonly sizeBytes: number }[],
		isInput: 0 | 1,
	): void => {
		for (const { sha256, sizeBytes } of blobs)
			db.run(
				"INSERT OR IGNORE INTO job_blobs (job_id, sha256, size_bytes, is_input) VALUES (?, ?, ?, ?)",
				id,
				sha256,
				sizeBytes,
				isInput,
			);
	};

	/** Back to the queue, because of an error of the newest attempt. */
	const backToQueue = (
		row: Row,
		error: JobError | undefined,
		retryAt: number,
	): void => {
		dropFiles(row.id);
		const past = JSON.parse(String(row.past_errors));
		if (error) past.push({ ...error, attempt: Number(row.attempts) });
		const queued = update(
			row.id,
			"state = 'queued', token = NULL, held_by = ?, not_before = ?, progress = ?, notices = '[]', past_errors = ?",
			retryAt > now() ? "retry" : null,
			retryAt > now() ? retryAt : null,
			START,
			JSON.stringify(past.slice(-ERRORS_KEPT)),
		);
		tell(queued, "state", error ? { error } : {});
	};

	/** Jobs of a known idempotency key. */
	const known = (
		owner: string,
		key: string,
		bodyHash: string | undefined,
	): readonly Job[] | undefined => {
		const row = db.get(
			"SELECT * FROM idempotency WHERE owner = ? AND key = ? AND abs(? - created_at) <= ?",
			owner,
			key,
			now(),
			DAY_MS,
		);
		if (!row) return undefined;
		const ids: string[] = JSON.parse(String(row.job_ids));
		const rows = ids.map(rowOf).filter((found) => found !== undefined);
		if (rows.length < ids.length) return undefined; // deleted since
		if (bodyHash !== undefined && row.body_hash !== bodyHash)
			throw new LunarError(
				"IDEMPOTENCY_CONFLICT",
				`the key "${key}" belongs to ${ids[0]}, which was another request`,
			);
		return rows.map((found) => jobOf(found, now()));
	};

	const insert = (added: NewJob): Job => {
		const { id, request, owner } = added;
		for (const needs of request.dependsOn) {
			const row = rowOf(needs);
			// Another's jobs are not there; the local user's server has no others.
			if (!row || (owner !== "" && row.owner !== owner))
				throw new LunarError(
					"JOB_UNKNOWN",
					`dependsOn names ${needs}, which does not exist`,
				);
			if (row.state === "failed" || row.state === "cancelled")
				throw new LunarError(
					"DEPENDENCY_FAILED",
					`dependsOn names ${needs}, which is ${row.state}`,
				);
		}
		const at = now();
		db.run(
			"INSERT INTO jobs (id, owner, state, work_hash, size_class, request, priority, words, tags, engines, created_at, updated_at, progress) VALUES (?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			id,
			owner,
			added.workHash,
			added.sizeClass,
			JSON.stringify(request),
			request.priority,
			wordsOf(id, request),
			lines(request.tags),
			lines(request.engines),
			at,
			at,
			START,
		);
		for (const needs of request.dependsOn)
			db.run(
				"INSERT OR IGNORE INTO dependencies (job_id, needs_id) VALUES (?, ?)",
				id,
				needs,
			);
		nameBlobs(id, inputBlobsOf(request), 1);
		const lender = added.reuse && rowOf(added.reuse.jobId);
		if (lender?.state === "succeeded") lend(id, lender);
		else {
			const [heldBy, notBefore] = hold(id, request.startAt);
			tell(
				update(id, "held_by = ?, not_before = ?", heldBy, notBefore),
				"state",
			);
		}
		return jobOf(rowOf(id) as Row, now());
	};

	const lend = (id: string, lender: Row): void => {
		const result = {
			...JSON.parse(String(lender.result)),
			reusedFrom: lender.id,
		};
		const row = update(
			id,
			"files = ?, notices = ?, progress = ?, result = ?, engines = ?, started_at = ?",
			lender.files,
			lender.notices,
			lender.progress,
			JSON.stringify(result),
			lender.engines,
			now(),
		);
		nameBlobs(id, JSON.parse(String(lender.files)), 0);
		end(row, "succeeded");
	};

	/** The newest jobs below a number that a filter lets through, and how many it lets through in all. */
	const find = (
		filter: JobFilter,
		before: number,
		limit: number,
	): { readonly rows: Row[]; readonly total: number } => {
		const { where, values, looksAtAll } = whereOf(filter);
		if (!looksAtAll) {
			const total = db.get(
				`SELECT count(*) AS count FROM jobs WHERE ${where}`,
				...values,
			);
			const rows = db.all(
				`SELECT * FROM jobs WHERE ${where} AND number < ? ORDER BY number DESC LIMIT ?`,
				...values,
				before,
				limit,
			);
			return { rows, total: Number(total?.count) };
		}
		// One look at what is small, in place of two at everything.
		const numbers = db
			.all(`SELECT number FROM jobs ${listed} WHERE ${where}`, ...values)
			.map(({ number }) => Number(number));
		const page = numbers
			.filter((number) => number < before)
			.sort((a, b) => b - a)
			.slice(0, limit);
		const rows = page.map(
			(number) => db.get("SELECT * FROM jobs WHERE number = ?", number) as Row,
		);
		return { rows, total: numbers.length };
	};

	/** Ready by time, also where the clock was set back since. */
	const isDue = "(not_before <= ? OR (held_by = 'retry' AND not_before > ?))";

	return {
		async add(jobs) {
			if (jobs.length === 0) return [];
			return commit(() => {
				const { owner, idempotencyKey, bodyHash = "" } = jobs[0];
				const before =
					idempotencyKey === undefined
						? undefined
						: known(owner, idempotencyKey, bodyHash);
				if (before) return before.map((job) => ({ job, created: false }));
				const added = jobs.map((one) => ({ job: insert(one), created: true }));
				if (idempotencyKey !== undefined) {
					db.run(
						"DELETE FROM idempotency WHERE abs(? - created_at) > ?",
						now(),
						DAY_MS,
					);
					db.run(
						"INSERT OR REPLACE INTO idempotency (owner, key, body_hash, job_ids, created_at) VALUES (?, ?, ?, ?, ?)",
						owner,
						idempotencyKey,
						bodyHash,
						JSON.stringify(jobs.map(({ id }) => id)),
						now(),
					);
				}
				return added;
			});
		},
		async known(owner, idempotencyKey, bodyHash) {
			return known(owner, idempotencyKey, bodyHash);
		},
		async get(id) {
			return job(rowOf(id));
		},
		async list(filter, limit, cursor) {
			const before =
				cursor === undefined ? Number.MAX_SAFE_INTEGER : cursorOf(cursor);
			const { rows, total } = find(filter, before, limit + 1);
			const shown = rows.slice(0, limit);
			return {
				jobs: shown.map((row) => jobOf(row, now())),
				...(rows.length > limit
					? { cursor: String(shown[shown.length - 1].number) }
					: {}),
				total,
			} satisfies JobPage;
		},
		async countByState() {
			const counts = Object.fromEntries(
				JOB_STATES.map((state) => [state, 0]),
			) as Record<JobState, number>;
			for (const row of db.all(
				"SELECT state, count(*) AS count FROM jobs GROUP BY state",
			))
				counts[row.state as JobState] = Number(row.count);
			return counts;
		},
		async countHeld() {
			const row = db.get(
				"SELECT count(*) AS count FROM jobs WHERE state = 'queued' AND held_by IS NOT NULL AND (not_before IS NULL OR not_before > ?)",
				now(),
			);
			return Number(row?.count);
		},
		async annotate(id, { favourite, ...free }) {
			return commit(() => {
				const row = rowOf(id);
				if (!row) return undefined;
				const given = Object.fromEntries(
					Object.entries(free).filter(([, value]) => value !== undefined),
				);
				const request = { ...JSON.parse(String(row.request)), ...given };
				const changed = update(
					id,
					"request = ?, priority = ?, words = ?, tags = ?, favourite = ?",
					JSON.stringify(request),
					request.priority,
					wordsOf(id, request),
					lines(request.tags),
					favourite === undefined ? row.favourite : favourite ? 1 : 0,
				);
				tell(changed, "state");
				return job(changed);
			});
		},

		async claim() {
			const at = now();
			const late = at + LONGEST_RETRY_MS;
			const due = db.get(
				`SELECT 1 FROM jobs WHERE state = 'queued' AND held_by IS NOT NULL AND ${isDue} LIMIT 1`,
				at,
				late,
			);
			const ready =
				"SELECT id FROM jobs WHERE state = 'queued' AND held_by IS NULL ORDER BY priority DESC, number LIMIT 1";
			if (!due && !db.get(ready)) return undefined;
			return commit(() => {
				if (due)
					db.run(
						`UPDATE jobs SET held_by = NULL, not_before = NULL WHERE state = 'queued' AND held_by IS NOT NULL AND ${isDue}`,
						at,
						late,
					);
				const next = db.get(ready);
				if (!next) return undefined;
				const token = randomBytes(12).toString("hex");
				const row = update(
					next.id,
					"state = 'running', token = ?, attempts = attempts + 1, started_at = ?, finished_at = NULL, error = NULL, progress = ?",
					token,
					at,
					START,
				);
				tell(row, "state");
				return {
					job: jobOf(row, at),
					attempt: {
						jobId: String(row.id),
						token,
						number: Number(row.attempts),
					},
				};
			});
		},
		async nextReadyAt() {
			const row = db.get(
				"SELECT min(CASE WHEN held_by = 'retry' THEN min(not_before, ?) ELSE not_before END) AS at FROM jobs WHERE state = 'queued' AND held_by IS NOT NULL AND not_before IS NOT NULL",
				now() + LONGEST_RETRY_MS,
			);
			return row?.at == null ? undefined : Number(row.at);
		},
		async progress(attempt, progress) {
			return commit(() => {
				const before = claimed(attempt);
				if (!before) return false;
				const { step } = JSON.parse(String(before.progress));
				const row = update(
					attempt.jobId,
					"progress = ?",
					JSON.stringify(progress),
				);
				tell(row, step === progress.step ? "progress" : "step");
				return true;
			}, true);
		},
		async note(attempt, notice) {
			return commit(() => {
				const before = claimed(attempt);
				if (!before) return false;
				const notices: unknown[] = JSON.parse(String(before.notices));
				if (notices.length >= NOTICES_KEPT) return true;
				const row = update(
					attempt.jobId,
					"notices = ?",
					JSON.stringify([...notices, notice]),
				);
				tell(row, "notice", { notice });
				return true;
			}, true);
		},
		async addFile(attempt, file) {
			return commit(() => {
				const before = claimed(attempt);
				if (!before) return false;
				const files = withFile(JSON.parse(String(before.files)), file);
				const row = update(attempt.jobId, "files = ?", JSON.stringify(files));
				nameBlobs(attempt.jobId, [file], 0);
				tell(row, "preview", { file });
				return true;
			});
		},
		async succeed(attempt, result, files) {
			return commit(() => {
				const row = claimed(attempt);
				if (!row || row.cancelling === 1) return false;
				const all = files.reduce<readonly JobFile[]>(
					withFile,
					JSON.parse(String(row.files)),
				);
				nameBlobs(attempt.jobId, files, 0);
				const { engines }: Job["request"] = JSON.parse(String(row.request));
				const used = result.outcomes.map(({ engine }) => engine);
				update(
					attempt.jobId,
					"files = ?, result = ?, engines = ?, progress = ?",
					JSON.stringify(all),
					JSON.stringify(result),
					lines([...new Set([...engines, ...used])]),
					JSON.stringify({
						...JSON.parse(String(row.progress)),
						fraction: 1,
					}),
				);
				for (const { engine, durationMs } of result.outcomes)
					db.run(
						"INSERT INTO runs (engine, asked, size_class, seconds) VALUES (?, ?, ?, ?)",
						engine,
						engines.length === 1 ? engines[0] : engine,
						row.size_class,
						durationMs / 1000,
					);
				db.run(
					"DELETE FROM runs WHERE number <= (SELECT max(number) FROM runs) - ?",
					RUNS_KEPT,
				);
				end(row, "succeeded");
				return true;
			});
		},
		async fail(attempt, error, retryAt) {
			return commit(() => {
				const row = claimed(attempt);
				if (!row) return false;
				if (retryAt !== undefined) backToQueue(row, error, retryAt);
				else end(row, "failed", { error });
				return true;
			});
		},
		async stopped(attempt) {
			return commit(() => {
				const row = claimed(attempt);
				if (!row) return false;
				dropFiles(row.id);
				end(row, "cancelled");
				return true;
			});
		},
		async release(attempt) {
			return commit(() => {
				const row = claimed(attempt);
				if (!row) return false;
				if (row.cancelling === 1) {
					dropFiles(row.id);
					end(row, "cancelled");
				} else {
					backToQueue(row, undefined, 0);
					db.run(
						"UPDATE jobs SET attempts = attempts - 1 WHERE id = ?",
						row.id,
					);
				}
				return true;
			});
		},
		async releaseAll(maxLost) {
			return commit(() => {
				const running = db.all("SELECT * FROM jobs WHERE state = 'running'");
				for (const row of running) {
					const lost = Number(row.lost) + 1;
					const error = errorOf(
						"HOST_LOST",
						lost > maxLost
							? `the server ended ${lost} times while it worked on this`
							: "the server ended while it worked on this",
					);
					if (row.cancelling === 1) {
						dropFiles(row.id);
						end(row, "cancelled");
					} else if (lost > maxLost) end(row, "failed", { error });
					else {
						backToQueue(row, error, 0);
						db.run(
							"UPDATE jobs SET lost = ?, attempts = attempts - 1 WHERE id = ?",
							lost,
							row.id,
						);
					}
				}
				return running.length;
			});
		},

		async askCancel(id) {
			return commit(() => {
				const row = rowOf(id);
				if (!row || isFinal(row)) return job(row);
				const asked = update(id, "cancel_asked_at = ?", now());
				tell(asked, "state");
				return job(asked);
			});
		},
		async cancel(id) {
			return commit(() => {
				const row = rowOf(id);
				if (!row || isFinal(row)) return job(row);
				if (row.state === "queued") {
					dropFiles(id);
					end(row, "cancelled");
				} else if (row.cancelling === 0)
					tell(update(id, "cancelling = 1"), "state");
				return job(rowOf(id));
			});
		},
		async requeue(id) {
			return commit(() => {
				const row = rowOf(id);
				if (!row) return undefined;
				if (row.state !== "failed" && row.state !== "cancelled")
					throw new LunarError(
						"JOB_STATE",
						`${id} is ${row.state}; only failed and cancelled jobs can be tried again`,
					);
				const request: Job["request"] = JSON.parse(String(row.request));
				for (const needs of request.dependsOn) {
					const state = rowOf(needs)?.state;
					if (state === "failed" || state === "cancelled")
						throw new LunarError(
							"DEPENDENCY_FAILED",
							`${id} waits for ${needs}, which is ${state}`,
						);
				}
				backToQueue(row, jsonOf<JobError>(row.error), 0);
				const [heldBy, notBefore] = hold(id, request.startAt);
				db.run(
					"UPDATE jobs SET attempts = 0, lost = 0, error = NULL, finished_at = NULL, held_by = ?, not_before = ? WHERE id = ?",
					heldBy,
					notBefore,
					id,
				);
				return job(rowOf(id));
			});
		},
		async remove(id) {
			return commit(() => {
				const row = rowOf(id);
				if (!row) return undefined;
				if (!isFinal(row))
					throw new LunarError(
						"JOB_STATE",
						`${id} is ${row.state}; cancel it before it is deleted`,
					);
				db.run("DELETE FROM dependencies WHERE needs_id = ?", id);
				db.run("DELETE FROM events WHERE job_id = ?", id);
				db.run("DELETE FROM jobs WHERE id = ?", id);
				tell(row, "deleted");
				return job(row);
			});
		},

		async findReusable(workHash, owner) {
			return job(
				db.get(
					"SELECT * FROM jobs WHERE work_hash = ? AND owner = ? AND state = 'succeeded' ORDER BY number DESC LIMIT 1",
					workHash,
					owner,
				),
			);
		},
		async queuePosition(id) {
			const row = rowOf(id);
			if (row?.state !== "queued" || job(row)?.heldBy !== undefined)
				return undefined;
			const ahead = db.get(
				"SELECT count(*) AS count FROM jobs WHERE state = 'queued' AND (held_by IS NULL OR not_before <= ?) AND (priority > ? OR (priority = ? AND number < ?))",
				now(),
				row.priority,
				row.priority,
				row.number,
			);
			return Number(ahead?.count) + 1;
		},
		async isUsed(sha256) {
			return (
				db.get("SELECT 1 FROM job_blobs WHERE sha256 = ? LIMIT 1", sha256) !==
				undefined
			);
		},
		async typicalSeconds(engine, sizeClass) {
			const column = engine === "auto" ? "asked" : "engine";
			const rows = db.all(
				`SELECT seconds FROM runs WHERE ${column} = ?${sizeClass === undefined ? "" : " AND size_class = ?"} ORDER BY number DESC LIMIT ${RUNS_LOOKED_AT}`,
				engine,
				...(sizeClass === undefined ? [] : [sizeClass]),
			);
			if (rows.length === 0) return undefined;
			const seconds = rows
				.map((row) => Number(row.seconds))
				.sort((a, b) => a - b);
			return seconds[seconds.length >> 1];
		},
		async *usedBlobs() {
			const page = 1000;
			let after = "";
			for (;;) {
				const rows = db.all(
					"SELECT DISTINCT sha256 FROM job_blobs WHERE sha256 > ? ORDER BY sha256 LIMIT ?",
					after,
					page,
				);
				for (const row of rows) yield String(row.sha256);
				if (rows.length < page) return;
				after = String(rows[page - 1].sha256);
			}
		},

		async events(afterSeq, limit, jobId) {
			const rows =
				jobId === undefined
					? db.all(
							"SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?",
							afterSeq,
							limit,
						)
					: db.all(
							"SELECT * FROM events WHERE job_id = ? AND seq > ? ORDER BY seq LIMIT ?",
							jobId,
							afterSeq,
							limit,
						);
			return rows.map(eventOf);
		},
		async lastSeq() {
			const row = db.get(
				"SELECT seq FROM sqlite_sequence WHERE name = 'events'",
			);
			return Number(row?.seq ?? 0);
		},
		onEvents(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},

		async check() {
			const damage = db.damage();
			if (damage.length > 0)
				throw new LunarError("STORE_CORRUPT", damage.join("; "));
		},
		async checkWritable() {
			db.writeLightly(() =>
				db.run(
					"INSERT OR REPLACE INTO facts (name, value) VALUES ('probed', ?)",
					now(),
				),
			);
		},
		async close() {
			db.close();
		},
	};
}

function isFinal(row: Row): boolean {
	return FINAL_STATES.includes(row.state as JobState);
}

function errorOf(code: JobError["code"], message: string): JobError {
	const [kind, hint] = ERRORS[code];
	return { code, kind, message, hint };
}

function cursorOf(text: string): number {
	const number = Number(text);
	if (!Number.isSafeInteger(number) || number < 0)
		throw new LunarError(
			"REQUEST_INVALID",
			`cursor "${text.slice(0, 40)}" was not handed out here`,
		);
	return number;
}
