import type { ReactElement } from "react";
import { ResultView } from "../look/result-view.tsx";
import { hrefOf } from "../router.ts";
import { useJob } from "../state/use-job.ts";
import { strings } from "../strings.ts";
import { Empty } from "../ui/empty.tsx";
import { ProblemNote } from "../ui/problem-note.tsx";
import { JobHead } from "./job-head.tsx";
import { ProgressView } from "./progress-view.tsx";
import { StoppedView } from "./stopped-view.tsx";

/** One job, whatever state it is in. */
export function JobPage({ id }: { readonly id: string }): ReactElement {
	const { job, problem, put } = useJob(id);
	if (problem?.status === 404)
		return (
			<Empty
				icon="search"
				title={strings.watch.unknown}
				text={strings.watch.unknownText}
			>
				<a className="button" href={hrefOf({ page: "history" })}>
					{strings.nav.history}
				</a>
			</Empty>
		);
	if (!job)
		return problem ? (
			<ProblemNote problem={problem} />
		) : (
			<div className="skeleton" style={{ height: 420 }} aria-busy />
		);
	return (
		<>
			<JobHead job={job} onChange={put} />
			{job.state === "succeeded" && <ResultView job={job} />}
			{(job.state === "queued" || job.state === "running") && (
				<ProgressView job={job} onChange={put} />
			)}
			{(job.state === "failed" || job.state === "cancelled") && (
				<StoppedView job={job} />
			)}
		</>
	);
}
