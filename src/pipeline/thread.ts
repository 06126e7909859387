import { parentPort } from "node:worker_threads";
import { LunarError } from "../core/errors.ts";
import type { Task } from "../core/parallel.ts";
import { type Answer, type Call, claimNext, STOPPED } from "./thread-call.ts";

// The far side of open-threads.ts: takes inputs of one call after the other, and answers.

if (!parentPort) throw new TypeError("this module is the start of a thread");
const port = parentPort;
let before: Promise<void> = Promise.resolve();
port.on("message", (call: Call) => {
	before = before.then(() => work(call));
});

async function work(call: Call): Promise<void> {
	const { id, claims, state, inputs } = call;
	let run: ReturnType<AnyTask["open"]>;
	let task: AnyTask;
	try {
		if (!claims.includes(0)) return;
		task = (await import(call.module))[call.name];
		run = task.open(call.shared);
	} catch (error) {
		// Nothing is claimed: the caller does it all, and meets the same error where it is the task's.
		post({ id, index: -1, ...failure(error) });
		return;
	}
	const checkpoint = (): void => {
		if (Atomics.load(state, 0) === STOPPED)
			throw new LunarError("CANCELLED", "nobody waits for this any more");
	};
	for (;;) {
		const index = claimNext(claims, state, call.claimant);
		if (index < 0) return;
		try {
			const output = run(inputs[index], checkpoint);
			post({ id, index, output }, task.transfer?.(output));
		} catch (error) {
			post({ id, index, ...failure(error) });
		}
	}
}

type AnyTask = Task<unknown, unknown, unknown>;

function post(answer: Answer, transfer: ArrayBuffer[] = []): void {
	port.postMessage(answer, transfer);
}

/** Errors of ours lose their class on the way. */
function failure(error: unknown): Pick<Answer, "error" | "lunarError"> {
	return error instanceof LunarError
		? { error: error.stack, lunarError: error.toJSON() }
		: { error };
}
