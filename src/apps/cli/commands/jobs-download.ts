import { LunarError } from "../../../core/errors.ts";
import { checkPlan, downloadResult } from "../download-result.ts";
import { planOutput } from "../output-plan.ts";
import type { JobsArguments } from "./jobs.ts";
import { titleOf } from "./jobs-list.ts";

/** The files of a job, checked, onto this machine. */
export async function downloadJob(given: JobsArguments): Promise<number> {
	const { door, ids, values, json, terminal } = given;
	if (door.client === undefined)
		throw new LunarError(
			"SERVER_UNREACHABLE",
			"files are fetched from a running server",
		);
	const job = await door.get(ids[0]);
	const plan = checkPlan(
		planOutput(
			values.output === undefined ? undefined : String(values.output),
			undefined,
			titleOf(job),
		),
	);
	const files = await downloadResult(door.client, job, plan);
	terminal.out(
		json
			? `${JSON.stringify({ id: job.id, files })}\n`
			: `${files.join("\n")}\n`,
	);
	return 0;
}
