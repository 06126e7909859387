import type { JobEvent } from "./job.ts";
import type { JobStore } from "./ports/job-store.ts";

const PAGE = 500;

/** Events after `afterSeq`, then new ones as they come, until the signal. A slow reader holds nothing in memory. */
export async function* watchEvents(
	store: Pick<JobStore, "events" | "lastSeq" | "onEvents">,
	from: { readonly afterSeq: number; readonly jobId?: string },
	signal: AbortSignal,
): AsyncIterable<JobEvent> {
	let news = Promise.withResolvers<void>();
	const stop = store.onEvents((events) => {
		if (
			from.jobId === undefined ||
			events.some(({ jobId }) => jobId === from.jobId)
		)
			news.resolve();
	});
	const end = (): void => news.resolve();
	signal.addEventListener("abort", end);
	try {
		// A number from before a power cut may be one that was never kept.
		let seq = Math.min(from.afterSeq, await store.lastSeq());
		while (!signal.aborted) {
			news = Promise.withResolvers<void>();
			const events = await store.events(seq, PAGE, from.jobId);
			for (const event of events) {
				if (signal.aborted) return;
				seq = event.seq;
				yield event;
			}
			if (events.length < PAGE && !signal.aborted) await news.promise;
		}
	} finally {
		signal.removeEventListener("abort", end);
		stop();
	}
}
