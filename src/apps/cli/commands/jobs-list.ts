import { LunarError } from "../../../core/errors.ts";
import { JOB_STATES, type JobState } from "../../../service/job.ts";
import type { FlagValues } from "../flags.ts";
import type { JobQuery, ShownJob } from "../jobs-door.ts";
import { describeDuration } from "../progress-line.ts";
import type { JobsArguments } from "./jobs.ts";

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 200;

/** Newest first, one line each. */
export async function listJobs(given: JobsArguments): Promise<number> {
	const { door, values, json, terminal } = given;
	const { jobs, total } = await door.list(queryFrom(values));
	if (json) {
		terminal.out(`${JSON.stringify({ jobs, total }, null, 2)}\n`);
		return 0;
	}
	const now = Date.now();
	for (const job of jobs)
		terminal.out(
			`${job.id}  ${describeState(job).padEnd(16)}  ${ago(now - job.createdAt).padStart(10)}  ${shown(titleOf(job))}\n`,
		);
	if (total > jobs.length)
		terminal.out(`… and ${total - jobs.length} more; --limit N shows them\n`);
	if (total === 0) terminal.out("no jobs\n");
	return 0;
}

/** "running 42 %", "queued, 3rd", "succeeded pass". */
export function describeState(job: ShownJob): string {
	const { state, progress, outlook, heldBy } = job;
	if (state === "running")
		return job.cancelling
			? "stopping"
			: `running ${Math.floor(progress.fraction * 100)} %`;
	if (state === "queued") {
		if (heldBy) return `waits: ${heldBy}`;
		return outlook.queuePosition === undefined
			? state
			: `queued, no. ${outlook.queuePosition}`;
	}
	const verdicts = job.result?.outcomes.map(({ verdict }) => verdict) ?? [];
	return [state, ...new Set(verdicts)].join(" ");
}

export function titleOf({ request }: ShownJob): string {
	return request.title ?? request.inputs.map(({ label }) => label).join(", ");
}

/** Names come from others and may hold terminal commands. */
export function shown(text: string): string {
	const clean = text.replace(/\p{Cc}/gu, "\u{fffd}");
	return clean.length > 60 ? `${clean.slice(0, 59)}…` : clean;
}

/** "5 min ago". */
export function ago(ms: number): string {
	const minutes = ms / 60_000;
	if (minutes < 1) return "now";
	if (minutes < 60) return `${Math.floor(minutes)} min ago`;
	if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
	return `${Math.floor(minutes / 1440)} d ago`;
}

/** "4.2 s" between two times. */
export function span(from: number | undefined, to: number | undefined): string {
	return from === undefined || to === undefined
		? "-"
		: describeDuration(to - from);
}

function queryFrom(values: FlagValues): JobQuery {
	const { state, engine, tag, search, favourite } = values;
	const limit = Number(values.limit ?? DEFAULT_LIMIT);
	if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
		throw new LunarError(
			"OPTION_INVALID",
			`--limit ${limit}: it must be 1 to ${MAX_LIMIT}`,
		);
	if (state !== undefined && !JOB_STATES.includes(state as JobState))
		throw new LunarError(
			"OPTION_INVALID",
			`--state ${state}: the states are ${JOB_STATES.join(", ")}`,
		);
	return {
		limit,
		...(state === undefined ? {} : { state: state as JobState }),
		...(engine === undefined ? {} : { engine: String(engine) }),
		...(tag === undefined ? {} : { tag: String(tag) }),
		...(search === undefined ? {} : { search: String(search) }),
		...(favourite === true ? { favourite: true } : {}),
	};
}
