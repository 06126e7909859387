import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventStream } from "./event-stream.ts";
import type { JobView } from "./schemas/job-view.ts";
import {
	pictureForm,
	startTestServer,
	type TestServer,
} from "./server.test-support.ts";

/** Slow machines. */
const PATIENT = { timeout: 60_000 };

let server: TestServer;
beforeAll(async () => {
	server = await startTestServer();
});
afterAll(() => server.close());

interface Heard {
	readonly id: number;
	readonly event: string;
	readonly data: { readonly state: string; readonly outlook: object };
}

async function submit(): Promise<string> {
	const response = await fetch(`${server.url}/v1/jobs`, {
		method: "POST",
		body: pictureForm({ reuse: false }),
	});
	return ((await response.json()) as JobView).id;
}

/** Reads a stream to its end, or until `enough` of what it said. */
async function listen(
	path: string,
	headers: Record<string, string> = {},
	enough: (heard: readonly Heard[]) => boolean = () => false,
): Promise<{ status: number; heard: Heard[] }> {
	const stop = new AbortController();
	const response = await fetch(server.url + path, {
		headers,
		signal: stop.signal,
	});
	const heard: Heard[] = [];
	if (response.status !== 200 || response.body === null)
		return { status: response.status, heard };
	expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
	let text = "";
	for await (const chunk of response.body.pipeThrough(
		new TextDecoderStream(),
	)) {
		text += chunk;
		const blocks = text.split("\n\n");
		text = blocks.pop() ?? "";
		for (const block of blocks) {
			if (block.startsWith(":")) continue;
			const fields = Object.fromEntries(
				block.split("\n").map((line) => line.split(/: (.*)/s).slice(0, 2)),
			);
			heard.push({
				id: Number(fields.id),
				event: fields.event,
				data: JSON.parse(fields.data),
			});
		}
		if (enough(heard)) stop.abort();
		if (stop.signal.aborted) break;
	}
	return { status: response.status, heard };
}

it("tells a job from its submission to its end, then ends", async () => {
	server.gate.close();
	const id = await submit();
	const listening = listen(`/v1/jobs/${id}/events`);
	await delay(50);
	server.gate.open();
	const { heard } = await listening;
	expect(heard[0]).toMatchObject({ event: "state", data: { state: "queued" } });
	expect(heard.at(-1)).toMatchObject({
		event: "state",
		data: { state: "succeeded", outlook: {} },
	});
	expect(heard.every(({ id }, k) => k === 0 || id > heard[k - 1].id)).toBe(
		true,
	);
});

it("goes on after Last-Event-ID, missing and repeating nothing", async () => {
	const id = await submit();
	const { heard: all } = await listen(`/v1/jobs/${id}/events`);
	for (let k = 0; k < all.length - 1; k++) {
		const { heard } = await listen(`/v1/jobs/${id}/events`, {
			"last-event-id": String(all[k].id),
		});
		expect(heard.map((event) => event.id)).toEqual(
			all.slice(k + 1).map((event) => event.id),
		);
	}
	const { heard } = await listen(`/v1/jobs/${id}/events?after=${all[0].id}`);
	expect(heard.length).toBe(all.length - 1);
});

it("tells an EventSource that has heard all not to come back", async () => {
	const id = await submit();
	const { heard } = await listen(`/v1/jobs/${id}/events`);
	const { status } = await listen(`/v1/jobs/${id}/events`, {
		"last-event-id": String(heard.at(-1)?.id),
	});
	expect(status).toBe(204);
});

it("takes nonsense for no Last-Event-ID", async () => {
	const id = await submit();
	const { heard } = await listen(`/v1/jobs/${id}/events`, {
		"last-event-id": "-1; drop",
	});
	expect(heard[0].data.state).toBe("queued");
});

it("tells all jobs on one stream, from now on", async () => {
	await listen(`/v1/jobs/${await submit()}/events`);
	const listening = listen(
		"/v1/events",
		{},
		(heard) =>
			heard.filter(({ data }) => data.state === "succeeded").length > 1,
	);
	await delay(50);
	const id = await submit();
	await submit();
	const { heard } = await listening;
	expect(heard[0].data).toMatchObject({ jobId: id, state: "queued" });
});

it("leaves no listener behind when clients go away", async () => {
	server.gate.close();
	const id = await submit();
	const before = server.watcherCount();
	const clients = Array.from({ length: 20 }, (_, k) =>
		listen(
			k % 2 ? "/v1/events?after=0" : `/v1/jobs/${id}/events`,
			{},
			() => true,
		),
	);
	await Promise.allSettled(clients);
	expect(before).toBe(2); // the metrics and the time left
	await expect.poll(server.watcherCount, PATIENT).toBe(before);
	server.gate.open();
});

it("says in between that it lives", async () => {
	async function* never(): AsyncIterable<never> {
		await new Promise(() => {});
	}
	let stopped = false;
	const stream = eventStream(
		never(),
		() => {
			stopped = true;
		},
		10,
	);
	const heard: string[] = [];
	for await (const chunk of stream) {
		heard.push(String(chunk));
		if (heard.length === 4) break;
	}
	expect(heard.slice(1)).toEqual([
		": still here\n\n",
		": still here\n\n",
		": still here\n\n",
	]);
	expect(stopped).toBe(true);
});

it("ends all streams when the server stops", async () => {
	const other = await startTestServer();
	const response = await fetch(`${other.url}/v1/events`);
	const reader = response.body?.getReader();
	await reader?.read();
	const startedMs = performance.now();
	await other.close();
	await expect(
		(async () => {
			while (!(await reader?.read())?.done);
		})(),
	).resolves.toBeUndefined();
	expect(performance.now() - startedMs).toBeLessThan(20_000);
});
