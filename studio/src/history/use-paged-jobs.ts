import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { getJob, type JobQuery, listJobs } from "../api/jobs.ts";
import { feedState, onFeedState, onJobEvent } from "../api/live-feed.ts";
import { asProblem, type Problem } from "../api/problem.ts";
import type { JobView } from "../api/types.ts";
import { withEvent } from "../state/use-job.ts";
import { withNewest } from "./with-newest.ts";

const PAGE = 100;
/** Whoever scrolls far wants much. The server's limit. */
const NEXT_PAGE = 200;
const SETTLE_MS = 400;

interface Pages {
	readonly key: string;
	readonly jobs: readonly JobView[];
	readonly cursor?: string | undefined;
	readonly total: number;
	readonly problem?: Problem;
	readonly isLoading: boolean;
}

/** Jobs that match, page after page as they are wanted, kept up to date by the events. */
export function usePagedJobs(query: JobQuery): {
	readonly jobs: readonly JobView[];
	readonly total: number;
	readonly problem: Problem | undefined;
	readonly isLoading: boolean;
	readonly loadMore: () => void;
	/** Takes one out of sight at once; it comes back with `unhide`. */
	readonly hide: (id: string) => void;
	readonly unhide: (id: string) => void;
	readonly reload: () => void;
	/** A job that this page has changed itself. */
	readonly put: (job: JobView) => void;
} {
	const key = JSON.stringify(query);
	const [pages, setPages] = useState<Pages>({
		key,
		jobs: [],
		total: 0,
		isLoading: true,
	});
	const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
	const latest = useRef(pages);
	latest.current = pages;

	/** Loads the first page again, with or without those behind it, or the next one. */
	const load = useCallback(
		async (
			cursor: string | undefined,
			signal?: AbortSignal,
			keepsOlder = false,
		) => {
			try {
				const page = await listJobs(
					{
						...(JSON.parse(key) as JobQuery),
						limit: cursor ? NEXT_PAGE : PAGE,
						...(cursor ? { cursor } : {}),
					},
					signal,
				);
				setPages((old) => {
					if (old.key !== key || (!cursor && !keepsOlder))
						return {
							key,
							jobs: page.jobs,
							cursor: page.cursor,
							total: page.total,
							isLoading: false,
						};
					if (!cursor) {
						const jobs = withNewest(old.jobs, page.jobs);
						return {
							...old,
							jobs,
							cursor: jobs === page.jobs ? page.cursor : old.cursor,
							total: page.total,
						};
					}
					const known = new Set(old.jobs.map(({ id }) => id));
					return {
						key,
						jobs: [
							...old.jobs,
							...page.jobs.filter(({ id }) => !known.has(id)),
						],
						cursor: page.cursor,
						total: page.total,
						isLoading: false,
					};
				});
			} catch (error) {
				if (!signal?.aborted)
					setPages((old) => ({
						...old,
						problem: asProblem(error),
						isLoading: false,
					}));
			}
		},
		[key],
	);

	useEffect(() => {
		const controller = new AbortController();
		let timer: ReturnType<typeof setTimeout> | undefined;
		setPages((old) => ({ ...old, isLoading: true }));
		void load(undefined, controller.signal);
		const renew = async (id: string): Promise<void> => {
			const job = await getJob(id, controller.signal).catch(() => undefined);
			setPages((old) => ({
				...old,
				jobs: old.jobs.flatMap((one) =>
					one.id === id ? (job ? [job] : []) : [one],
				),
				total: old.total - (job ? 0 : 1),
			}));
		};
		const soon = (): void => {
			clearTimeout(timer);
			timer = setTimeout(
				() => load(undefined, controller.signal, true),
				SETTLE_MS,
			);
		};
		const stopEvents = onJobEvent((event) => {
			if (event.type === "progress" || event.type === "step")
				setPages((old) => ({
					...old,
					jobs: old.jobs.map((job) =>
						job.id === event.jobId ? withEvent(job, event) : job,
					),
				}));
			else if (event.type === "notice") return;
			else {
				// One far down the list is not in the first page.
				const isFarDown = latest.current.jobs
					.slice(PAGE)
					.some(({ id }) => id === event.jobId);
				if (isFarDown) void renew(event.jobId);
				else soon();
			}
		});
		const stopState = onFeedState(() => {
			if (feedState() === "live") soon();
		});
		return () => {
			controller.abort();
			clearTimeout(timer);
			stopEvents();
			stopState();
		};
	}, [load]);

	const loadMore = useCallback(() => {
		const { cursor, isLoading } = latest.current;
		if (!cursor || isLoading) return;
		setPages((old) => ({ ...old, isLoading: true }));
		void load(cursor);
	}, [load]);

	const jobs = useMemo(
		() => pages.jobs.filter(({ id }) => !hidden.has(id)),
		[pages.jobs, hidden],
	);
	return {
		jobs,
		total: Math.max(0, pages.total - (pages.jobs.length - jobs.length)),
		problem: pages.problem,
		isLoading: pages.isLoading,
		loadMore,
		hide: (id) => setHidden((old) => new Set(old).add(id)),
		unhide: (id) =>
			setHidden((old) => {
				const next = new Set(old);
				next.delete(id);
				return next;
			}),
		reload: () => void load(undefined, undefined, true),
		put(job) {
			setPages((old) => ({
				...old,
				jobs: old.jobs.map((one) => (one.id === job.id ? job : one)),
			}));
			void load(undefined, undefined, true);
		},
	};
}
