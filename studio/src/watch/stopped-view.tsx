import { type ReactElement, useState } from "react";
import { retryJob } from "../api/jobs.ts";
import { asProblem } from "../api/problem.ts";
import type { JobView } from "../api/types.ts";
import { goTo, hrefOf } from "../router.ts";
import { stepText, strings } from "../strings.ts";
import { Icon } from "../ui/icon.tsx";
import { say } from "../ui/toasts.tsx";
import { InputStrip } from "./input-strip.tsx";
import { NoticeList } from "./notice-list.tsx";

/** A job that came to nothing: why, and what to do about it. */
export function StoppedView({ job }: { readonly job: JobView }): ReactElement {
	const [isBusy, setBusy] = useState(false);
	const { error } = job;
	const isFailed = job.state === "failed";
	const retry = async (): Promise<void> => {
		setBusy(true);
		try {
			const again = await retryJob(job.id);
			goTo({ page: "job", id: again.id });
		} catch (thrown) {
			say(asProblem(thrown).message);
		}
		setBusy(false);
	};
	return (
		<div className="stack">
			<section
				className={isFailed ? "card stopped bad" : "card stopped"}
				role={isFailed ? "alert" : undefined}
			>
				<Icon name={isFailed ? "warning" : "info"} size={28} />
				<div className="stack tight">
					<h2>
						{isFailed
							? strings.watch.failedTitle
							: strings.watch.cancelledTitle}
					</h2>
					{error && (
						<>
							<p>{error.message}</p>
							<p className="remedy">{error.hint}</p>
							<p className="muted small">
								<code>{error.code}</code>
								{error.step && ` ${strings.watch.atStep(stepText(error.step))}`}
							</p>
						</>
					)}
					{!isFailed && <p>{strings.watch.cancelledText}</p>}
					<div className="row">
						<a
							className="button primary"
							href={hrefOf({ page: "make", from: job.id })}
						>
							{strings.watch.retryChanged}
						</a>
						<button
							type="button"
							className="button"
							disabled={isBusy}
							onClick={retry}
						>
							{strings.watch.retry}
						</button>
					</div>
				</div>
			</section>
			<NoticeList notices={job.notices} />
			{job.pastErrors.length > 0 && (
				<details>
					<summary>
						{strings.watch.earlier} ({job.pastErrors.length})
					</summary>
					<ul className="stack tight folded small">
						{job.pastErrors.map((past) => (
							<li key={past.attempt}>
								{past.attempt}. <code>{past.code}</code> {past.message}
							</li>
						))}
					</ul>
				</details>
			)}
			<InputStrip job={job} />
		</div>
	);
}
