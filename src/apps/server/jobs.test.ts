import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JobView } from "./schemas/job-view.ts";
import {
	PNG,
	pictureForm,
	startTestServer,
	type TestServer,
} from "./server.test-support.ts";

let server: TestServer;
beforeAll(async () => {
	server = await startTestServer();
});
afterAll(() => server.close());

const ask = (path: string, init?: RequestInit): Promise<Response> =>
	fetch(server.url + path, init);
const askJson = (
	path: string,
	body: unknown,
	headers: Record<string, string> = {},
	method = "POST",
): Promise<Response> =>
	ask(path, {
		method,
		body: JSON.stringify(body),
		headers: { "content-type": "application/json", ...headers },
	});

/** A job that differs from all others, so that no result is lent. */
async function submit(request: object = {}): Promise<JobView> {
	const response = await ask("/v1/jobs", {
		method: "POST",
		body: pictureForm({ reuse: false, ...request }),
	});
	expect(response.status).toBe(202);
	return (await response.json()) as JobView;
}

async function ended(id: string): Promise<JobView> {
	for (;;) {
		const job = (await (await ask(`/v1/jobs/${id}`)).json()) as JobView;
		if (!["queued", "running"].includes(job.state)) return job;
		await delay(10);
	}
}

describe("a job", () => {
	it("goes from a form to files", async () => {
		const job = await submit({ title: "Red shoe", tags: ["a"] });
		expect(job.id).toMatch(/^job_/);
		expect(job.request.inputs[0]).toMatchObject({ label: "shoe.png" });
		const done = await ended(job.id);
		expect(done.state).toBe("succeeded");
		const model = done.files.find(({ name }) => name === "model.glb");
		const response = await ask(model?.url ?? "");
		expect(response.headers.get("content-type")).toBe("model/gltf-binary");
		expect(response.headers.get("content-disposition")).toContain(
			'attachment; filename="Red shoe model.glb"',
		);
		expect(await response.text()).toBe("glTF of shoe.png");
		const input = await ask(done.request.inputs[0].url);
		expect(input.headers.get("content-type")).toBe("image/png");
		expect(Buffer.from(await input.arrayBuffer())).toEqual(PNG);
	});

	it("is made from uploads named in JSON", async () => {
		const form = new FormData();
		form.append("file", new Blob([PNG as Uint8Array<ArrayBuffer>]), "a.png");
		const uploaded = await ask("/v1/uploads", { method: "POST", body: form });
		expect(uploaded.status).toBe(201);
		const { uploads } = (await uploaded.json()) as {
			uploads: { id: string; width: number; mimeType: string }[];
		};
		expect(uploads[0]).toMatchObject({ width: 32, mimeType: "image/png" });
		const response = await askJson("/v1/jobs", {
			images: [
				{ upload: uploads[0].id, view: "front", label: "Front.png" },
				{ upload: uploads[0].id, view: "back" },
			],
			engine: "visual-hull",
		});
		expect(response.status).toBe(202);
		const job = (await response.json()) as JobView;
		expect(response.headers.get("location")).toBe(`/v1/jobs/${job.id}`);
		expect(job.request.inputs.map(({ label, view }) => [label, view])).toEqual([
			["Front.png", "front"],
			["image-2", "back"],
		]);
	});

	it("can be renamed, found, and deleted", async () => {
		const job = await submit({ title: "before" });
		await ended(job.id);
		const patched = await askJson(
			`/v1/jobs/${job.id}`,
			{ title: "quokka", favourite: true, tags: ["rare"] },
			{},
			"PATCH",
		);
		expect(((await patched.json()) as JobView).favourite).toBe(true);
		const found = (await (
			await ask("/v1/jobs?search=quokka&tag=rare&favourite=true")
		).json()) as { jobs: JobView[]; total: number };
		expect(found.jobs.map(({ id }) => id)).toEqual([job.id]);
		expect(found.total).toBe(1);
		const gone = await ask(`/v1/jobs/${job.id}`, { method: "DELETE" });
		expect(gone.status).toBe(204);
		expect((await ask(`/v1/jobs/${job.id}`)).status).toBe(404);
	});

	it("is cancelled in two steps", async () => {
		server.gate.close();
		try {
			const job = await submit();
			const first = await askJson(`/v1/jobs/${job.id}/cancel`, {});
			expect(await first.json()).toMatchObject({ outcome: "pending" });
			const second = await askJson(`/v1/jobs/${job.id}/cancel`, {
				confirm: true,
			});
			expect(await second.json()).toMatchObject({
				outcome: "cancelled",
				job: { state: "cancelled" },
			});
			const third = await ask(`/v1/jobs/${job.id}/cancel`, { method: "POST" });
			expect(await third.json()).toMatchObject({ outcome: "cancelled" });
			const done = await submit();
			server.gate.open();
			await ended(done.id);
			const late = await askJson(`/v1/jobs/${done.id}/cancel`, {
				confirm: true,
			});
			expect(await late.json()).toMatchObject({ outcome: "too-late" });
		} finally {
			server.gate.open();
		}
	});

	it("is retried with changes", async () => {
		server.gate.close();
		const job = await submit();
		await askJson(`/v1/jobs/${job.id}/cancel`, { confirm: true });
		server.gate.open();
		const retried = await askJson(`/v1/jobs/${job.id}/retry`, {
			changes: { options: { quality: "fast" } },
		});
		expect(retried.status).toBe(202);
		const done = await ended(((await retried.json()) as JobView).id);
		expect(done.state).toBe("succeeded");
		expect(done.request.options.quality).toBe("fast");
	});

	it("keeps the secret of its webhook to itself", async () => {
		const secret = `whsec_${Buffer.alloc(24, 3).toString("base64")}`;
		const job = await submit({
			webhook: { url: "https://shop.example/hook", secret },
		});
		expect(JSON.stringify(job)).not.toContain(secret);
		const listed = await (await ask("/v1/jobs")).text();
		expect(listed).not.toContain(secret);
		expect(listed).toContain("shop.example");
	});
});

