import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LunarError } from "../../core/errors.ts";
import type { JobView } from "./schemas/job-view.ts";
import {
	PNG,
	pictureForm,
	startTestServer,
	type TestServer,
} from "./server.test-support.ts";

let server: TestServer;
let fetched: string[] = [];
let isGone = false;
let isFull = false;
let slow: Promise<void> | undefined;
beforeAll(async () => {
	server = await startTestServer(
		{ limits: { queueLength: 3, requestsPerMinute: 100_000 } },
		{
			async fetchPicture(url) {
				fetched.push(url);
				await slow;
				if (isGone) throw new LunarError("URL_FAILED", `${url} answered 404`);
				return {
					bytes: (async function* () {
						yield PNG;
					})(),
					finalUrl: url,
				};
			},
			async checkRoom() {
				if (isFull) throw new LunarError("DISK_FULL", "no room");
			},
		},
	);
	server.gate.close(); // nothing ends, so that the queue fills
});
afterAll(() => server.close());
beforeEach(() => {
	fetched = [];
	isGone = isFull = false;
	slow = undefined;
});

const URL_JOB = {
	images: [{ url: "https://shop.example/shoe.png" }],
	reuse: false,
};

function send(path: string, body: object, key: string): Promise<Response> {
	const isForm = body instanceof FormData;
	return fetch(server.url + path, {
		method: "POST",
		body: isForm ? body : JSON.stringify(body),
		headers: {
			...(isForm ? {} : { "content-type": "application/json" }),
			"idempotency-key": key,
		},
	});
}

async function idOf(response: Response): Promise<string> {
	expect(response.status).toBe(202);
	return ((await response.json()) as JobView).id;
}

async function codeOf(response: Response): Promise<string> {
	return ((await response.json()) as { code: string }).code;
}

async function blobCount(): Promise<number> {
	let count = 0;
	for await (const _ of server.blobs.list()) count++;
	return count;
}

describe("a request that was sent before", () => {
	it("is not fetched again, and needs neither its addresses nor room", async () => {
		const id = await idOf(await send("/v1/jobs", URL_JOB, "url-1"));
		const form = (): FormData => pictureForm({ title: "kept", reuse: false });
		const formId = await idOf(await send("/v1/jobs", form(), "form-1"));
		const batch = { jobs: [URL_JOB, { ...URL_JOB, dependsOn: ["#0"] }] };
		const made = await send("/v1/jobs/batch", batch, "batch-1");
		expect(made.status).toBe(202);
		const { jobs } = (await made.json()) as { jobs: JobView[] };
		expect(fetched).toHaveLength(3);

		isGone = isFull = true;
		expect(await codeOf(await send("/v1/jobs", URL_JOB, "url-2"))).toBe(
			"URL_FAILED",
		);
		expect(await codeOf(await send("/v1/jobs", form(), "form-2"))).toBe(
			"DISK_FULL",
		);
		isGone = isFull = false;
		// One runs, three wait: the queue is full.
		expect(await codeOf(await send("/v1/jobs", form(), "form-3"))).toBe(
			"QUEUE_FULL",
		);
		isGone = isFull = true;
		fetched = [];

		const again = await send("/v1/jobs", URL_JOB, "url-1");
		expect(again.headers.get("idempotent-replayed")).toBe("true");
		expect(await idOf(again)).toBe(id);
		expect(await idOf(await send("/v1/jobs", form(), "form-1"))).toBe(formId);
		const batchAgain = await send("/v1/jobs/batch", batch, "batch-1");
		expect(batchAgain.headers.get("idempotent-replayed")).toBe("true");
		expect(
			((await batchAgain.json()) as { jobs: JobView[] }).jobs.map(
				(job) => job.id,
			),
		).toEqual(jobs.map((job) => job.id));
		expect(fetched).toEqual([]);
	});

	it("with another body is a conflict, of which nothing is fetched or kept", async () => {
		const other = { ...URL_JOB, title: "other" };
		expect(await codeOf(await send("/v1/jobs", other, "url-1"))).toBe(
			"IDEMPOTENCY_CONFLICT",
		);
		expect(fetched).toEqual([]);
		const before = await blobCount();
		// Another picture, not one of the bytes before the last chunk differ.
		const picture = Buffer.concat([PNG, Buffer.from("more")]);
		const form = pictureForm({ title: "kept", reuse: false }, picture);
		const response = await send("/v1/jobs", form, "form-1");
		expect(response.status).toBe(409);
		expect(await codeOf(response)).toBe("IDEMPOTENCY_CONFLICT");
		expect(await blobCount()).toBe(before);
	});

	it("waits for the first while that is in work, and takes its place when it fails", async () => {
		for (const { id } of (await server.service.list({}, 99)).jobs)
			await server.service.remove(id);
		const { promise, resolve } = Promise.withResolvers<void>();
		slow = promise;
		const first = send("/v1/jobs", URL_JOB, "slow");
		await expect.poll(() => fetched.length).toBe(1);
		const others = Array.from({ length: 5 }, () =>
			send("/v1/jobs", URL_JOB, "slow"),
		);
		resolve();
		const ids = await Promise.all(
			[first, ...others].map(async (one) => idOf(await one)),
		);
		expect(new Set(ids).size).toBe(1);
		expect(fetched).toHaveLength(1);

		isGone = true;
		expect(await codeOf(await send("/v1/jobs", URL_JOB, "late"))).toBe(
			"URL_FAILED",
		);
		isGone = false;
		await idOf(await send("/v1/jobs", URL_JOB, "late"));
	});

	it("is known at the plain addresses too", async () => {
		for (const { id } of (await server.service.list({}, 99)).jobs)
			await server.service.remove(id);
		const form = (seed: string): FormData => {
			const data = pictureForm();
			data.append("seed", seed);
			return data;
		};
		const ask = async (seed: string): Promise<Response> =>
			send("/generate_async", form(seed), "plain");
		const [a, b] = [await ask("7"), await ask("7")].map(
			async (response) =>
				((await response.json()) as { job_id: string }).job_id,
		);
		expect(await a).toBe(await b);
		expect((await ask("8")).status).toBe(409);
	});
});

