import { describe, expect, it } from "vitest";
import { readEventStream, type StreamEvent } from "./read-event-stream.ts";

function streamOf(
	parts: readonly (string | Uint8Array)[],
	end = true,
): ReadableStream<Uint8Array> {
	return new ReadableStream({
		start(controller) {
			for (const part of parts)
				controller.enqueue(
					typeof part === "string" ? new TextEncoder().encode(part) : part,
				);
			if (end) controller.close();
		},
	});
}

async function read(
	parts: readonly (string | Uint8Array)[],
): Promise<StreamEvent[]> {
	const events: StreamEvent[] = [];
	for await (const event of readEventStream(streamOf(parts)))
		events.push(event);
	return events;
}

describe("readEventStream", () => {
	it("reads ids, names and data, and skips comments", async () => {
		expect(
			await read([
				": hello\n\nid: 7\nevent: state\ndata: {}\n\n: still here\n\ndata: a\ndata: b\r\n\r\nevent: empty\n\n",
			]),
		).toEqual([
			{ id: "7", event: "state", data: "{}" },
			{ event: "message", data: "a\nb" },
		]);
	});

	it("does not care where the network cuts, letters included", async () => {
		const bytes = new TextEncoder().encode("id: 1\ndata: Größe €\n\n");
		const parts = [...bytes].map((byte) => new Uint8Array([byte]));
		expect(await read(parts)).toEqual([
			{ id: "1", event: "message", data: "Größe €" },
		]);
	});

	it("drops what has no end, and refuses what grows without one", async () => {
		expect(await read(["data: whole\n\ndata: hal"])).toHaveLength(1);
		await expect(
			read(Array.from({ length: 12 }, () => "x".repeat(100_000))),
		).rejects.toThrow("no end");
	});

	it("throws when the line is silent", async () => {
		const reading = (async () => {
			for await (const _ of readEventStream(
				streamOf(["data: 1\n\n"], false),
				50,
			));
		})();
		await expect(reading).rejects.toThrow("silent");
	});
});
