/** One server-sent event (HTML Standard, section 9.2). */
export interface StreamEvent {
	readonly id?: string;
	readonly event: string;
	readonly data: string;
}

/** A server says something every 15 s; a line that is silent for longer is dead. */
const SILENCE_MS = 45_000;
const MAX_EVENT_LENGTH = 1_000_000;

/** Events of a stream as they come, until it ends. Throws when it falls silent. */
export async function* readEventStream(
	body: ReadableStream<Uint8Array>,
	silenceMs: number = SILENCE_MS,
): AsyncGenerator<StreamEvent> {
	const reader = body.getReader();
	const decoder = new TextDecoder();
	let text = "";
	try {
		for (;;) {
			const { done, value } = await withinTime(reader.read(), silenceMs);
			if (done) return;
			text += decoder.decode(value, { stream: true });
			if (text.length > MAX_EVENT_LENGTH)
				throw new Error("an event of the server has no end");
			const blocks = text.split(/\r?\n\r?\n/);
			text = blocks.pop() ?? "";
			for (const block of blocks) {
				const event = parseBlock(block);
				if (event) yield event;
			}
		}
	} finally {
		await reader.cancel().catch(() => {});
	}
}

/** Undefined: a comment, or an event without data. */
function parseBlock(block: string): StreamEvent | undefined {
	const data: string[] = [];
	let event = "message";
	let id: string | undefined;
	for (const line of block.split(/\r?\n/)) {
		const [, name, value] = /^([^:]+):? ?(.*)$/.exec(line) ?? [];
		if (name === "data") data.push(value);
		else if (name === "event") event = value;
		else if (name === "id") id = value;
	}
	if (data.length === 0) return undefined;
	return { ...(id === undefined ? {} : { id }), event, data: data.join("\n") };
}

async function withinTime<T>(promise: Promise<T>, ms: number): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const silence = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error("the server fell silent")), ms);
	});
	try {
		return await Promise.race([promise, silence]);
	} finally {
		clearTimeout(timer);
	}
}
