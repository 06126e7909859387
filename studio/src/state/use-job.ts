import { useEffect, useState } from "react";
import { getJob } from "../api/jobs.ts";
import { feedState, onFeedState, onJobEvent } from "../api/live-feed.ts";
import { asProblem, type Problem } from "../api/problem.ts";
import type { JobView, LiveEvent } from "../api/types.ts";

/** One job, kept up to date: progress from the events, everything else fetched again when it changed. */
export function useJob(id: string): {
	readonly job: JobView | undefined;
	readonly problem: Problem | undefined;
	readonly put: (job: JobView) => void;
} {
	const [state, setState] = useState<{
		id: string;
		job?: JobView;
		problem?: Problem;
	}>({ id });

	useEffect(() => {
		const controller = new AbortController();
		let fetching = false;
		let again = false;
		const refresh = async (): Promise<void> => {
			if (fetching) {
				again = true;
				return;
			}
			fetching = true;
			do {
				again = false;
				try {
					const job = await getJob(id, controller.signal);
					setState({ id, job });
				} catch (error) {
					if (controller.signal.aborted) return;
					const problem = asProblem(error);
					setState((old) =>
						old.id === id && old.job && problem.status === 0
							? { ...old, problem }
							: { id, problem },
					);
				}
			} while (again);
			fetching = false;
		};
		void refresh();
		const stopEvents = onJobEvent((event) => {
			if (event.jobId !== id) return;
			if (event.type === "progress" || event.type === "step")
				setState((old) =>
					old.id === id && old.job
						? { id, job: withEvent(old.job, event) }
						: old,
				);
			else void refresh();
		});
		const stopState = onFeedState(() => {
			if (feedState() === "live") void refresh();
		});
		return () => {
			controller.abort();
			stopEvents();
			stopState();
		};
	}, [id]);

	const current = state.id === id ? state : { id };
	return {
		job: "job" in current ? current.job : undefined,
		problem: "problem" in current ? current.problem : undefined,
		put: (job) => setState({ id, job }),
	};
}

/** The job as the event leaves it. */
export function withEvent(job: JobView, event: LiveEvent): JobView {
	return {
		...job,
		state: event.state,
		progress: event.progress,
		...(event.outlook ? { outlook: event.outlook } : {}),
	};
}
