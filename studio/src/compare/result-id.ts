import type { JobView } from "../api/types.ts";
import { titleOfJob } from "../ui/title-of-job.ts";

/** A job with two engines has two results: 'job_…' or 'job_….visual-hull'. */
export function parseResultId(id: string): {
	readonly jobId: string;
	readonly engine?: string;
} {
	const dot = id.indexOf(".");
	return dot === -1
		? { jobId: id }
		: { jobId: id.slice(0, dot), engine: id.slice(dot + 1) };
}

/** The id with its engine where the job has several. */
export function wholeResultId(
	id: string | undefined,
	jobs: readonly JobView[],
): string | undefined {
	if (!id || parseResultId(id).engine) return id;
	const outcomes = jobs.find((job) => job.id === id)?.result?.outcomes ?? [];
	return outcomes.length > 1 ? `${id}.${outcomes[0].engine}` : id;
}

export interface ResultName {
	readonly id: string;
	readonly text: string;
}

/** All results of these jobs, newest first. */
export function resultsOf(jobs: readonly JobView[]): readonly ResultName[] {
	return jobs.flatMap((job) => {
		const outcomes = job.result?.outcomes ?? [];
		return outcomes.map(({ engine }) => ({
			id: outcomes.length > 1 ? `${job.id}.${engine}` : job.id,
			text: `${titleOfJob(job)} (${engine}, ${job.request.options.quality ?? "balanced"})`,
		}));
	});
}
