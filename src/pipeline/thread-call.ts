import type { ErrorCode } from "../core/errors.ts";

/** What open-threads.ts sends to a thread: work to take part in. */
export interface Call {
	readonly id: number;
	readonly module: string;
	readonly name: string;
	readonly shared: unknown;
	readonly inputs: readonly unknown[];
	/** Whose work each input is, in shared memory. 0: nobody's yet. */
	readonly claims: Int32Array; // [inputCount]
	/** RUNNING, ENDING or STOPPED, in shared memory. */
	readonly state: Int32Array; // [1]
	/** Who the thread is in `claims`. */
	readonly claimant: number;
}

/** What a thread sends back for each input it claimed; index −1: it cannot take part. */
export interface Answer {
	readonly id: number;
	readonly index: number;
	readonly output?: unknown;
	readonly error?: unknown;
	readonly lunarError?: {
		readonly code: ErrorCode;
		readonly message: string;
		readonly step?: string;
	};
}

export const RUNNING = 0;
/** What is claimed is finished; nothing more is begun. */
export const ENDING = 1;
/** Nobody waits for what is claimed. */
export const STOPPED = 2;

/** The first input that is nobody's, now the claimant's; −1 when there is none to begin. */
export function claimNext(
	claims: Int32Array,
	state: Int32Array,
	claimant: number,
): number {
	for (let k = 0; k < claims.length; k++) {
		if (Atomics.load(state, 0) !== RUNNING) return -1;
		if (Atomics.compareExchange(claims, k, 0, claimant) === 0) return k;
	}
	return -1;
}
