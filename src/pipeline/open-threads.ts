import { flushCompileCache } from "node:module";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Batch, Parallel, Task } from "../core/parallel.ts";
import { CALLER, createBatch, type OpenBatch } from "./create-batch.ts";
import type { Answer, Call } from "./thread-call.ts";

export interface ThreadsOptions {
	/** Threads that work, the caller's among them. Default: one per core that we may use, 8 at most. */
	readonly threads?: number;
	/** Told why a thread is no longer there. Its work is done by the others. */
	readonly onLost?: (error: unknown) => void;
}

/** Threads that stay warm from one piece of work to the next, and end with the scope. */
export interface Threads extends Parallel, AsyncDisposable {}

/** Enough for what is done beside; each costs some 20 MB. */
const MOST_THREADS = 8;

/**
 * Worker threads for the tasks of a run. They start with the first work that needs them, do not keep the process
 * alive, and are not needed: what no thread takes, the caller does.
 */
export function openThreads(options: ThreadsOptions = {}): Threads {
	const threads = Math.max(
		1,
		options.threads ?? Math.min(MOST_THREADS, availableParallelism()),
	);
	const helpers: Helper[] = [];
	const batches = new Map<number, OpenBatch>();
	let startedCount = 0;
	let batchCount = 0;

	const start = (): void => {
		const helper: Helper = {
			claimant: CALLER + ++startedCount,
			worker: startWorker(),
		};
		const lose = (error: unknown): void => {
			const at = helpers.indexOf(helper);
			if (at < 0) return;
			helpers.splice(at, 1); // and not replaced
			options.onLost?.(error);
			for (const batch of batches.values()) batch.release(helper.claimant);
		};
		helper.worker
			.on("message", (answer: Answer) => {
				if (answer.index < 0) options.onLost?.(answer.error);
				else batches.get(answer.id)?.receive(answer);
			})
			.on("error", lose)
			.on("exit", (code) => lose(new Error(`a thread ended with ${code}`)))
			.unref();
		helpers.push(helper);
	};

	return {
		threads,
		begin<Shared, Input, Output>(
			task: Task<Shared, Input, Output>,
			shared: Shared,
			inputs: readonly Input[],
		): Batch<Output> {
			const id = batchCount++;
			const batch = createBatch(task, shared, inputs, () => batches.delete(id));
			const wanted = Math.min(threads - 1, inputs.length);
			while (startedCount < wanted) start();
			for (const { worker, claimant } of helpers.slice(0, wanted)) {
				const call: Call = {
					id,
					module: task.module,
					name: task.name,
					shared,
					inputs,
					claims: batch.claims,
					state: batch.state,
					claimant,
				};
				worker.postMessage(call);
			}
			batches.set(id, batch);
			return batch;
		},
		async [Symbol.asyncDispose]() {
			for (const batch of batches.values()) batch[Symbol.dispose]();
			const ending = helpers.splice(0);
			await Promise.all(ending.map(({ worker }) => worker.terminate()));
		},
	};
}

interface Helper {
	readonly worker: Worker;
	/** Who it is in the claims of a batch. */
	readonly claimant: number;
}

function startWorker(): Worker {
	const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
	// Where compiled sources are kept, a thread finds what its caller loaded, types stripped, and starts faster.
	flushCompileCache();
	return new Worker(
		new URL(`./thread.${extension}`, import.meta.url),
		// What belongs to a program given on the command line is refused for a file; V8's own flags are refused when
		// named, and taken when inherited.
		process.execArgv.some((a) => a.startsWith("--input-type"))
			? { execArgv: [] }
			: {},
	);
}
