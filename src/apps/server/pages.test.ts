import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
	pictureForm,
	startTestServer,
	type TestServer,
} from "./server.test-support.ts";

const BIG = "let y = 2;\n".repeat(500);

let studioFolder: string;
let server: TestServer;
beforeAll(async () => {
	studioFolder = await mkdtemp(join(tmpdir(), "lunar-studio-"));
	await mkdir(join(studioFolder, "assets"));
	await writeFile(join(studioFolder, "index.html"), "<h1>studio</h1>");
	await writeFile(join(studioFolder, "assets/app-B3x9kQ2a.js"), "let x = 1;");
	await writeFile(join(studioFolder, "assets/big-C4y8kR3b.js"), BIG);
	await writeFile(
		join(studioFolder, "assets/big-C4y8kR3b.js.br"),
		brotliCompressSync(BIG),
	);
	await writeFile(
		join(studioFolder, "assets/big-C4y8kR3b.js.gz"),
		gzipSync(BIG),
	);
	await writeFile(join(studioFolder, "favicon.svg"), "<svg/>");
	await writeFile(join(studioFolder, "secret.env"), "KEY=1");
	server = await startTestServer({}, { studioFolder });
});
afterAll(async () => {
	await server.close();
	await rm(studioFolder, { recursive: true });
});

const get = (
	path: string,
	headers: Record<string, string> = {},
): Promise<Response> => fetch(server.url + path, { headers });
const PAGE = { accept: "text/html,*/*" };

it("serves the studio, and its page for addresses of its own", async () => {
	for (const path of ["/", "/index.html", "/make?view=1"]) {
		const response = await get(path, PAGE);
		expect(response.status, path).toBe(200);
		expect(response.headers.get("content-type")).toMatch(/^text\/html/);
		expect(response.headers.get("cache-control")).toBe("no-cache");
		expect(await response.text()).toContain("studio");
	}
});

it("lets hashed files be kept for ever, and others be asked for again", async () => {
	const script = await get("/assets/app-B3x9kQ2a.js");
	expect(script.headers.get("cache-control")).toContain("immutable");
	expect(script.headers.get("content-type")).toMatch(/^text\/javascript/);
	const icon = await get("/favicon.svg");
	expect(icon.headers.get("cache-control")).toBe("no-cache");
	const again = await get("/favicon.svg", {
		"if-none-match": icon.headers.get("etag") ?? "",
	});
	expect(again.status).toBe(304);
});

it.each([
	["br, gzip", "br"],
	["gzip, deflate", "gzip"],
	["br;q=0, gzip;q=0.5", "gzip"],
	["identity", null],
	["br;q=0.0", null],
])(
	"sends to who accepts %s what was compressed ahead: %s",
	async (accepted, sent) => {
		const path = "/assets/big-C4y8kR3b.js";
		const response = await get(path, { "accept-encoding": accepted });
		expect(response.headers.get("content-encoding")).toBe(sent);
		expect(response.headers.get("vary")).toBe("accept-encoding");
		expect(await response.text()).toBe(BIG);
		const again = await get(path, {
			"accept-encoding": accepted,
			"if-none-match": response.headers.get("etag") ?? "",
		});
		expect(again.status).toBe(304);
	},
);

it.each([
	"/secret.env",
	"/assets/big-C4y8kR3b.js.gz",
	"/assets/none.js",
	"/v1/nothing",
	"/assets/..%2fsecret.env",
	"/%2e%2e/%2e%2e/etc/passwd",
])("has no %s", async (path) => {
	const response = await get(path);
	expect(response.status).toBe(404);
	expect(await response.json()).toMatchObject({ code: "NOT_FOUND" });
});

it("answers the API with errors also in a browser", async () => {
	for (const path of ["/v1/nothing", "/status/x", "/metrics/x"]) {
		const response = await get(path, PAGE);
		expect(response.headers.get("content-type"), path).toBe(
			"application/problem+json",
		);
	}
});

it("counts jobs, times and requests for Prometheus", async () => {
	const made = await fetch(`${server.url}/v1/jobs`, {
		method: "POST",
		body: pictureForm(),
	});
	const { id } = (await made.json()) as { id: string };
	await (await get(`/v1/jobs/${id}/events`)).text();
	const read = async (): Promise<string> => (await get("/metrics")).text();
	await expect
		.poll(read, { timeout: 60_000 })
		.toContain('lunar_job_seconds_count{engine="');
	const text = await read();
	expect(text).toContain('lunar_jobs{state="succeeded"} 1');
	expect(text).toMatch(/lunar_hosts\{state="(idle|busy)"\} 1/);
	expect(text).toContain('route="/v1/jobs",status="202"} 1');
	expect(text).toContain("process_cpu_seconds_total");
});

it("is not ready when something is wrong", async () => {
	const other = await startTestServer(
		{},
		{ unready: async () => ["the disk is full"] },
	);
	const response = await fetch(`${other.url}/ready`);
	expect(response.status).toBe(503);
	expect(await response.json()).toEqual({
		status: "not-ready",
		reasons: ["the disk is full"],
	});
	await other.close();
});
