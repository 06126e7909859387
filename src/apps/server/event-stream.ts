import { Readable } from "node:stream";

/** One server-sent event (HTML Standard, section 9.2). */
export interface StreamedEvent {
	readonly id?: number;
	readonly event: string;
	readonly data: unknown;
}

const HEARTBEAT_MS = 15_000;

/**
 * Events as the body of an answer, with a comment now and then so that proxies and clients know it lives. Reads no further
 * than the client does; `stop` is called when either side ends.
 */
export function eventStream(
	events: AsyncIterable<StreamedEvent>,
	stop: () => void,
	heartbeatMs: number = HEARTBEAT_MS,
): Readable {
	const iterator = events[Symbol.asyncIterator]();
	let waiting = false;
	const stream = new Readable({
		read() {
			if (waiting) return;
			waiting = true;
			iterator.next().then(
				({ done, value }) => {
					waiting = false;
					if (stream.destroyed) return;
					stream.push(done ? null : format(value));
				},
				(error: Error) => stream.destroy(error),
			);
		},
		destroy(error, callback) {
			clearInterval(timer);
			stop();
			// Ends the generators too where they rest between two events.
			iterator.return?.().catch(() => {});
			callback(error);
		},
	});
	const timer = setInterval(() => {
		if (stream.readableLength === 0) stream.push(": still here\n\n");
	}, heartbeatMs);
	timer.unref();
	// What the client waits for before it says that it is connected.
	stream.push(": hello\n\n");
	return stream;
}

function format({ id, event, data }: StreamedEvent): string {
	const head = id === undefined ? "" : `id: ${id}\n`;
	return `${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
