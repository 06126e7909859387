import type { Job, JobEvent, JobFile, JobRequest } from "../../service/job.ts";
import type { JobFilter } from "../../service/ports/job-store.ts";
import type { Row, Value } from "./database.ts";

/** The job that a row of `jobs` holds. */
export function jobOf(row: Row, now: number): Job {
	const notBefore = numberOf(row.not_before);
	// A time that has come holds nothing back, even before the next claim notes it.
	const isHeld =
		row.held_by === "dependency" ||
		(row.held_by !== null && (notBefore ?? 0) > now);
	return {
		id: String(row.id),
		state: row.state as Job["state"],
		request: JSON.parse(String(row.request)),
		workHash: String(row.work_hash),
		owner: String(row.owner),
		createdAt: Number(row.created_at),
		updatedAt: Number(row.updated_at),
		...optional("startedAt", numberOf(row.started_at)),
		...optional("finishedAt", numberOf(row.finished_at)),
		attempts: Number(row.attempts),
		...optional("heldBy", isHeld ? (row.held_by as Job["heldBy"]) : undefined),
		...optional("notBefore", isHeld ? notBefore : undefined),
		...optional("cancelAskedAt", askedAt(numberOf(row.cancel_asked_at), now)),
		cancelling: row.cancelling === 1,
		progress: JSON.parse(String(row.progress)),
		notices: JSON.parse(String(row.notices)),
		files: JSON.parse(String(row.files)),
		...optional("result", jsonOf<Job["result"]>(row.result)),
		...optional("error", jsonOf<Job["error"]>(row.error)),
		pastErrors: JSON.parse(String(row.past_errors)),
		favourite: row.favourite === 1,
	};
}

const CANCEL_ASKED_MS = 3_600_000;

/** The first step of a cancel is forgotten after an hour, also when the clock was set back. */
function askedAt(at: number | undefined, now: number): number | undefined {
	return at !== undefined && Math.abs(now - at) < CANCEL_ASKED_MS
		? at
		: undefined;
}

export function eventOf(row: Row): JobEvent {
	return {
		seq: Number(row.seq),
		at: Number(row.at),
		jobId: String(row.job_id),
		type: row.type as JobEvent["type"],
		state: row.state as JobEvent["state"],
		progress: JSON.parse(String(row.progress)),
		...JSON.parse(String(row.more)),
	};
}

/** What a search looks through. */
export function wordsOf(id: string, request: JobRequest): string {
	return [id, request.title ?? "", ...request.tags, ...inputLabels(request)]
		.join("\n")
		.toLowerCase();
}

function inputLabels({ inputs, cameraFile }: JobRequest): string[] {
	return [...inputs, ...(cameraFile ? [cameraFile] : [])].map(
		({ label }) => label,
	);
}

/** A list in a text column, such that one `instr` finds an entry. */
export function lines(entries: readonly string[]): string {
	return `\n${entries.map((entry) => entry.replaceAll("\n", " ")).join("\n")}\n`;
}

/** WHERE clause of a filter, and its values. `looksAtAll`: no index leads to what it lets through. */
export function whereOf(filter: JobFilter): {
	readonly where: string;
	readonly values: Value[];
	readonly looksAtAll: boolean;
} {
	const terms: string[] = [];
	const values: Value[] = [];
	const add = (term: string, ...bound: Value[]): void => {
		terms.push(term);
		values.push(...bound);
	};
	if (filter.states)
		add(
			`state IN (${filter.states.map(() => "?").join(", ")})`,
			...filter.states,
		);
	if (filter.owner !== undefined) add("owner = ?", filter.owner);
	if (filter.engine !== undefined)
		add("instr(engines, ?) > 0", lines([filter.engine]));
	if (filter.tag !== undefined) add("instr(tags, ?) > 0", lines([filter.tag]));
	if (filter.favourite !== undefined)
		add("favourite = ?", filter.favourite ? 1 : 0);
	for (const word of (filter.search ?? "").toLowerCase().split(/\s+/))
		if (word !== "") add("instr(words, ?) > 0", word);
	if (filter.createdAfter !== undefined)
		add("created_at > ?", filter.createdAfter);
	if (filter.createdBefore !== undefined)
		add("created_at < ?", filter.createdBefore);
	const { states: _s, owner: _o, ...others } = filter;
	return {
		where: terms.length === 0 ? "1" : terms.join(" AND "),
		values,
		looksAtAll: Object.values(others).some((value) => value !== undefined),
	};
}

/** Files by name: a later one takes the place of an earlier. */
export function withFile(
	files: readonly JobFile[],
	file: JobFile,
): readonly JobFile[] {
	return [...files.filter(({ name }) => name !== file.name), file];
}

export function jsonOf<T>(text: string | number | null): T | undefined {
	return text === null ? undefined : JSON.parse(String(text));
}

function numberOf(value: string | number | null): number | undefined {
	return value === null ? undefined : Number(value);
}

function optional<K extends string, V>(
	key: K,
	value: V | undefined,
): { [P in K]?: V } {
	return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
