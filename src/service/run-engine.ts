import { asLunarError, LunarError } from "../core/errors.ts";
import { timeLimit } from "./job-error.ts";
import type {
	EngineHost,
	HostReport,
	HostResult,
	HostWork,
} from "./ports/engine-host.ts";

/** After a stop was asked for, a host gets this long to come to a checkpoint. */
const STOP_MS = 1000;
/** Longer ones fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface RunLimits {
	readonly softLimitSeconds: number;
	readonly hardLimitSeconds: number;
}

/**
 * One engine's work on a host, within its limits: the soft one asks it to stop, the hard one ends its process. When the
 * signal comes, the host is asked to stop and ended after a second. Rejects with what went wrong; with CANCELLED after
 * the signal, however the host ended.
 */
export async function runEngine(
	host: EngineHost,
	work: HostWork,
	limits: RunLimits,
	signal: AbortSignal,
	onReport: (report: HostReport) => void,
): Promise<HostResult> {
	const { softLimitSeconds, hardLimitSeconds } = limits;
	const cancelled = new LunarError("CANCELLED", "the job was cancelled");
	if (signal.aborted) throw cancelled;
	let isLate = false;
	const timers: NodeJS.Timeout[] = [];
	const later = (seconds: number, act: () => void): void => {
		timers.push(
			setTimeout(act, Math.min(seconds * 1000, LONGEST_TIMER_MS)).unref(),
		);
	};
	later(softLimitSeconds, () => {
		isLate = true;
		host.cancel();
	});
	later(hardLimitSeconds, () => host.kill(timeLimit(hardLimitSeconds, "hard")));
	const stop = (): void => {
		host.cancel();
		later(STOP_MS / 1000, () => host.kill(cancelled));
	};
	signal.addEventListener("abort", stop, { once: true });
	try {
		return await host.run(work, onReport);
	} catch (thrown) {
		if (signal.aborted) throw cancelled;
		const error = asLunarError(thrown);
		throw error.code === "CANCELLED" && isLate
			? timeLimit(softLimitSeconds, "soft")
			: error;
	} finally {
		signal.removeEventListener("abort", stop);
		for (const timer of timers) clearTimeout(timer);
	}
}