describe("a changed retry", () => {
	it("may bring other pictures and options, and names the job before", async () => {
		for (const { id } of (await server.service.list({}, 99)).jobs)
			await server.service.remove(id);
		const form = new FormData();
		for (const name of ["front", "back"])
			form.append(
				name,
				new Blob([PNG as Uint8Array<ArrayBuffer>]),
				`${name}.png`,
			);
		form.append(
			"request",
			JSON.stringify({
				engine: "visual-hull",
				title: "Cow",
				options: { seed: 4 },
			}),
		);
		const before = await idOf(await send("/v1/jobs", form, "before"));
		const retry = async (changes: object, key: string): Promise<JobView> => {
			const response = await send(`/v1/jobs/${before}/retry`, { changes }, key);
			expect(response.status).toBe(202);
			return (await response.json()) as JobView;
		};
		const finer = await retry({ options: { quality: "fast" } }, "finer");
		expect(finer.id).not.toBe(before);
		expect(finer.request).toMatchObject({
			retryOf: before,
			title: "Cow",
			engines: ["visual-hull"],
			options: { quality: "fast" },
		});
		expect(finer.request.inputs.map(({ view }) => view)).toEqual([
			"front",
			"back",
		]);
		expect((await retry({ options: { quality: "fast" } }, "finer")).id).toBe(
			finer.id,
		);

		const other = await retry(
			{ images: [{ url: "https://shop.example/other.png" }], engine: "relief" },
			"other",
		);
		expect(other.request).toMatchObject({
			retryOf: before,
			engines: ["relief"],
		});
		expect(other.request.inputs.map(({ label }) => label)).toEqual([
			"other.png",
		]);
		expect(fetched).toEqual(["https://shop.example/other.png"]);

		const wrong = await send(
			`/v1/jobs/${before}/retry`,
			{ changes: { images: [{ upload: `upl_${"0".repeat(64)}` }] } },
			"wrong",
		);
		expect(wrong.status).toBe(400);
		expect(await wrong.json()).toMatchObject({
			code: "INPUT_NOT_FOUND",
			errors: [{ field: "changes.images.0.upload" }],
		});
	});
});
