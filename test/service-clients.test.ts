import { createHmac } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { COW, runLunar, scratchFolder } from "./run-lunar.ts";
import {
	type ReceivedRequest,
	type ServedLunar,
	serveLunar,
	startReceiver,
} from "./serve-lunar.ts";

// The command line, webhooks and pictures from addresses, against a real server: one story, in order.

const SECRET = `whsec_${Buffer.alloc(24, 5).toString("base64")}`;
const FAST = ["--engine", "visual-hull", "--quality", "fast"];
const data = scratchFolder();
const out = scratchFolder();
const FAR = "2100-01-01";

let server: ServedLunar;
let shop: Awaited<ReturnType<typeof startReceiver>>;
let everybody: Awaited<ReturnType<typeof startReceiver>>;
let env: Record<string, string>;

const finals = (requests: readonly ReceivedRequest[]): ReceivedRequest[] =>
	requests.filter(({ body }) => body.includes('"job.succeeded"'));

const run = (args: readonly string[], more: Record<string, string> = {}) =>
	runLunar(args, { env: { LUNAR_SERVER: server.url, ...more } });

beforeAll(async () => {
	// The first news of the end is not taken.
	shop = await startReceiver((request, before) => ({
		status:
			request.body.includes('"job.succeeded"') && finals(before).length === 0
				? 500
				: 204,
	}));
	const picture = readFileSync(join(COW, "front.png"));
	everybody = await startReceiver(({ path }) =>
		path === "/cow.png"
			? { status: 200, body: picture }
			: { status: path === "/hook" ? 200 : 404 },
	);
	env = {
		LUNAR_FETCH_ALLOW_HOSTS: "127.0.0.1",
		LUNAR_WEBHOOKS_URL: `${everybody.url}/hook`,
		LUNAR_WEBHOOKS_FORM: "callback",
		LUNAR_WEBHOOKS_SECRET: SECRET,
		LUNAR_RETENTION_MIN_FREE_BYTES: "1",
		LUNAR_API_KEY: "",
	};
	server = await serveLunar(data, env);
});

afterAll(async () => {
	await server.stop("SIGKILL");
	shop.close();
	everybody.close();
});

