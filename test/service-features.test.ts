import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { JobView } from "../src/apps/server/schemas/job-view.ts";
import {
	TINY,
	tinyPicture,
} from "../src/apps/worker/tiny-picture.test-support.ts";
import type { AnyEngineInfo } from "../src/service/engine-info.ts";
import { scratchFolder } from "./run-lunar.ts";
import { type ServedLunar, serveLunar } from "./serve-lunar.ts";

// What a server does with its real engines, over restarts: one story, in order.

const data = scratchFolder();
const env = {
	LUNAR_HOSTS_COUNT: "1",
	LUNAR_RETENTION_MIN_FREE_BYTES: "1",
	LUNAR_LOG_LEVEL: "debug",
	LUNAR_LOG_MAX_BYTES: "10000",
	LUNAR_LOG_KEEP: "3",
	LUNAR_API_KEY: "",
	// No weights, whatever is on this machine.
	HF_HOME: join(data, "none"),
	U2NET_HOME: join(data, "none"),
};
let server: ServedLunar;
beforeAll(async () => {
	server = await serveLunar(data, env);
});
afterAll(() => server.stop("SIGKILL"));

async function get<T>(path: string): Promise<T> {
	const response = await fetch(server.url + path);
	expect(response.status, path).toBe(200);
	return (await response.json()) as T;
}

async function submit(n: number, request: object): Promise<JobView> {
	const form = new FormData();
	const picture = new Uint8Array(await tinyPicture(n));
	form.set("image", new Blob([picture]), `disc-${n}.png`);
	const { options, formats } = TINY;
	form.set("request", JSON.stringify({ options, formats, ...request }));
	const response = await fetch(`${server.url}/v1/jobs`, {
		method: "POST",
		body: form,
	});
	expect(response.status).toBe(202);
	return (await response.json()) as JobView;
}

async function ended(id: string): Promise<JobView> {
	for (;;) {
		const job = await get<JobView>(`/v1/jobs/${id}`);
		if (job.state !== "queued" && job.state !== "running") return job;
		await sleep(100);
	}
}

let first: JobView;

it("two engines make two assets and a comparison", async ({ skip }) => {
	const { engines } = await get<{ engines: AnyEngineInfo[] }>("/v1/engines");
	const pair = engines
		.filter(({ status, views }) => status === "available" && views[0] === 1)
		.map(({ id }) => id)
		.slice(0, 2);
	if (pair.length < 2) skip("one engine alone takes a single picture here");
	first = await ended((await submit(1, { engines: pair })).id);
	expect(first).toMatchObject({ state: "succeeded" });
	const names = first.files.map(({ name }) => name);
	for (const engine of pair) expect(names).toContain(`${engine}/model.glb`);
	const { better, outcomes } = await get<{
		better: string;
		outcomes: { engine: string }[];
	}>(`/v1/jobs/${first.id}/files/comparison.json`);
	expect(outcomes.map(({ engine }) => engine)).toEqual(pair);
	expect(pair).toContain(better);
});

it("the engine that is named takes the place of one without weights, which is said and not lent", async ({
	skip,
}) => {
	const { engines } = await get<{ engines: AnyEngineInfo[] }>("/v1/engines");
	const missing = engines.find(
		({ status, views }) => status === "needs-weights" && views[0] === 1,
	)?.id;
	if (missing === undefined) skip("no engine lacks weights");
	const asked = { engine: missing };
	const helped = await ended(
		(await submit(2, { ...asked, failover: "relief" })).id,
	);
	expect(helped.result?.outcomes.map(({ engine }) => engine)).toEqual([
		"relief",
	]);
	expect(helped.notices.map(({ code }) => code)).toContain("failover");
	expect(await ended((await submit(2, asked)).id)).toMatchObject({
		state: "failed",
		attempts: 1,
		error: { code: "WEIGHTS_MISSING" },
	});
});

it("a watcher goes on after a kill -9 where it stopped, and files are as they were", async () => {
	const done = await ended((await submit(3, { engine: "relief" })).id);
	const seqs = async (after?: number): Promise<number[]> => {
		const response = await fetch(`${server.url}/v1/jobs/${done.id}/events`, {
			headers: after === undefined ? {} : { "last-event-id": String(after) },
		});
		const text = await response.text();
		return [...text.matchAll(/^id: (\d+)/gm)].map(([, seq]) => Number(seq));
	};
	const before = await seqs();
	const model = await fetch(`${server.url}/v1/jobs/${done.id}/files/model.glb`);
	const etag = model.headers.get("etag");
	await model.arrayBuffer();
	expect(before.length).toBeGreaterThan(3);
	await server.stop("SIGKILL");
	server = await serveLunar(data, env);
	expect(await seqs(before[1])).toEqual(before.slice(2));
	const again = await fetch(`${server.url}/v1/jobs/${done.id}/files/model.glb`);
	expect(again.headers.get("etag")).toBe(etag);
	await again.arrayBuffer();
	const lent = await submit(3, { engine: "relief" });
	expect(lent).toMatchObject({
		state: "succeeded",
		result: { reusedFrom: done.id },
	});
});

it("old jobs go by count while it runs, and the log is cut", async () => {
	expect(await server.stop()).toBe(0);
	server = await serveLunar(data, {
		...env,
		LUNAR_RETENTION_MAX_JOBS: "1",
		LUNAR_RETENTION_EVERY_MINUTES: "0.02",
	});
	await expect
		.poll(async () => (await get<{ total: number }>("/v1/jobs")).total, {
			timeout: 60_000,
		})
		.toBe(1);
	// Each is a line.
	for (let k = 0; k < 60; k++)
		await submit(4, {
			engine: "relief",
			startAt: 8e15,
			title: "x".repeat(200),
		});
	await expect
		.poll(() => readdirSync(join(data, "logs")).length, { timeout: 60_000 })
		.toBeGreaterThan(1);
});