describe("a batch", () => {
	it("is made whole, with jobs that wait for each other", async () => {
		const form = new FormData();
		form.append("file", new Blob([PNG as Uint8Array<ArrayBuffer>]), "a.png");
		const { uploads } = (await (
			await ask("/v1/uploads", { method: "POST", body: form })
		).json()) as { uploads: { id: string }[] };
		const images = [{ upload: uploads[0].id }];
		const response = await askJson("/v1/jobs/batch", {
			jobs: [
				{ images, reuse: false, title: "one" },
				{ images, reuse: false, title: "two", dependsOn: ["#0"] },
			],
		});
		expect(response.status).toBe(202);
		const { jobs } = (await response.json()) as { jobs: JobView[] };
		expect(jobs[1].request.dependsOn).toEqual([jobs[0].id]);
		expect((await ended(jobs[1].id)).state).toBe("succeeded");
	});

	it("is made not at all where one is wrong", async () => {
		const before = (await (await ask("/v1/jobs")).json()) as { total: number };
		const response = await askJson("/v1/jobs/batch", {
			jobs: [{ images: [{ upload: `upl_${"0".repeat(64)}` }] }],
		});
		expect(response.status).toBe(400);
		expect(await response.json()).toMatchObject({
			code: "INPUT_NOT_FOUND",
			errors: [{ field: "jobs.0.images.0.upload" }],
		});
		const after = (await (await ask("/v1/jobs")).json()) as { total: number };
		expect(after.total).toBe(before.total);
	});
});

describe("Idempotency-Key", () => {
	it("makes one job of twenty requests at once", async () => {
		const ids = await Promise.all(
			Array.from({ length: 20 }, async () => {
				const response = await ask("/v1/jobs", {
					method: "POST",
					body: pictureForm({ title: "once", reuse: false }),
					headers: { "idempotency-key": "once-1" },
				});
				expect(response.status).toBe(202);
				return ((await response.json()) as JobView).id;
			}),
		);
		expect(new Set(ids).size).toBe(1);
	});

	it("is refused for another body", async () => {
		const send = (title: string): Promise<Response> =>
			ask("/v1/jobs", {
				method: "POST",
				body: pictureForm({ title }),
				headers: { "idempotency-key": "once-2" },
			});
		expect((await send("a")).status).toBe(202);
		const again = await send("a");
		expect(again.headers.get("idempotent-replayed")).toBe("true");
		const other = await send("b");
		expect(other.status).toBe(409);
		expect(await other.json()).toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
	});

	it("does not care for the order of keys in JSON", async () => {
		const form = new FormData();
		form.append("file", new Blob([PNG as Uint8Array<ArrayBuffer>]), "a.png");
		const { uploads } = (await (
			await ask("/v1/uploads", { method: "POST", body: form })
		).json()) as { uploads: { id: string }[] };
		const images = [{ upload: uploads[0].id }];
		const headers = { "idempotency-key": "once-3" };
		const a = await askJson("/v1/jobs", { images, title: "t" }, headers);
		const b = await askJson("/v1/jobs", { title: "t", images }, headers);
		expect(((await a.json()) as JobView).id).toBe(
			((await b.json()) as JobView).id,
		);
	});

	it.each(["", "with space", "\u00fc", "x".repeat(201)])(
		"%j is no key",
		async (key) => {
			const response = await askJson(
				"/v1/jobs",
				{ images: [{ upload: `upl_${"0".repeat(64)}` }] },
				{ "idempotency-key": key },
			);
			expect(response.status).toBe(400);
			expect(await response.json()).toMatchObject({ code: "REQUEST_INVALID" });
		},
	);
});

