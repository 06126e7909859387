import { LunarError } from "../core/errors.ts";
import type { Batch, Task } from "../core/parallel.ts";
import type { Checkpoint } from "../core/run-context.ts";
import {
	type Answer,
	type Call,
	claimNext,
	ENDING,
	RUNNING,
	STOPPED,
} from "./thread-call.ts";

/** What the threads' owner knows of a batch. */
export interface OpenBatch extends Disposable {
	receive(answer: Answer): void;
	/** What the claimant has not finished is anybody's again. */
	release(claimant: number): void;
}

/** The caller, in `claims`. */
export const CALLER = 1;
/** While all that is left is being done elsewhere, milliseconds between looks at the caller's checkpoint. */
const PATIENCE_MS = 40;

/** The caller's side of work that threads take part in: collects what they answer, and does its share. */
export function createBatch<Shared, Input, Output>(
	task: Task<Shared, Input, Output>,
	shared: Shared,
	inputs: readonly Input[],
	forget: () => void,
): Batch<Output> & OpenBatch & Pick<Call, "claims" | "state"> {
	const claims = new Int32Array(new SharedArrayBuffer(4 * inputs.length));
	const state = new Int32Array(new SharedArrayBuffer(4));
	const outputs: Output[] = new Array(inputs.length);
	const isDone = new Uint8Array(inputs.length);
	let done = 0;
	let first = inputs.length; // of those that failed
	let firstError: unknown;
	let wake = (): void => {};

	const succeed = (index: number, output: Output): void => {
		outputs[index] = output;
		isDone[index] = 1;
		done++;
	};
	// Inputs are claimed in order: all before this one are finished, or will be.
	const fail = (index: number, error: unknown): void => {
		isDone[index] = 1;
		Atomics.compareExchange(state, 0, RUNNING, ENDING);
		if (index > first) return;
		first = index;
		firstError = error;
	};
	const isIdle = (): boolean =>
		claims.every((_, k) => isDone[k] === 1 || Atomics.load(claims, k) === 0);

	return {
		claims,
		state,
		get done() {
			return done;
		},
		receive({ index, output, error, lunarError }) {
			if (lunarError) fail(index, revived(lunarError, error));
			else if (error !== undefined) fail(index, error);
			else succeed(index, output as Output);
			wake();
		},
		release(claimant) {
			for (let k = 0; k < claims.length; k++)
				if (isDone[k] === 0) Atomics.compareExchange(claims, k, claimant, 0);
			wake();
		},
		async finish(checkpoint: Checkpoint = () => {}) {
			let work: ReturnType<typeof task.open> | undefined;
			for (;;) {
				const k = claimNext(claims, state, CALLER);
				if (k >= 0) {
					work ??= task.open(shared);
					checkpoint(k / inputs.length);
					const run = work;
					try {
						succeed(
							k,
							run(inputs[k], (fraction) =>
								checkpoint((k + fraction) / inputs.length),
							),
						);
					} catch (error) {
						fail(k, error);
					}
					continue;
				}
				if (done === inputs.length) {
					checkpoint(1);
					return outputs;
				}
				if (first < inputs.length && isIdle()) throw firstError;
				checkpoint(done / inputs.length);
				await new Promise<void>((resolve) => {
					const timer = setTimeout(resolve, PATIENCE_MS);
					wake = () => {
						clearTimeout(timer);
						resolve();
					};
				});
			}
		},
		[Symbol.dispose]() {
			Atomics.store(state, 0, STOPPED);
			forget();
		},
	};
}

function revived(
	{ code, message, step }: NonNullable<Answer["lunarError"]>,
	stack: unknown,
): LunarError {
	const error = new LunarError(code, message);
	if (step !== undefined) error.step = step;
	if (typeof stack === "string") error.stack = stack;
	return error;
}
