import { LunarError } from "../../../core/errors.ts";
import type { CancelOutcome } from "../../../service/service.ts";
import type { JobsArguments } from "./jobs.ts";

const OUTCOMES: Readonly<Record<CancelOutcome, string>> = {
	pending: "asked for, not confirmed",
	cancelled: "cancelled",
	stopping: "is being stopped",
	"too-late": "had ended before",
};

/** Whoever types the command has confirmed it. */
export function cancelJobs(given: JobsArguments): Promise<number> {
	return each(given, async (id) => {
		const { outcome, job } = await given.door.cancel(id);
		return [OUTCOMES[outcome], { outcome, job }];
	});
}

export function retryJobs(given: JobsArguments): Promise<number> {
	return each(given, async (id) => {
		const job = await given.door.retry(id);
		return [job.id === id ? "queued again" : `queued as ${job.id}`, { job }];
	});
}

export function deleteJobs(given: JobsArguments): Promise<number> {
	return each(given, async (id) => {
		await given.door.remove(id);
		return ["deleted", {}];
	});
}

/** One after the other; what fails is told and the rest goes on. The last failure gives the exit code. */
async function each(
	{ ids, json, terminal }: JobsArguments,
	work: (id: string) => Promise<[said: string, details: object]>,
): Promise<number> {
	let failure: unknown;
	for (const id of ids) {
		try {
			const [said, details] = await work(id);
			terminal.out(
				json ? `${JSON.stringify({ id, ...details })}\n` : `${id}  ${said}\n`,
			);
		} catch (error) {
			if (!(error instanceof LunarError) || ids.length === 1) throw error;
			failure = error;
			terminal.err(`${id}  ${error.message}\n`);
		}
	}
	if (failure !== undefined) throw failure;
	return 0;
}
