import { writeFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { HostReport } from "../../service/ports/engine-host.ts";
import type {
	HostAnswer,
	HostMessage,
	HostOrder,
	HostSetup,
	ThreadSetup,
} from "./host-messages.ts";

// The process that works for a server: one piece after the other, in a thread of its own, so that this one hears when to
// stop. It holds nothing that is missed when it is killed. argv: a HostSetup as JSON.

const BEAT_MS = 1000;
/** Progress is passed on this often. */
const PROGRESS_MS = 200;

const setup: HostSetup = JSON.parse(process.argv[2]);
giveWay();
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// Ctrl-C in a terminal reaches all processes; the server says what becomes of the work.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
	process.on(signal, () => {});

const cancelFlag = new SharedArrayBuffer(4);
const flag = new Int32Array(cancelFlag);
const thread = startThread();
let progress: Extract<HostReport, { type: "progress" }> | undefined;
let saidMs = 0;
let timer: NodeJS.Timeout | undefined;

process.on("message", (order: HostOrder) => {
	if (order.type === "cancel") Atomics.store(flag, 0, 1);
	else {
		Atomics.store(flag, 0, 0);
		thread.postMessage(order.work);
	}
});
setInterval(
	() => say({ type: "beat", rssBytes: process.memoryUsage.rss() }),
	BEAT_MS,
);

function startThread(): Worker {
	const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
	const workerData: ThreadSetup = { ...setup, cancelFlag };
	return (
		new Worker(new URL(`./engine-thread.${extension}`, import.meta.url), {
			workerData,
			resourceLimits: { maxOldGenerationSizeMb: setup.heapMB },
		})
			.on("message", pass)
			.on("error", (error: NodeJS.ErrnoException) => {
				const isFull = error.code === "ERR_WORKER_OUT_OF_MEMORY";
				pass({
					type: "failed",
					error: isFull
						? {
								code: "OUT_OF_MEMORY",
								message: `the run needed more than ${setup.heapMB} MB of JavaScript heap`,
							}
						: {
								code: "BUG",
								message: error.message,
								...(error.stack ? { stack: error.stack } : {}),
							},
				});
			})
			// What is left of a thread that broke is not worth keeping.
			.on("exit", () => process.disconnect())
	);
}

/** Hands an answer on; progress only now and then, and never after what it led to. */
function pass(answer: HostAnswer): void {
	if (answer.type === "progress") {
		progress = answer;
		const waitMs = saidMs + PROGRESS_MS - performance.now();
		if (waitMs <= 0) sayProgress();
		else timer ??= setTimeout(sayProgress, waitMs);
		return;
	}
	if (answer.type === "done" || answer.type === "failed") dropProgress();
	else sayProgress();
	say(answer);
}

function sayProgress(): void {
	if (progress) {
		say(progress);
		saidMs = performance.now();
	}
	dropProgress();
}

function dropProgress(): void {
	clearTimeout(timer);
	timer = undefined;
	progress = undefined;
}

function say(message: HostMessage): void {
	if (process.connected) process.send?.(message);
}

/** The first to go where memory runs out. */
function giveWay(): void {
	if (process.platform !== "linux") return;
	try {
		writeFileSync("/proc/self/oom_score_adj", "500");
	} catch {
		// Not allowed in some containers; the limits of the server hold all the same.
	}
}
