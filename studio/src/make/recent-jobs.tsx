import type { ReactElement } from "react";
import { listJobs } from "../api/jobs.ts";
import { hrefOf } from "../router.ts";
import { useJobList } from "../state/use-job-list.ts";
import { strings } from "../strings.ts";
import { JobThumb } from "../ui/job-thumb.tsx";
import { StateChip } from "../ui/state-chip.tsx";
import { titleOfJob } from "../ui/title-of-job.ts";

const SHOWN = 8;

/** What was made last, and what is at work. */
export function RecentJobs(): ReactElement | null {
	const { jobs } = useJobList("recent", (signal) =>
		listJobs({ limit: SHOWN }, signal),
	);
	if (jobs.length === 0) return null;
	return (
		<section className="recent">
			<div className="card-head">
				<h2>{strings.make.recent}</h2>
				<a href={hrefOf({ page: "history" })}>{strings.make.all}</a>
			</div>
			<ul className="recent-list">
				{jobs.map((job) => (
					<li key={job.id}>
						<a
							className="recent-card"
							href={hrefOf({ page: "job", id: job.id })}
						>
							<JobThumb job={job} size={180} />
							<span className="recent-title">{titleOfJob(job)}</span>
							<StateChip job={job} />
						</a>
					</li>
				))}
			</ul>
		</section>
	);
}
