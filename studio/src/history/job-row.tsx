import type { ReactElement } from "react";
import { annotateJob, deleteJob } from "../api/jobs.ts";
import { asProblem } from "../api/problem.ts";
import type { JobView } from "../api/types.ts";
import { hrefOf } from "../router.ts";
import { strings } from "../strings.ts";
import { formatAge, formatSeconds } from "../ui/format.ts";
import { Icon } from "../ui/icon.tsx";
import { JobThumb } from "../ui/job-thumb.tsx";
import { StateChip } from "../ui/state-chip.tsx";
import { titleOfJob } from "../ui/title-of-job.ts";
import { doUnlessUndone, say } from "../ui/toasts.tsx";

/** One entry of the history. */
export function JobRow({
	job,
	isPicked,
	onPick,
	onTag,
	onHide,
	onUnhide,
	onChanged,
}: {
	readonly job: JobView;
	readonly isPicked: boolean;
	readonly onPick: () => void;
	readonly onTag: (tag: string) => void;
	readonly onHide: () => void;
	readonly onUnhide: () => void;
	readonly onChanged: (job: JobView) => void;
}): ReactElement {
	const title = titleOfJob(job);
	const remove = (): void => {
		onHide();
		doUnlessUndone(
			strings.history.deleted(title),
			() =>
				deleteJob(job.id).catch((error) => {
					onUnhide();
					say(asProblem(error).message);
				}),
			onUnhide,
		);
	};
	return (
		<div className="job-row">
			<input
				type="checkbox"
				aria-label={strings.history.pick(title)}
				checked={isPicked}
				disabled={job.state !== "succeeded"}
				onChange={onPick}
			/>
			<JobThumb job={job} size={56} />
			<div className="job-row-text">
				<a className="job-row-title" href={hrefOf({ page: "job", id: job.id })}>
					{title}
				</a>
				<span className="row muted small">
					<span>{enginesOf(job).join(" + ")}</span>
					<span>{formatAge(job.createdAt, Date.now())}</span>
					{job.startedAt !== undefined && job.finishedAt !== undefined && (
						<span className="num">
							{formatSeconds((job.finishedAt - job.startedAt) / 1000)}
						</span>
					)}
					{job.request.tags.map((tag) => (
						<button
							key={tag}
							type="button"
							className="chip tag"
							onClick={() => onTag(tag)}
						>
							{tag}
						</button>
					))}
				</span>
			</div>
			<StateChip job={job} />
			<div className="job-row-actions">
				<button
					type="button"
					className="button quiet icon-only"
					aria-pressed={job.favourite}
					aria-label={strings.history.favourite(title)}
					onClick={() =>
						annotateJob(job.id, { favourite: !job.favourite })
							.then(onChanged)
							.catch((error) => say(asProblem(error).message))
					}
				>
					<Icon name="star" filled={job.favourite} />
				</button>
				<a
					className="button quiet icon-only"
					aria-label={strings.history.retry(title)}
					href={hrefOf({ page: "make", from: job.id })}
				>
					<Icon name="retry" />
				</a>
				<button
					type="button"
					className="button quiet icon-only"
					aria-label={strings.history.delete(title)}
					onClick={remove}
				>
					<Icon name="trash" />
				</button>
			</div>
		</div>
	);
}

/** Those that worked, once they are known. */
function enginesOf({ result, request }: JobView): readonly string[] {
	return result?.outcomes.map(({ engine }) => engine) ?? request.engines;
}
