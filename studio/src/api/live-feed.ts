import { createStreamParser } from "./event-stream.ts";
import { request } from "./http.ts";
import type { LiveEvent } from "./types.ts";

// One connection for the whole page: every job's events, kept alive over lost connections and picked up where it stopped.

export type FeedState = "connecting" | "live" | "lost";
type Listener = (event: LiveEvent) => void;

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;
/** The server sends a comment every 15 s; silence for longer is a dead line. */
const SILENCE_MS = 40_000;

const listeners = new Set<Listener>();
const stateListeners = new Set<() => void>();
let state: FeedState = "connecting";
let lastSeq: string | undefined;
let running = false;

export function feedState(): FeedState {
	return state;
}

export function onFeedState(listener: () => void): () => void {
	stateListeners.add(listener);
	return () => stateListeners.delete(listener);
}

/** Every event from now on, until the answer is called. */
export function onJobEvent(listener: Listener): () => void {
	listeners.add(listener);
	if (!running) {
		running = true;
		void keepReading();
	}
	return () => listeners.delete(listener);
}

function setState(next: FeedState): void {
	if (state === next) return;
	state = next;
	for (const listener of stateListeners) listener();
}

async function keepReading(): Promise<void> {
	let delayMs = FIRST_RETRY_MS;
	for (;;) {
		const controller = new AbortController();
		try {
			const response = await request("/v1/events", {
				signal: controller.signal,
				headers: {
					accept: "text/event-stream",
					...(lastSeq === undefined ? {} : { "last-event-id": lastSeq }),
				},
			});
			setState("live");
			delayMs = FIRST_RETRY_MS;
			await readAll(response, controller);
		} catch {
			// Reconnect below, whatever it was.
		}
		controller.abort();
		setState("lost");
		await new Promise((resolve) => {
			const timer = setTimeout(resolve, delayMs);
			window.addEventListener(
				"online",
				() => {
					clearTimeout(timer);
					resolve(undefined);
				},
				{ once: true },
			);
		});
		delayMs = Math.min(LONGEST_RETRY_MS, delayMs * 2);
	}
}

async function readAll(
	response: Response,
	controller: AbortController,
): Promise<void> {
	const reader = response.body?.getReader();
	if (!reader) return;
	const decoder = new TextDecoder();
	const parse = createStreamParser(({ id, data }) => {
		if (id !== undefined) lastSeq = id;
		const event = JSON.parse(data) as LiveEvent;
		for (const listener of listeners) listener(event);
	});
	for (;;) {
		const silence = setTimeout(() => controller.abort(), SILENCE_MS);
		try {
			const { done, value } = await reader.read();
			if (done) return;
			parse(decoder.decode(value, { stream: true }));
		} finally {
			clearTimeout(silence);
		}
	}
}
