import { Worker } from "node:worker_threads";

let ahead: Worker | undefined;

/** Starts the thread of a run before the command line is understood: loading its code takes as long as that. */
export function startThreadAhead(): void {
	ahead = startThread();
	ahead.unref();
	// Whoever takes it hears of its troubles.
	ahead.on("error", () => {});
}

/** The thread for a run: it waits for its job as the first message. */
export function takeThread(): Worker {
	const thread = ahead ?? startThread();
	ahead = undefined;
	thread.ref();
	return thread;
}

function startThread(): Worker {
	const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
	return new Worker(new URL(`./generate-worker.${extension}`, import.meta.url));
}
