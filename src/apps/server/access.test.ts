import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JobView } from "./schemas/job-view.ts";
import {
	PNG,
	pictureForm,
	startTestServer,
	type TestServer,
} from "./server.test-support.ts";

/** Slow machines. */
const PATIENT = { timeout: 60_000 };

const bearer = (key: string): Record<string, string> => ({
	authorization: `Bearer ${key}`,
});

describe("with keys", () => {
	let server: TestServer;
	let reader: string;
	let submitter: string;
	let other: string;
	let admin: string;
	beforeAll(async () => {
		server = await startTestServer({ apiKeysRequired: true });
		reader = await server.addKey({ name: "r", scopes: ["read"] });
		submitter = await server.addKey({ name: "s", scopes: ["submit"] });
		other = await server.addKey({ name: "o", scopes: ["submit"] });
		admin = await server.addKey({ name: "a", scopes: ["admin"] });
	});
	afterAll(() => server.close());

	const ask = (path: string, key?: string, init: RequestInit = {}) =>
		fetch(server.url + path, {
			...init,
			headers: {
				...(init.headers as Record<string, string>),
				...(key ? bearer(key) : {}),
			},
		});
	const submit = async (key: string): Promise<JobView> => {
		const response = await ask("/v1/jobs", key, {
			method: "POST",
			body: pictureForm({ reuse: false }),
		});
		expect(response.status).toBe(202);
		return (await response.json()) as JobView;
	};
	const ended = async (id: string): Promise<void> => {
		await expect
			.poll(async () => (await server.service.get(id)).job.state, PATIENT)
			.toBe("succeeded");
	};

	it("only tells that it lives to those without", async () => {
		expect((await ask("/health")).status).toBe(200);
		expect((await ask("/ready")).status).toBe(200);
		for (const path of [
			"/v1/jobs",
			"/v1/engines",
			"/v1/events",
			"/v1/keys",
			"/metrics",
			"/jobs",
			"/v1/machine",
			`/v1/uploads/upl_${"0".repeat(64)}`,
		]) {
			const response = await ask(path);
			expect(response.status, path).toBe(401);
			expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
			expect(await response.json()).toMatchObject({ code: "UNAUTHORIZED" });
		}
	});

	it.each(["lunar_wrong", "", "Basic x", "\u00fc"])(
		"does not take %j",
		async (key) => {
			const response = await fetch(`${server.url}/v1/jobs`, {
				headers: {
					authorization: key.startsWith("Basic") ? key : `Bearer ${key}`,
				},
			});
			expect(response.status).toBe(401);
		},
	);

	it("keeps to scopes", async () => {
		expect((await ask("/v1/jobs", reader)).status).toBe(200);
		const refused = await ask("/v1/jobs", reader, {
			method: "POST",
			body: pictureForm(),
		});
		expect(refused.status).toBe(403);
		expect(await refused.json()).toMatchObject({ code: "FORBIDDEN" });
		expect((await ask("/v1/keys", submitter)).status).toBe(403);
		expect((await ask("/v1/keys", admin)).status).toBe(200);
		const me = await (await ask("/v1/me", submitter)).json();
		expect(me).toMatchObject({
			scopes: ["read", "submit"],
			keysRequired: true,
		});
		const nobody = await (await ask("/v1/me")).json();
		expect(nobody).toMatchObject({ scopes: [], keysRequired: true });
	});

	it("shows a key its own jobs, and all to admins", async () => {
		const job = await submit(submitter);
		await ended(job.id);
		for (const path of [
			`/v1/jobs/${job.id}`,
			`/v1/jobs/${job.id}/files`,
			`/v1/jobs/${job.id}/files/model.glb`,
			`/v1/jobs/${job.id}/events`,
			`/v1/jobs/${job.id}/inputs/shoe.png`,
			`/v1/webhooks/deliveries?job=${job.id}`,
			`/status/${job.id}`,
		]) {
			expect((await ask(path, other)).status, path).toBe(404);
			expect((await ask(path, admin)).status, path).toBe(200);
			expect((await ask(path, submitter)).status, path).toBe(200);
		}
		for (const [method, path] of [
			["DELETE", ""],
			["PATCH", ""],
			["POST", "/cancel"],
			["POST", "/retry"],
			["POST", "/links"],
		]) {
			const response = await ask(`/v1/jobs/${job.id}${path}`, other, {
				method,
				...(method === "DELETE"
					? {}
					: {
							body: path === "/links" ? '{"file":"model.glb"}' : "{}",
							headers: { "content-type": "application/json" },
						}),
			});
			expect(response.status, `${method} ${path}`).toBe(404);
		}
		const list = (await (await ask("/v1/jobs", other)).json()) as {
			jobs: JobView[];
			counts: { succeeded: number };
		};
		expect(list.jobs).toEqual([]);
		expect(list.counts.succeeded).toBe(0);
	});

	it("streams a key its own events only", async () => {
		const stop = new AbortController();
		const stream = await ask("/v1/events?after=0", other, {
			signal: stop.signal,
		});
		const mine = await submit(other);
		await submit(submitter);
		const last = await submit(other);
		await ended(last.id);
		const reader = stream.body?.getReader();
		let text = "";
		while (!text.includes(last.id))
			text += Buffer.from((await reader?.read())?.value ?? []).toString();
		stop.abort();
		const ids = new Set(
			[...text.matchAll(/"jobId":"(job_[^"]+)"/g)].map(([, id]) => id),
		);
		expect(ids).toEqual(new Set([mine.id, last.id]));
	});

	it("hands out links that work without a key, for what they name", async () => {
		const job = await submit(submitter);
		await ended(job.id);
		const shown = (await (
			await ask(`/v1/jobs/${job.id}`, submitter)
		).json()) as JobView;
		const url = shown.files[0].url;
		expect((await ask(url)).status).toBe(200);
		expect((await ask(`${url}&inline=1`)).status).toBe(200);
		expect((await ask(shown.request.inputs[0].url)).status).toBe(200);
		expect((await ask(shown.links.events)).status).toBe(200);
		expect((await ask(url.replace("model.glb", "report.json"))).status).toBe(
			401,
		);
		expect((await ask(url.replace(/signature=./, "signature=_"))).status).toBe(
			401,
		);
		expect(
			(await ask(`/v1/jobs/${job.id}${new URL(url, server.url).search}`))
				.status,
		).toBe(401);
		const short = (await (
			await ask(`/v1/jobs/${job.id}/links`, submitter, {
				method: "POST",
				body: JSON.stringify({ file: "model.glb", expiresInSeconds: 1 }),
				headers: { "content-type": "application/json" },
			})
		).json()) as { url: string };
		expect((await ask(short.url)).status).toBe(200);
		await expect
			.poll(async () => (await ask(short.url)).status, PATIENT)
			.toBe(401);
	});

	it("makes keys, shows them once, and takes them away", async () => {
		const made = (await (
			await ask("/v1/keys", admin, {
				method: "POST",
				body: JSON.stringify({
					name: "shop",
					scopes: ["read"],
					requestsPerMinute: 3,
				}),
				headers: { "content-type": "application/json" },
			})
		).json()) as { key: string; id: string };
		expect(made.key).toMatch(/^lunar_[\w-]{43}$/);
		const listed = await (await ask("/v1/keys", admin)).text();
		expect(listed).toContain(made.id);
		expect(listed).not.toContain(made.key);
		expect(listed).not.toContain("hash");
		const statuses: number[] = [];
		for (let k = 0; k < 4; k++)
			statuses.push((await ask("/v1/options", made.key)).status);
		expect(statuses).toEqual([200, 200, 200, 429]);
		const gone = await ask(`/v1/keys/${made.id}`, admin, { method: "DELETE" });
		expect(gone.status).toBe(204);
		expect((await ask("/v1/options", made.key)).status).toBe(401);
	});

	it("forgets keys that have expired", async () => {
		const key = await server.addKey({
			name: "old",
			scopes: ["read"],
			expiresAt: Date.now() - 1,
		});
		expect((await ask("/v1/jobs", key)).status).toBe(401);
	});

	it("holds each key to its share", async () => {
		const key = await server.addKey({
			name: "few",
			scopes: ["submit"],
			concurrentJobs: 2,
		});
		server.gate.close();
		try {
			const statuses = await Promise.all(
				Array.from(
					{ length: 5 },
					async () =>
						(
							await ask("/v1/jobs", key, {
								method: "POST",
								body: pictureForm({ reuse: false }),
							})
						).status,
				),
			);
			expect(statuses.filter((status) => status === 202).length).toBe(2);
			expect(statuses.filter((status) => status === 429).length).toBe(3);
		} finally {
			server.gate.open();
		}
		const small = await server.addKey({
			name: "small",
			scopes: ["submit"],
			storageBytes: 1,
		});
		await ended((await submit(small)).id);
		const full = await ask("/v1/jobs", small, {
			method: "POST",
			body: pictureForm({ reuse: false }),
		});
		expect(full.status).toBe(429);
		expect(full.headers.get("retry-after")).not.toBeNull();
		expect(await full.json()).toMatchObject({ code: "QUOTA_EXCEEDED" });
	});
});