describe("files", () => {
	it("come in ranges, and not again to those who have them", async () => {
		const { id } = await ended((await submit()).id);
		const url = `/v1/jobs/${id}/files/model.glb`;
		const whole = await ask(url);
		const etag = whole.headers.get("etag") ?? "";
		const text = await whole.text();
		const part = await ask(url, { headers: { range: "bytes=5-6" } });
		expect(part.status).toBe(206);
		expect(part.headers.get("content-range")).toBe(`bytes 5-6/${text.length}`);
		expect(await part.text()).toBe("of");
		const stale = await ask(url, {
			headers: { range: "bytes=5-6", "if-range": '"other"' },
		});
		expect(stale.status).toBe(200);
		const beyond = await ask(url, { headers: { range: "bytes=999-" } });
		expect(beyond.status).toBe(416);
		expect(beyond.headers.get("content-range")).toBe(`bytes */${text.length}`);
		const known = await ask(url, { headers: { "if-none-match": etag } });
		expect(known.status).toBe(304);
		const head = await ask(url, { method: "HEAD" });
		expect(head.headers.get("content-length")).toBe(String(text.length));
	});

	it("never run in a page of ours", async () => {
		const { id } = await ended((await submit()).id);
		for (const [name, inline] of [
			["report.html", true],
			["report.html", false],
			["model.glb", true],
		] as const) {
			const { headers } = await ask(
				`/v1/jobs/${id}/files/${name}${inline ? "?inline=1" : ""}`,
			);
			expect(headers.get("x-content-type-options")).toBe("nosniff");
			expect(headers.get("content-security-policy")).toMatch(
				/^sandbox; default-src 'none'/,
			);
			expect(headers.get("content-disposition")).toMatch(
				inline ? /^inline/ : /^attachment/,
			);
		}
	});

	it.each([
		"../../jobs.db",
		"..%2f..%2fjobs.db",
		"%2e%2e/%2e%2e/jobs.db",
		"model.glb%00.png",
		"..\\jobs.db",
		"/etc/passwd",
		"model.glb/",
	])("%s is none of them", async (name) => {
		const { id } = await ended((await submit()).id);
		const response = await ask(`/v1/jobs/${id}/files/${name}`);
		expect([400, 404]).toContain(response.status);
		expect(await response.text()).not.toContain("SQLite");
	});
});

describe("the plain addresses", () => {
	it("make a model while the client waits", async () => {
		const form = pictureForm();
		form.append("quality", "fast");
		form.append("texture_size", "512");
		form.append("unheard_of", "1");
		const response = await ask("/generate", { method: "POST", body: form });
		expect(response.status).toBe(200);
		expect(response.headers.get("content-type")).toBe("model/gltf-binary");
		const id = response.headers.get("x-job-id") ?? "";
		expect((await response.text()).startsWith("glTF")).toBe(true);
		const { job } = await server.service.get(id);
		expect(job.request.options).toMatchObject({
			quality: "fast",
			textureSize: 512,
		});
	});

	it("make one in the background", async () => {
		const response = await ask("/generate_async", {
			method: "POST",
			body: pictureForm(undefined, PNG, "file"),
		});
		expect(response.status).toBe(202);
		const { job_id } = (await response.json()) as { job_id: string };
		await ended(job_id);
		const status = (await (await ask(`/status/${job_id}`)).json()) as {
			status: string;
			progress: number;
			model_url: string;
		};
		expect(status).toMatchObject({ status: "completed", progress: 100 });
		expect((await ask(status.model_url)).status).toBe(200);
		const { jobs } = (await (await ask("/jobs?limit=1")).json()) as {
			jobs: { job_id: string }[];
		};
		expect(jobs[0].job_id).toBe(job_id);
	});

	it("cancel in two steps", async () => {
		server.gate.close();
		try {
			const form = pictureForm();
			form.append("seed", "77");
			const { job_id } = (await (
				await ask("/generate_async", { method: "POST", body: form })
			).json()) as { job_id: string };
			const cancel = (body?: object): Promise<Response> =>
				askJson(`/cancel/${job_id}`, body ?? {});
			expect(await (await cancel()).json()).toMatchObject({
				status: "pending",
			});
			expect(await (await cancel({ confirm: true })).json()).toMatchObject({
				status: "cancelled",
			});
			expect(await (await ask(`/status/${job_id}`)).json()).toMatchObject({
				status: "cancelled",
			});
		} finally {
			server.gate.open();
		}
	});

	it("say what is wrong", async () => {
		const form = pictureForm();
		form.append("faces", "5");
		const response = await ask("/generate", { method: "POST", body: form });
		expect(response.status).toBe(400);
		expect(await response.json()).toMatchObject({
			errors: [{ field: "faces", limit: 100, seen: 5 }],
		});
	});
});
