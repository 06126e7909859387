import { LunarError } from "../../core/errors.ts";

/** Runs it until it is done or Ctrl-C (SIGTERM) aborts its signal: CANCELLED then. */
export async function interruptible<T>(
	work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
	const controller = new AbortController();
	const interrupt = (): void =>
		controller.abort(new LunarError("CANCELLED", "the command was stopped"));
	process.once("SIGINT", interrupt);
	process.once("SIGTERM", interrupt);
	try {
		return await work(controller.signal);
	} finally {
		process.off("SIGINT", interrupt);
		process.off("SIGTERM", interrupt);
	}
}