describe("without keys, on loopback", () => {
	let server: TestServer;
	beforeAll(async () => {
		server = await startTestServer({
			corsOrigins: ["https://shop.example"],
			limits: { requestsPerMinute: 60 },
		});
	});
	afterAll(() => server.close());

	/** fetch does not let Host be set. */
	const raw = (
		headers: Record<string, string>,
		method = "GET",
		path = "/v1/options",
	): Promise<{ status: number; headers: Record<string, unknown> }> =>
		new Promise((resolve, reject) => {
			const sent = request(
				server.url + path,
				{ method, headers },
				(response) => {
					response.resume();
					resolve({
						status: response.statusCode ?? 0,
						headers: response.headers,
					});
				},
			);
			sent.on("error", reject);
			sent.end();
		});

	it.each([
		["localhost", 200],
		["localhost:8000", 200],
		["127.0.0.1:1", 200],
		["[::1]:8000", 200],
		["LOCALHOST", 200],
		["evil.example", 403],
		["localhost.evil.example", 403],
		["127.0.0.1.evil.example", 403],
		["192.168.1.7", 403],
		["[::1].evil", 403],
		["localhost@evil.example", 403],
	])("reached as %s: %i", async (host, status) => {
		expect((await raw({ host })).status).toBe(status);
	});

	it.each([
		["http://evil.example", 403],
		["null", 403],
		["https://shop.example", 404],
		["same", 404],
		[undefined, 404],
	])("a page of %s may change things: %s", async (origin, status) => {
		const host = new URL(server.url).host;
		const response = await raw(
			{
				host,
				...(origin
					? { origin: origin === "same" ? `http://${host}` : origin }
					: {}),
			},
			"DELETE",
			`/v1/jobs/job_${"0".repeat(26)}`,
		);
		expect(response.status).toBe(status);
	});

	it("lets only known pages read answers", async () => {
		const known = await raw({ origin: "https://shop.example" });
		expect(known.headers["access-control-allow-origin"]).toBe(
			"https://shop.example",
		);
		const unknown = await raw({ origin: "https://evil.example" });
		expect(unknown.headers["access-control-allow-origin"]).toBeUndefined();
	});

	it("says so when there are too many requests", async () => {
		let response = await fetch(`${server.url}/v1/options`);
		for (let k = 0; k < 80 && response.status === 200; k++)
			response = await fetch(`${server.url}/v1/options`);
		expect(response.status).toBe(429);
		expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
		expect(await response.json()).toMatchObject({ code: "RATE_LIMITED" });
		expect((await fetch(`${server.url}/health`)).status).toBe(200);
	});

	it("has safe headers on every answer", async () => {
		for (const path of ["/health", "/nowhere", "/v1/jobs/x", "/docs/"]) {
			const { headers } = await fetch(server.url + path);
			expect(headers.get("x-content-type-options")).toBe("nosniff");
			expect(headers.get("content-security-policy")).toContain(
				"object-src 'none'",
			);
			expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
		}
	});
});

it("asks for keys wherever it can be reached from elsewhere", async () => {
	const server = await startTestServer({ host: "0.0.0.0" });
	expect((await fetch(`${server.url}/v1/jobs`)).status).toBe(401);
	const form = new FormData();
	form.append("file", new Blob([PNG as Uint8Array<ArrayBuffer>]), "a.png");
	const upload = await fetch(`${server.url}/v1/uploads`, {
		method: "POST",
		body: form,
	});
	expect(upload.status).toBe(401);
	await server.close();
});
