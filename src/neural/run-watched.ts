import type { RunContext } from "../core/run-context.ts";
import type { NeuralSession, NeuralTensor, NeuralTensors } from "./runtime.ts";

const TICK_MS = 200;

/**
 * Runs a network that tells nothing of its progress, and can be cancelled all the same: the process that computes is
 * ended. Progress is told by the clock, ever slower, and never reaches the end before the network does.
 *
 * `expectedMs`: about how long it takes; two thirds are told by then.
 */
export async function runWatched(
	session: NeuralSession,
	feeds: NeuralTensors,
	expectedMs: number,
	ctx: RunContext,
): Promise<Record<string, NeuralTensor>> {
	ctx.checkpoint(0.01);
	const stop = new AbortController();
	const startedMs = performance.now();
	let cancelled: unknown;
	const timer = setInterval(() => {
		try {
			ctx.checkpoint(
				1 - Math.exp((-1.1 * (performance.now() - startedMs)) / expectedMs),
			);
		} catch (error) {
			cancelled = error;
			stop.abort();
		}
	}, TICK_MS);
	try {
		return await session.run(feeds, {
			signal: AbortSignal.any([ctx.signal, stop.signal]),
		});
	} catch (error) {
		throw cancelled ?? error;
	} finally {
		clearInterval(timer);
	}
}
