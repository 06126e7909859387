import { type ChildProcess, fork } from "node:child_process";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { LunarError } from "../../core/errors.ts";
import type { Logger } from "../../core/run-context.ts";
import type {
	EngineHost,
	HostReport,
	HostResult,
} from "../../service/ports/engine-host.ts";
import type { HostStatus } from "../../service/service.ts";
import type {
	HostError,
	HostMessage,
	HostOrder,
	HostSetup,
} from "./host-messages.ts";
import { memoryOfTree } from "./process-memory.ts";

export interface HostOptions extends HostSetup {
	/** Ended beyond this. */
	readonly memoryMB: number;
	/** 0–19: how far it gives way to other processes, the server first of all. */
	readonly nice: number;
	/** Ended after this long without work; the next piece starts it again. */
	readonly idleSeconds: number;
	readonly log: Logger;
	/** Ended when it says nothing for so long. Default 30. */
	readonly silentSeconds?: number;
}

const TICK_MS = 1000;
const SILENT_SECONDS = 30;
/** The native stack behind a fatal error alone is 4 kB. */
const STDERR_KEPT = 16_000;
/** V8's own line about a full heap: dozens of lines may follow it. A library's warning is none. */
const FATAL_FULL = /^(# )?fatal.*(out of memory|allocation failed)/i;

interface Work {
	readonly jobId: string;
	readonly resolve: (result: HostResult) => void;
	readonly reject: (error: LunarError) => void;
	readonly onReport: (report: HostReport) => void;
}

/** An engine host in a child process, watched from here. */
export function createHostProcess(
	id: string,
	options: HostOptions,
): EngineHost & { readonly start: () => void } {
	const { log } = options;
	const silentTicks = options.silentSeconds ?? SILENT_SECONDS;
	let child: ChildProcess | undefined;
	let isReady = false;
	let work: Work | undefined;
	let ended: LunarError | undefined; // why it is being killed
	let warm = new Set<string>();
	let beatBytes = 0;
	let memoryBytes = 0;
	let ticksSilent = 0;
	let ticksIdle = 0;
	let jobsDone = 0;
	let lastError: string | undefined;
	let isClosed = false;
	let timer: NodeJS.Timeout | undefined;
	let onGone: (() => void) | undefined;

	const settle = (how: (work: Work) => void): void => {
		const done = work;
		work = undefined;
		ticksIdle = 0;
		if (done) how(done);
	};

	const start = (): void => {
		if (child || isClosed) return;
		const started = startProcess(options);
		let stderr = "";
		child = started;
		isReady = false;
		ended = undefined;
		ticksSilent = ticksIdle = 0;
		warm = new Set();
		started.stderr?.on("data", (chunk: Buffer) => {
			stderr = (stderr + chunk).slice(-STDERR_KEPT);
		});
		started.on("message", (message: HostMessage) => receive(message));
		started.on("error", (error) => gone(started, error.message));
		started.on("close", (code, signal) => {
			const how = signal === null ? `with code ${code}` : `by ${signal}`;
			const words = lastWords(stderr);
			gone(started, `it ended ${how}${words === "" ? "" : `: ${words}`}`);
		});
		timer ??= setInterval(tick, TICK_MS).unref();
		log.debug("engine host started", { host: id, pid: started.pid ?? 0 });
	};

	const gone = (which: ChildProcess, why: string): void => {
		if (child !== which) return;
		child = undefined;
		memoryBytes = 0;
		clearInterval(timer);
		timer = undefined;
		const error = ended ?? lossOf(why);
		if (work || !ended) lastError = error.message;
		if (!ended)
			log.warn("engine host lost", {
				host: id,
				why,
				...(work ? { jobId: work.jobId } : {}),
			});
		if (onGone) onGone();
		else settle(({ reject }) => reject(error));
	};

	const kill = (reason: LunarError): void => {
		if (!child) return;
		ended ??= reason;
		child.kill("SIGKILL");
	};

	const receive = (message: HostMessage): void => {
		ticksSilent = 0;
		switch (message.type) {
			case "ready":
				isReady = true;
				return;
			case "beat":
				beatBytes = message.rssBytes;
				return;
			case "done":
				jobsDone++;
				warm.add(message.result.outcome.engine);
				settle(({ resolve }) => resolve(message.result));
				return;
			case "failed": {
				const error = errorOf(message.error);
				// What was wrong with a job's input says nothing about this process.
				if (["internal", "resource-limit"].includes(error.kind))
					lastError = error.message;
				settle(({ reject }) => reject(error));
				return;
			}
			default:
				work?.onReport(message);
		}
	};

	/** Once per second of this process: when it was suspended itself, no host is thought silent. */
	const tick = (): void => {
		if (!child) return;
		ticksSilent++;
		ticksIdle = work ? 0 : ticksIdle + 1;
		memoryBytes = memoryOfTree(child.pid ?? 0) ?? beatBytes;
		const megabytes = Math.round(memoryBytes / 2 ** 20);
		if (megabytes > options.memoryMB) {
			const message = `the engine host held ${megabytes} MB, the limit is ${options.memoryMB} MB (hosts.memoryMB)`;
			log.warn(message, { host: id });
			kill(new LunarError("OUT_OF_MEMORY", message));
		} else if (ticksSilent > silentTicks) {
			const message = `the engine host said nothing for ${silentTicks} s`;
			log.warn(message, { host: id });
			kill(new LunarError("HOST_LOST", message));
		} else if (ticksIdle > options.idleSeconds) {
			log.debug("engine host unloaded", { host: id });
			kill(new LunarError("HOST_LOST", "the engine host was unloaded"));
		}
	};

	const send = (order: HostOrder): void => {
		child?.send(order, (error) => {
			if (error) log.debug("engine host does not listen", { host: id });
		});
	};

	return {
		id,
		start,
		isWarm: (engine) => child !== undefined && warm.has(engine),
		status(): HostStatus {
			return {
				id,
				...(child?.pid === undefined ? {} : { pid: child.pid }),
				state: isClosed
					? "dead"
					: ended && child
						? "stopping"
						: work
							? "busy"
							: child && !isReady
								? "starting"
								: "idle",
				...(work ? { jobId: work.jobId } : {}),
				loaded: [...warm],
				memoryBytes,
				jobsDone,
				...(lastError === undefined ? {} : { lastError }),
			};
		},
		async run(order, onReport) {
			if (work || isClosed)
				throw new TypeError(`engine host ${id} takes no work now`);
			return new Promise<HostResult>((resolve, reject) => {
				work = { jobId: order.jobId, resolve, reject, onReport };
				const begin = (): void => {
					onGone = undefined;
					start();
					send({ type: "run", work: order });
				};
				// One that is about to end is let go first.
				if (child && ended) onGone = begin;
				else begin();
			});
		},
		cancel: () => send({ type: "cancel" }),
		kill,
		async close() {
			isClosed = true;
			const { promise, resolve } = Promise.withResolvers<void>();
			if (!child) return;
			child.once("close", () => resolve());
			kill(new LunarError("HOST_LOST", "the server stops"));
			await promise;
		},
	};
}

function startProcess(options: HostOptions): ChildProcess {
	const { blobsFolder, threads, nice, heapMB } = options;
	const setup: HostSetup = { blobsFolder, threads, heapMB };
	const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
	const child = fork(
		fileURLToPath(new URL(`./engine-host.${extension}`, import.meta.url)),
		[JSON.stringify(setup)],
		{
			serialization: "advanced",
			stdio: ["ignore", "ignore", "pipe", "ipc"],
			execArgv: [],
		},
	);
	giveWay(child, nice);
	return child;
}

/** From its first moment, before it has threads of its own: these are as urgent as the one that starts them. */
function giveWay({ pid }: ChildProcess, nice: number): void {
	try {
		if (pid !== undefined) setPriority(pid, nice);
	} catch {
		// Not allowed in some containers, or it has ended already.
	}
}

/** Why a process ended, as it said itself: a full heap is followed by dozens of lines of stack. */
function lastWords(stderr: string): string {
	const lines = stderr.trim().split("\n");
	return (
		lines.find((line) => FATAL_FULL.test(line)) ?? lines.slice(-3).join(" ")
	);
}

function lossOf(why: string): LunarError {
	return /(heap|javascript|process) out of memory|allocation failed/i.test(why)
		? new LunarError("OUT_OF_MEMORY", why)
		: new LunarError("HOST_LOST", `the engine host was lost: ${why}`);
}

function errorOf({ code, message, step, stack }: HostError): LunarError {
	const cause = stack === undefined ? undefined : new Error(message);
	if (cause && stack !== undefined) cause.stack = stack;
	const error = new LunarError(code, message, { cause });
	if (step !== undefined) error.step = step;
	return error;
}
