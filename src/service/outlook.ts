import type { Job, JobOutlook } from "./job.ts";
import type { JobStore } from "./ports/job-store.ts";
import { sizeClassOf } from "./work-hash.ts";

const MOST_KNOWN = 200;

/** Place in the queue, and the time left by what finished jobs took. */
export function createOutlook(
	store: Pick<JobStore, "queuePosition" | "typicalSeconds" | "onEvents">,
	hostCount: number,
	now: () => number = Date.now,
): (job: Job) => Promise<JobOutlook> {
	/** By engine and size class; undefined: there is no history. Good until a job succeeds. */
	const known = new Map<string, number | undefined>();
	store.onEvents((events) => {
		if (events.some(({ state }) => state === "succeeded")) known.clear();
	});

	const typical = async (
		engine: string,
		sizeClass: string,
	): Promise<number | undefined> => {
		const key = `${engine}\n${sizeClass}`;
		if (known.has(key)) return known.get(key);
		const seconds =
			(await store.typicalSeconds(engine, sizeClass)) ??
			(await store.typicalSeconds(engine));
		if (known.size > MOST_KNOWN) known.clear();
		known.set(key, seconds);
		return seconds;
	};

	const whole = async (job: Job): Promise<number | undefined> => {
		let sum = 0;
		for (const engine of job.request.engines) {
			const seconds = await typical(engine, sizeClassOf(job.request));
			if (seconds === undefined) return undefined;
			sum += seconds;
		}
		return sum;
	};

	return async (job) => {
		if (job.state === "running") {
			const left = secondsLeft(job, await whole(job), now());
			return left === undefined ? {} : { secondsLeft: left };
		}
		if (job.state !== "queued") return {};
		const position = await store.queuePosition(job.id);
		if (position === undefined) return {};
		const seconds = await whole(job);
		return {
			queuePosition: position,
			// Those ahead are taken to be like this one.
			...(seconds === undefined
				? {}
				: {
						secondsLeft: tidy(
							seconds * (Math.ceil(position / hostCount) + 1) - seconds / 2,
						),
					}),
		};
	};
}

/** History at first, what the run itself shows towards its end. */
function secondsLeft(
	{ startedAt, progress: { fraction } }: Job,
	typical: number | undefined,
	now: number,
): number | undefined {
	const elapsed = Math.max(0, (now - (startedAt ?? now)) / 1000);
	const byPace =
		fraction > 0.02 ? (elapsed * (1 - fraction)) / fraction : undefined;
	if (typical === undefined) return byPace && tidy(byPace);
	const byHistory = Math.max(0, typical * (1 - fraction));
	return tidy(
		byPace === undefined
			? byHistory
			: byHistory * (1 - fraction) + byPace * fraction,
	);
}

function tidy(seconds: number): number {
	return Math.max(0, Math.round(seconds * 10) / 10);
}
