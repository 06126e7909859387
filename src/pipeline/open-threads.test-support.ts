import { isMainThread } from "node:worker_threads";
import { LunarError } from "../core/errors.ts";
import type { Task } from "../core/parallel.ts";

// Work for open-threads.test.ts: threads find it here.

const module: string = import.meta.url;

export const scale: Task<{ factor: number }, number, Float64Array> = {
	module,
	name: "scale",
	open:
		({ factor }) =>
		(x) =>
			Float64Array.of(x * factor, Math.sin(x * factor)),
	transfer: (output) => [output.buffer as ArrayBuffer],
};

/** Where each input was worked on, after so many milliseconds of work. */
export const where: Task<number, number, "caller" | "thread"> = {
	module,
	name: "where",
	open: (ms) => () => {
		busy(ms);
		return isMainThread ? "caller" : "thread";
	},
};

/** Throws at the inputs in `bad`. */
export const fussy: Task<{ bad: readonly number[] }, number, number> = {
	module,
	name: "fussy",
	open:
		({ bad }) =>
		(x) => {
			busy(5);
			if (!bad.includes(x)) return x;
			if (x % 2 === 0) throw new RangeError(`${x} is bad`);
			throw new LunarError("VIEWS_CONTRADICT", `${x} is bad`);
		},
};

/** Goes on until it is told to stop; writes how often it looked, and 1 when it stopped. */
export const endless: Task<Int32Array, number, void> = {
	module,
	name: "endless",
	open: (looks) => (_, checkpoint) => {
		try {
			for (;;) {
				Atomics.add(looks, 0, 1);
				checkpoint(0);
				busy(1);
			}
		} finally {
			Atomics.add(looks, 1, 1);
		}
	},
};

/** Ends the thread it runs in; the caller answers. */
export const deadly: Task<null, number, number> = {
	module,
	name: "deadly",
	open: () => (x) => {
		if (!isMainThread) process.exit(9);
		return x;
	},
};

export const nowhere: Task<null, number, number> = {
	module: new URL("./no-such-module.ts", import.meta.url).href,
	name: "nowhere",
	open: () => (x) => x + 1,
};

function busy(ms: number): void {
	const until = performance.now() + ms;
	while (performance.now() < until);
}
