import {
	createServer,
	type IncomingMessage,
	type Server,
	type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createServerClient } from "./server-client.ts";

const servers: Server[] = [];
afterEach(() => {
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		server.close();
	}
});

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Requests take the answers in turn; the last one stays. */
async function serve(...answers: Answer[]) {
	const requests: IncomingMessage[] = [];
	const server = createServer((request, response) => {
		const answer = answers[Math.min(requests.length, answers.length - 1)];
		requests.push(request);
		request.resume();
		answer(request, response);
	});
	await new Promise<void>((resolve) =>
		server.listen(0, "127.0.0.1", () => resolve()),
	);
	servers.push(server);
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
	};
}

const json =
	(status: number, body: unknown): Answer =>
	(_, response) =>
		response
			.writeHead(status, { "content-type": "application/json" })
			.end(JSON.stringify(body));
const cut: Answer = (_, response) => response.destroy();
const events =
	(text: string, end = true): Answer =>
	(_, response) => {
		response.writeHead(200, { "content-type": "text/event-stream" });
		response.write(text);
		if (end) response.end();
	};

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
	promise.then(
		() => "none",
		(error) => error.code,
	);

describe("createServerClient", () => {
	it("takes addresses as people write them", async () => {
		expect(createServerClient("localhost:8000", undefined).url).toBe(
			"http://localhost:8000",
		);
		expect(createServerClient("https://x.example/lunar/", undefined).url).toBe(
			"https://x.example/lunar",
		);
		expect(() => createServerClient("http://", undefined)).toThrow("address");
	});

	it("sends the key, and throws what the server answers", async () => {
		const { url, requests } = await serve(
			json(200, { a: 1 }),
			json(404, { code: "JOB_UNKNOWN", detail: "there is no job x" }),
			json(418, { code: "TEAPOT" }),
			(_, response) => response.writeHead(502).end("<html>"),
			(_, response) => response.end("<html>"),
		);
		const client = createServerClient(url, "lunar_key");
		expect(await client.ask("GET", "/v1/x")).toEqual({ a: 1 });
		expect(requests[0].headers.authorization).toBe("Bearer lunar_key");
		for (const code of [
			"JOB_UNKNOWN",
			"REQUEST_INVALID",
			"SERVER_UNREACHABLE",
			"SERVER_UNREACHABLE",
		])
			expect(await codeOf(client.ask("GET", "/v1/x"))).toBe(code);
	});

	it("knows a Lunar server from others", async () => {
		const lunar = await serve(json(200, { status: "ok", version: "1" }));
		const other = await serve((_, response) => response.end("hello"));
		for (const [url, there] of [
			[lunar.url, true],
			[other.url, false],
			["http://127.0.0.1:2", false],
		] as const)
			expect(await createServerClient(url, undefined).isThere()).toBe(there);
	});

	it("submits again when the line is cut, with the same key; not when refused", async () => {
		const { url, requests } = await serve(cut, cut, json(202, { id: "job" }));
		const client = createServerClient(url, undefined, 1);
		const form = new FormData();
		form.append("request", "{}");
		expect(await client.submit("/v1/jobs", form, "key-1")).toEqual({
			id: "job",
		});
		expect(requests.map(({ headers }) => headers["idempotency-key"])).toEqual([
			"key-1",
			"key-1",
			"key-1",
		]);
		const gone = createServerClient("http://127.0.0.1:2", undefined, 1);
		expect(await codeOf(gone.submit("/v1/jobs", form, "key-1"))).toBe(
			"SERVER_UNREACHABLE",
		);
	});

	it("takes events up where the line was cut", async () => {
		const { url, requests } = await serve(
			events("id: 4\ndata: a\n\nid: 5\ndata: b\n\n"),
			(_, response) => response.writeHead(503).end(),
			cut,
			events("id: 6\ndata: c\n\n"),
			(_, response) => response.writeHead(204).end(),
		);
		const client = createServerClient(url, undefined, 1);
		const seen: string[] = [];
		const { signal } = new AbortController();
		for await (const { data } of client.events("/v1/events", signal))
			seen.push(data);
		expect(seen).toEqual(["a", "b", "c"]);
		expect(requests.map(({ headers }) => headers["last-event-id"])).toEqual([
			undefined,
			"5",
			"5",
			"5",
			"6",
		]);
	});

	it("stops listening when told, and does not come back where it may not", async () => {
		const { url } = await serve(events("data: a\n\n", false));
		const controller = new AbortController();
		const seen: string[] = [];
		for await (const { data } of createServerClient(url, undefined, 1).events(
			"/v1/events",
			controller.signal,
		)) {
			seen.push(data);
			setTimeout(() => controller.abort(), 20);
		}
		expect(seen).toEqual(["a"]);
		const closed = await serve(json(401, { code: "UNAUTHORIZED", detail: "" }));
		const reading = (async () => {
			for await (const _ of createServerClient(closed.url, undefined, 1).events(
				"/v1/events",
				new AbortController().signal,
			));
		})();
		expect(await codeOf(reading)).toBe("UNAUTHORIZED");
		expect(closed.requests.length).toBe(1);
	});
});
