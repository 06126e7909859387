import { useEffect, useState } from "react";
import { feedState, onFeedState, onJobEvent } from "../api/live-feed.ts";
import type { JobList, JobView } from "../api/types.ts";
import { withEvent } from "./use-job.ts";
import { type Resource, useResource } from "./use-resource.ts";

const SETTLE_MS = 300;

/** A list of jobs that follows the events: progress at once, everything else by loading the list again. */
export function useJobList(
	key: string,
	load: (signal: AbortSignal) => Promise<JobList>,
): Resource<JobList> & { readonly jobs: readonly JobView[] } {
	const resource = useResource(key, load);
	const [live, setLive] = useState<ReadonlyMap<string, JobView>>(new Map());
	const { data, reload } = resource;
	useEffect(() => {
		setLive(new Map());
		let timer: ReturnType<typeof setTimeout> | undefined;
		const soon = (): void => {
			clearTimeout(timer);
			timer = setTimeout(reload, SETTLE_MS);
		};
		const stopEvents = onJobEvent((event) => {
			if (event.type === "progress" || event.type === "step")
				setLive((old) => {
					const job =
						old.get(event.jobId) ??
						data?.jobs.find(({ id }) => id === event.jobId);
					return job ? new Map(old).set(job.id, withEvent(job, event)) : old;
				});
			else soon();
		});
		const stopState = onFeedState(() => {
			if (feedState() === "live") soon();
		});
		return () => {
			clearTimeout(timer);
			stopEvents();
			stopState();
		};
	}, [data, reload]);
	return {
		...resource,
		jobs: (data?.jobs ?? []).map((job) => live.get(job.id) ?? job),
	};
}
