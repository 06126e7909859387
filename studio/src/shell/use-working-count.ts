import { useEffect, useState } from "react";
import { listJobs } from "../api/jobs.ts";
import { feedState, onFeedState, onJobEvent } from "../api/live-feed.ts";

/** How many jobs wait or run. */
export function useWorkingCount(): number {
	const [count, setCount] = useState(0);
	useEffect(() => {
		let timer: ReturnType<typeof setTimeout> | undefined;
		const refresh = async (): Promise<void> => {
			timer = undefined;
			try {
				const { counts } = await listJobs({ limit: 1 });
				setCount((counts?.queued ?? 0) + (counts?.running ?? 0));
			} catch {
				// The banner says that the server is away.
			}
		};
		const soon = (): void => {
			timer ??= setTimeout(refresh, 300);
		};
		soon();
		const stopEvents = onJobEvent((event) => {
			if (event.type === "state" || event.type === "deleted") soon();
		});
		const stopState = onFeedState(() => {
			if (feedState() === "live") soon();
		});
		return () => {
			clearTimeout(timer);
			stopEvents();
			stopState();
		};
	}, []);
	return count;
}
