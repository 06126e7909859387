import { LunarError } from "../../core/errors.ts";
import { FINAL_STATES } from "../../service/job.ts";
import type { Terminal } from "./command.ts";
import type { JobsDoor, ShownJob, WatchedEvent } from "./jobs-door.ts";
import { createProgressLine } from "./progress-line.ts";

/**
 * Shows a job until it ends; answers with it as it then stands. Ctrl-C ends the watching, not the job. Throws the job's
 * own error when it failed, CANCELLED when it was cancelled.
 */
export async function watchJob(
	door: JobsDoor,
	id: string,
	terminal: Terminal,
	json: boolean,
): Promise<ShownJob> {
	const watching = new AbortController();
	const stop = (): void => watching.abort();
	process.on("SIGINT", stop);
	process.on("SIGTERM", stop);
	const show = json ? jsonLines(terminal) : lines(terminal);
	try {
		await follow(door, id, watching.signal, show.onEvent);
	} finally {
		show.clear();
		process.off("SIGINT", stop);
		process.off("SIGTERM", stop);
	}
	if (watching.signal.aborted)
		throw new LunarError(
			"CANCELLED",
			`no longer watching; the job goes on (lunar jobs watch ${id}, lunar jobs cancel ${id})`,
		);
	return outcomeOf(await door.get(id));
}

async function follow(
	door: JobsDoor,
	id: string,
	signal: AbortSignal,
	onEvent: (event: WatchedEvent) => void,
): Promise<void> {
	let ended = false;
	for await (const event of door.events(id, signal)) {
		onEvent(event);
		// A job that was retried goes on after an end: the past has several.
		ended =
			event.type === "deleted" ||
			(FINAL_STATES.includes(event.state) && event.type === "state");
		if (ended && door.client) {
			const { state } = await door
				.get(id)
				.catch(() => ({ state: event.state }));
			if (FINAL_STATES.includes(state)) return;
		}
	}
}

/** The job, if it went well. */
function outcomeOf(job: ShownJob): ShownJob {
	if (job.state === "succeeded") return job;
	if (job.state === "cancelled")
		throw new LunarError("CANCELLED", `${job.id} was cancelled`);
	if (job.state === "failed" && job.error) {
		const error = new LunarError(job.error.code, job.error.message);
		if (job.error.step !== undefined) error.step = job.error.step;
		throw error;
	}
	throw new LunarError(
		"SERVER_UNREACHABLE",
		`${job.id} is ${job.state}, and no server is there to work on it`,
	);
}

interface EventLines {
	onEvent(event: WatchedEvent): void;
	clear(): void;
}

function jsonLines(terminal: Terminal): EventLines {
	return {
		onEvent: (event) =>
			terminal.out(`${JSON.stringify({ kind: "event", ...event })}\n`),
		clear() {},
	};
}

/** The lines of lunar generate, from events of a server. */
function lines(terminal: Terminal): EventLines {
	let secondsLeft: number | undefined;
	const progress = createProgressLine(
		terminal,
		() => performance.now(),
		() => secondsLeft,
	);
	let step: { readonly name: string; readonly at: number } | undefined;
	return {
		clear: progress.clear,
		onEvent(event) {
			const { fraction } = event.progress;
			secondsLeft = event.outlook?.secondsLeft;
			const name = event.progress.step.split("/")[0];
			switch (event.type) {
				case "state":
					step = undefined;
					progress.clear();
					terminal.err(`${event.state}${detailOf(event)}\n`);
					break;
				case "step":
				case "progress":
					if (step !== undefined && step.name !== name)
						progress.onEvent({
							type: "step-done",
							step: step.name,
							fraction,
							durationMs: event.at - step.at,
						});
					if (name !== "" && step?.name !== name) step = { name, at: event.at };
					progress.onEvent({
						type: "progress",
						step: event.progress.step,
						fraction,
					});
					break;
				case "notice":
					if (event.notice)
						progress.onEvent({ type: "notice", notice: event.notice });
					break;
				case "preview":
					progress.clear();
					terminal.err(`  preview: ${event.file?.name ?? ""}\n`);
					break;
				case "deleted":
					progress.clear();
					terminal.err("deleted\n");
			}
		},
	};
}

/** Why a job is in the queue (again), and how long its turn takes. */
function detailOf({ state, error, outlook }: WatchedEvent): string {
	if (state !== "queued") return "";
	if (error) return ` again after: ${error.message}`;
	const position = outlook?.queuePosition;
	return position === undefined || position === 1 ? "" : `, no. ${position}`;
}
