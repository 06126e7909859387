import { Worker } from "node:worker_threads";
import { LunarError } from "../../../core/errors.ts";
import type { BackgroundMode } from "../../../pipeline/background-modes.ts";
import type { BlobStorage } from "../../../service/ports/blob-storage.ts";
import type {
	ForegroundAsk,
	ForegroundDoor,
	ForegroundView,
} from "../context.ts";
import type { CutOutAsk, CutOutReply } from "./messages.ts";

const MAX_WAITING = 64;
const MAX_REMEMBERED = 500;
/** A thread that nobody asks is let go, with its networks. */
const IDLE_MS = 60_000;
/** A cut-out that takes longer is given up, with the thread. */
const TIME_LIMIT_MS = 120_000;

/** Cuts pictures out in one thread, one after the other. Answers are remembered by picture and wish. */
export function openForeground(blobs: BlobStorage): ForegroundDoor {
	const remembered = new Map<string, ForegroundView>();
	let thread: Worker | undefined;
	let waiting = 0;
	let last: Promise<unknown> = Promise.resolve();
	let idle: NodeJS.Timeout | undefined;
	let closed = false;

	const end = async (): Promise<void> => {
		clearTimeout(idle);
		const ended = thread;
		thread = undefined;
		await ended?.terminate();
	};

	const askThread = (ask: CutOutAsk): Promise<CutOutReply> => {
		clearTimeout(idle);
		thread ??= startThread();
		const asked = thread;
		return new Promise<CutOutReply>((resolve, reject) => {
			const timer = setTimeout(() => {
				lost(
					new LunarError(
						"TIME_LIMIT",
						`the object was not found within ${TIME_LIMIT_MS / 1000} s`,
					),
				);
				void end();
			}, TIME_LIMIT_MS);
			const settle = (): void => {
				clearTimeout(timer);
				asked.off("message", answered).off("error", lost).off("exit", exited);
				idle = setTimeout(() => void end(), IDLE_MS);
				idle.unref();
			};
			const answered = (reply: CutOutReply): void => {
				settle();
				resolve(reply);
			};
			const lost = (error: unknown): void => {
				settle();
				if (thread === asked) thread = undefined;
				reject(error);
			};
			const exited = (): void =>
				lost(
					closed
						? new LunarError("SHUTTING_DOWN", "the server is stopping")
						: new LunarError("HOST_LOST", "the thread for cut-outs ended"),
				);
			asked.on("message", answered).on("error", lost).on("exit", exited);
			asked.postMessage(ask);
		});
	};

	const work = async (
		ask: ForegroundAsk,
		signal: AbortSignal,
	): Promise<ForegroundView> => {
		if (closed || signal.aborted)
			throw new LunarError("CANCELLED", "nobody waits for this any more");
		const reply = await askThread({
			picturePath: await blobs.localPath(ask.sha256),
			background: ask.background as BackgroundMode,
			...(ask.box ? { box: ask.box } : {}),
			...(ask.object === undefined ? {} : { object: ask.object }),
			...(ask.maskSha256
				? { maskPath: await blobs.localPath(ask.maskSha256) }
				: {}),
		});
		if (!reply.ok) throw new LunarError(reply.code, reply.message);
		const { png, ...answer } = reply.answer;
		const { sha256 } = await blobs.put(png);
		return { ...answer, maskSha256: sha256 };
	};

	return {
		async find(ask, signal) {
			const key = JSON.stringify([
				ask.sha256,
				ask.background,
				ask.box,
				ask.maskSha256,
				ask.object,
			]);
			const known = remembered.get(key);
			if (known && (await blobs.size(known.maskSha256)) !== undefined)
				return known;
			if (waiting >= MAX_WAITING)
				throw new LunarError(
					"QUEUE_FULL",
					`${waiting} pictures wait to be cut out, the limit is ${MAX_WAITING}`,
				);
			waiting++;
			const turn = last.then(() => work(ask, signal));
			last = turn.catch(() => {});
			try {
				const view = await turn;
				if (remembered.size >= MAX_REMEMBERED) {
					const [oldest] = remembered.keys();
					remembered.delete(oldest);
				}
				remembered.set(key, view);
				return view;
			} finally {
				waiting--;
			}
		},
		async close() {
			closed = true;
			await end();
		},
	};
}

function startThread(): Worker {
	const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
	const thread = new Worker(new URL(`./thread.${extension}`, import.meta.url));
	thread.unref();
	return thread;
}
