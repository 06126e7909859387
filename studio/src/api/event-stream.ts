/** One message of a server-sent event stream (WHATWG HTML, section 9.2). */
export interface StreamMessage {
	readonly id?: string;
	readonly event: string;
	readonly data: string;
}

/**
 * Splits text into messages as it comes. Read with fetch and not with EventSource, which cannot send an API key.
 */
export function createStreamParser(
	onMessage: (message: StreamMessage) => void,
): (chunk: string) => void {
	let rest = "";
	let id: string | undefined;
	let event = "message";
	let data: string[] = [];
	return (chunk) => {
		rest += chunk;
		const lines = rest.split(/\r\n|\n|\r/);
		rest = lines.pop() ?? "";
		for (const line of lines) {
			if (line === "") {
				if (data.length > 0)
					onMessage({
						...(id === undefined ? {} : { id }),
						event,
						data: data.join("\n"),
					});
				event = "message";
				data = [];
				continue;
			}
			const colon = line.indexOf(":");
			if (colon === 0) continue; // a comment: the heartbeat
			const field = colon === -1 ? line : line.slice(0, colon);
			const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
			if (field === "id") id = value;
			else if (field === "event") event = value;
			else if (field === "data") data.push(value);
		}
	};
}
