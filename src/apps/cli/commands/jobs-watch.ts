import { watchJob } from "../watch-job.ts";
import type { JobsArguments } from "./jobs.ts";

/** Stays until the job has ended. */
export async function watchJobs(given: JobsArguments): Promise<number> {
	const { door, ids, json, terminal } = given;
	const job = await watchJob(door, ids[0], terminal, json);
	if (json) terminal.out(`${JSON.stringify({ type: "result", job })}\n`);
	else
		for (const { engine, summary } of job.result?.outcomes ?? [])
			terminal.out(`\n${engine}: ${summary}\n`);
	return 0;
}