describe("the clients of a server", { timeout: 300_000 }, () => {
	let id = "";
	let submittedMs = 0;

	it("lunar submit sends, watches and fetches", async () => {
		submittedMs = performance.now();
		const {
			code,
			out: printed,
			err,
		} = await run([
			"submit",
			COW,
			...FAST,
			"--title",
			"A cow",
			"--tag",
			"farm",
			"--metadata",
			'{"order":7}',
			"--webhook",
			`${shop.url}/job`,
			"--webhook-secret",
			SECRET,
			"-o",
			join(out, "cow.glb"),
			"--json",
		]);
		expect(err).toBe("");
		expect(code).toBe(0);
		const lines = printed
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line));
		id = lines[0].job.id;
		expect(lines[0]).toMatchObject({
			type: "job",
			job: { state: "queued", request: { title: "A cow", tags: ["farm"] } },
		});
		const events = lines.filter(({ kind }) => kind === "event");
		expect(events.some(({ type }) => type === "progress")).toBe(true);
		expect(events.at(-1)).toMatchObject({ type: "state", state: "succeeded" });
		for (const [k, { seq }] of events.entries())
			expect(seq).toBeGreaterThan(k === 0 ? 0 : events[k - 1].seq);
		expect(lines.at(-1)).toMatchObject({
			type: "result",
			files: [join(out, "cow.glb")],
			job: { result: { outcomes: [{ engine: "visual-hull" }] } },
		});
		expect(readFileSync(join(out, "cow.glb")).toString("latin1", 0, 4)).toBe(
			"glTF",
		);
	});

	it("everybody's receiver is told in the callback form, with a link that works", async () => {
		const bodies = () =>
			everybody.received
				.filter(({ path }) => path === "/hook")
				.map(({ body }) => JSON.parse(body));
		await vi.waitFor(
			() => expect(bodies().at(-1)?.status).toBe("completed"),
			60_000,
		);
		expect(bodies().at(-1)).toMatchObject({
			job_id: id,
			progress: 100,
			error_message: null,
			metadata: { order: 7 },
		});
		expect(bodies()[0].status).toBe("processing");
		const model = await fetch(bodies().at(-1).model_url);
		expect(model.status).toBe(200);
		expect((await model.text()).slice(0, 4)).toBe("glTF");
	});

	it("progress comes once a second at most", () => {
		for (const { received } of [shop, everybody]) {
			const times = received
				.filter(
					({ body }) =>
						body.includes('"job.progress"') || body.includes('"processing"'),
				)
				.map(({ atMs }) => atMs);
			expect(times.length).toBeGreaterThan(0);
			// However long each was on its way: no more than there were seconds.
			expect(times.length).toBeLessThanOrEqual(
				1 + Math.floor((Math.max(...times) - submittedMs) / 1000),
			);
		}
	});

	it("a message that was not taken survives kill -9 and comes again, signed", async () => {
		await vi.waitFor(
			() => expect(finals(shop.received).length).toBe(1),
			60_000,
		);
		// The failed try is on the disk before the server dies.
		await vi.waitFor(async () => {
			const { deliveries } = (await (
				await fetch(`${server.url}/v1/webhooks/deliveries?job=${id}`)
			).json()) as { deliveries: { type: string; tries: unknown[] }[] };
			expect(
				deliveries.find(({ type }) => type === "job.succeeded")?.tries.length,
			).toBeGreaterThan(0);
		}, 60_000);
		await server.stop("SIGKILL");
		server = await serveLunar(data, env);
		await vi.waitFor(
			() => expect(finals(shop.received).length).toBe(2),
			90_000,
		);
		const [first, second] = finals(shop.received);
		expect(second.headers["webhook-id"]).toBe(first.headers["webhook-id"]);
		expect(second.body).toBe(first.body);
		for (const { headers, body } of [first, second])
			expect(headers["webhook-signature"]).toBe(
				`v1,${createHmac("sha256", Buffer.alloc(24, 5))
					.update(
						`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`,
					)
					.digest("base64")}`,
			);
		expect(JSON.parse(second.body).data).toMatchObject({
			jobId: id,
			state: "succeeded",
			metadata: { order: 7 },
		});
	});

	it("delivered messages can be sent again by hand", async () => {
		const listed = (await (
			await fetch(`${server.url}/v1/webhooks/deliveries?job=${id}`)
		).json()) as { deliveries: { id: string; type: string; url: string }[] };
		const delivery = listed.deliveries.find(
			({ type, url }) => type === "job.succeeded" && url.includes("/job"),
		);
		const replayed = await fetch(
			`${server.url}/v1/webhooks/deliveries/${delivery?.id}/replay`,
			{ method: "POST" },
		);
		expect(replayed.status).toBe(202);
		await vi.waitFor(
			() => expect(finals(shop.received).length).toBe(3),
			60_000,
		);
	});

	it("lunar jobs lists and shows", async () => {
		const listed = await run(["jobs", "list", "--tag", "farm"]);
		expect(listed.out).toMatch(new RegExp(`^${id}  succeeded .*A cow\n$`));
		expect((await run(["jobs", "list", "--tag", "zoo"])).out).toBe("no jobs\n");
		const shown = await run(["jobs", "show", "last"]);
		expect(shown.code).toBe(0);
		expect(shown.out).toContain("visual-hull");
		expect(shown.out).toContain("model.glb");
		const json = await run(["jobs", "show", id.slice(-6), "--json"]);
		expect(JSON.parse(json.out)).toMatchObject({ id, state: "succeeded" });
		expect(json.out).not.toContain(SECRET);
		const watched = await run(["jobs", "watch", id]);
		expect(watched.code).toBe(0);
		expect(watched.err).toContain("succeeded");
	});

	it("lunar jobs download checks and writes everything", async () => {
		const folder = join(out, "all");
		const { code } = await run(["jobs", "download", id, "-o", folder]);
		expect(code).toBe(0);
		for (const file of ["model.glb", "report.json", "previews/hero.png"])
			expect(existsSync(join(folder, file)), file).toBe(true);
	});

	it("what is queued can be cancelled, retried, deleted", async () => {
		const later = await run(["submit", COW, ...FAST, "--start-at", FAR]);
		const queued = later.out.trim();
		expect(queued).toMatch(/^job_/);
		const cancelled = await run(["jobs", "cancel", queued]);
		expect(cancelled.out).toBe(`${queued}  cancelled\n`);
		expect((await run(["jobs", "watch", queued])).code).toBe(130);
		expect((await run(["jobs", "retry", queued])).code).toBe(0);
		expect((await run(["jobs", "delete", queued])).out).toContain("deleted");
		expect((await run(["jobs", "show", queued])).code).toBe(5);
		const several = await run(["jobs", "cancel", queued, id]);
		expect(several.code).toBe(5);
		expect(several.out).toContain("had ended before");
	});

	it("pictures come from allowed addresses only", async () => {
		const create = (url: string) =>
			fetch(`${server.url}/v1/jobs`, {
				method: "POST",
				headers: { "content-type": "application/json" },
				body: JSON.stringify({
					images: [{ url }],
					engine: "relief",
					startAt: Date.parse(FAR),
				}),
			});
		const taken = await create(`${everybody.url}/cow.png`);
		expect(taken.status).toBe(202);
		for (const url of [
			"http://169.254.169.254/latest/meta-data/",
			"http://[::1]/a.png",
			"http://localhost/a.png",
			"http://2130706434/a.png",
			"file:///etc/passwd",
		]) {
			const refused = await create(url);
			const { code } = (await refused.json()) as { code: string };
			expect([url, refused.status, code]).toEqual([url, 400, "URL_REFUSED"]);
		}
		const sent = await run([
			"submit",
			`${everybody.url}/cow.png`,
			"--engine",
			"relief",
			"--start-at",
			FAR,
			"--json",
		]);
		expect(JSON.parse(sent.out).job.request).toMatchObject({
			title: "cow",
			inputs: [{ label: "cow.png" }],
		});
		const inner = await run([
			"submit",
			COW,
			"--webhook",
			"http://169.254.169.254/",
		]);
		expect(inner.code).toBe(2);
		expect(inner.err).toContain("webhook.url");
	});

	it("without a server the files are read and changed", async () => {
		expect(await server.stop()).toBe(0);
		const offline = (args: readonly string[]) =>
			runLunar([...args, "--data-path", data], {
				env: { LUNAR_SERVER: "", LUNAR_API_KEY: "" },
			});
		const listed = await offline(["jobs", "list", "--json"]);
		const { jobs } = JSON.parse(listed.out) as {
			jobs: { id: string; state: string }[];
		};
		expect(jobs.find((job) => job.id === id)?.state).toBe("succeeded");
		expect(listed.out).not.toContain(SECRET);
		const queued = jobs.find(({ state }) => state === "queued")?.id ?? "";
		expect((await offline(["jobs", "watch", queued])).code).toBe(3);
		expect((await offline(["jobs", "cancel", queued])).code).toBe(0);
		expect((await offline(["jobs", "delete", queued])).code).toBe(0);
		expect((await offline(["jobs", "show", queued])).code).toBe(5);
		const shown = await offline(["jobs", "show", id]);
		expect(shown.out).toContain("A cow");

		// A job may be put there, once; what is wrong is refused as by a server.
		const put = () =>
			offline([
				"submit",
				COW,
				...FAST,
				"--no-reuse",
				"--idempotency-key",
				"put-1",
			]);
		const [first, again] = [await put(), await put()];
		expect(first.code).toBe(0);
		expect(again.out).toBe(first.out);
		expect(first.err).toContain("lunar serve");
		const waits = await offline(["jobs", "show", first.out.trim(), "--json"]);
		expect(JSON.parse(waits.out)).toMatchObject({ state: "queued" });
		expect((await offline(["submit", COW, "--engine", "relief"])).code).toBe(2);
		expect((await offline(["submit", COW, "--watch"])).code).toBe(3);
		expect((await offline(["jobs", "cancel", first.out.trim()])).code).toBe(0);
	});

	it("keys made in the data folder open a server that asks for them", async () => {
		const keys = (args: readonly string[]) =>
			runLunar(["keys", ...args, "--data-path", data], {
				env: { LUNAR_SERVER: "" },
			});
		server = await serveLunar(data, {
			...env,
			LUNAR_API_KEYS_REQUIRED: "true",
		});
		expect(await run(["jobs"], { LUNAR_API_KEY: "" })).toMatchObject({
			code: 7,
		});
		// A refusal is heard, also in the middle of an upload.
		const form = new FormData();
		form.append("image", new Blob([new Uint8Array(15_000_000)]), "a.png");
		const refused = await fetch(`${server.url}/v1/jobs`, {
			method: "POST",
			body: form,
		});
		expect(refused.status).toBe(401);
		// Beside the running server.
		const made = await keys(["add", "a reader", "--scope", "read"]);
		const reader = { LUNAR_API_KEY: made.out.trim() };
		expect(await run(["jobs"], reader)).toMatchObject({ code: 0 });
		expect(await run(["submit", COW, ...FAST], reader)).toMatchObject({
			code: 7,
		});
		const admin = await keys(["add", "an admin", "--scope", "admin", "--json"]);
		const boss = { LUNAR_API_KEY: JSON.parse(admin.out).key as string };
		const over = await run(["keys", "list", "--json"], boss);
		const [first] = JSON.parse(over.out) as { id: string; name: string }[];
		expect(first.name).toBe("a reader");
		expect(over.out).not.toContain("hash");
		expect(await run(["keys", "remove", first.id], boss)).toMatchObject({
			code: 0,
		});
		expect(await run(["jobs"], reader)).toMatchObject({ code: 7 });
	});
});
