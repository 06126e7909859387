import { asLunarError, LunarError } from "./errors.ts";
import type { Parallel } from "./parallel.ts";
import type { Shape } from "./shape.ts";

/** Reports a fraction 0–1 of the current step; throws CANCELLED when the run is to stop. */
export type Checkpoint = (fraction: number) => void;

export interface Logger {
	debug(message: string, fields?: Record<string, unknown>): void;
	info(message: string, fields?: Record<string, unknown>): void;
	warn(message: string, fields?: Record<string, unknown>): void;
	error(message: string, fields?: Record<string, unknown>): void;
}

/** Something the user should know about the input or the result, with what to do about it. */
export interface Notice {
	/** Stable, for machines: 'picture-blurred', 'mask-weak', … */
	readonly code: string;
	readonly severity: "info" | "warning";
	readonly message: string;
	/** What the user can do. */
	readonly remedy?: string;
	/** The input it is about, where it is about one. */
	readonly label?: string;
}

/** Handed to everything that waits, loops or draws random numbers. Kernels do not see it. */
export interface RunContext {
	/** For things that wait. */
	readonly signal: AbortSignal;
	readonly log: Logger;
	/** Seeded; uniform in [0, 1). */
	readonly random: () => number;
	/** For things that loop: reports, and throws when cancelled. */
	readonly checkpoint: Checkpoint;
	/** Other threads to work in, where there are any: see `mapTask` in parallel.ts. */
	readonly parallel?: Parallel;
	/** Tells the user something; collected into the report. */
	notice(notice: Notice): void;
	/**
	 * Takes a coarse shape that an engine has before it refines it; left out where nobody looks.
	 * Never changes the result.
	 */
	readonly preview?: (shape: Shape) => Promise<void>;
	/** Checks the signal, narrows progress to `share` of this context, times, logs, names errors. */
	step<T>(
		name: string,
		share: number,
		work: (ctx: RunContext) => Promise<T> | T,
	): Promise<T>;
}

export type RunEvent =
	| { readonly type: "step"; readonly step: string; readonly fraction: number }
	| {
			readonly type: "progress";
			readonly step: string;
			readonly fraction: number; // of the whole run, 0–1, only rises
	  }
	| {
			readonly type: "step-done";
			readonly step: string;
			readonly fraction: number;
			readonly durationMs: number;
	  }
	| { readonly type: "notice"; readonly notice: Notice };

export interface RunContextOptions {
	readonly signal?: AbortSignal;
	/** Read at every checkpoint: a flag in shared memory can stop a busy loop. */
	readonly isCancelled?: () => boolean;
	readonly log?: Logger;
	/** Default: none; `imagesToAsset` then opens its own. */
	readonly parallel?: Parallel;
	/** 32-bit seed of `random`. Default 0. */
	readonly seed?: number;
	/** Milliseconds; only differences are used. Default performance.now. */
	readonly now?: () => number;
	readonly onEvent?: (event: RunEvent) => void;
}

/** The record a run leaves behind. */
export interface RunRecord {
	readonly stepMs: Record<string, number>;
	readonly notices: Notice[];
}

export const SILENT_LOGGER: Logger = {
	debug() {},
	info() {},
	warn() {},
	error() {},
};

/** Makes the root context of one run and the record it fills. */
export function createRunContext(options: RunContextOptions = {}): {
	ctx: RunContext;
	record: RunRecord;
} {
	const signal = options.signal ?? new AbortController().signal;
	const log = options.log ?? SILENT_LOGGER;
	const now = options.now ?? (() => performance.now());
	const record: RunRecord = { stepMs: {}, notices: [] };
	const random = createRandom(options.seed ?? 0);
	let reached = 0;

	const throwIfCancelled = (): void => {
		if (signal.aborted || options.isCancelled?.())
			throw new LunarError("CANCELLED", "the run was cancelled");
	};

	const contextFor = (
		step: string,
		start: number,
		span: number,
	): RunContext => {
		let used = 0; // share of this context already given to finished children
		return {
			signal,
			log,
			random,
			...(options.parallel ? { parallel: options.parallel } : {}),
			checkpoint(fraction) {
				throwIfCancelled();
				const total = start + span * Math.min(1, Math.max(0, fraction));
				if (total <= reached) return;
				reached = total;
				options.onEvent?.({ type: "progress", step, fraction: total });
			},
			notice(notice) {
				record.notices.push(notice);
				if (notice.severity === "warning")
					log.warn(notice.message, { code: notice.code });
				options.onEvent?.({ type: "notice", notice });
			},
			async step(name, share, work) {
				throwIfCancelled();
				const childStart = start + span * Math.min(1, used);
				const childSpan = span * Math.min(share, 1 - Math.min(1, used));
				const path = step === "" ? name : `${step}/${name}`;
				options.onEvent?.({
					type: "step",
					step: path,
					fraction: Math.max(reached, childStart),
				});
				const startedMs = now();
				try {
					const result = await work(contextFor(path, childStart, childSpan));
					throwIfCancelled();
					return result;
				} catch (error) {
					const lunar = asLunarError(error);
					lunar.step ??= path;
					throw lunar;
				} finally {
					const durationMs = now() - startedMs;
					record.stepMs[path] = (record.stepMs[path] ?? 0) + durationMs;
					used += share;
					reached = Math.max(reached, childStart + childSpan);
					log.debug(`${path} finished`, { durationMs: Math.round(durationMs) });
					options.onEvent?.({
						type: "step-done",
						step: path,
						fraction: reached,
						durationMs,
					});
				}
			},
		};
	};

	return { ctx: contextFor("", 0, 1), record };
}

/** The same run, with other threads to work in. */
export function withParallel(ctx: RunContext, parallel: Parallel): RunContext {
	return {
		...ctx,
		parallel,
		step: (name, share, work) =>
			ctx.step(name, share, (c) => work(withParallel(c, parallel))),
	};
}

/** The same run, with someone who looks at coarse shapes; told in which step they came. */
export function withPreview(
	ctx: RunContext,
	look: (shape: Shape, ctx: RunContext) => Promise<void>,
): RunContext {
	return {
		...ctx,
		preview: (shape) => look(shape, ctx),
		step: (name, share, work) =>
			ctx.step(name, share, (c) => work(withPreview(c, look))),
	};
}

/** Uniform [0, 1) from a 32-bit seed. mulberry32, Tommy Ettinger, 2017, public domain. */
export function createRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}
