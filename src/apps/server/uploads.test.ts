import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { deflateSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { LunarError } from "../../core/errors.ts";
import type { Problem } from "./problem.ts";
import {
	PNG,
	pictureForm,
	startTestServer,
	type TestServer,
} from "./server.test-support.ts";

const MAX_FILE = 200_000;
const MAX_REQUEST = 500_000;
const fetched: string[] = [];
let server: TestServer;
beforeAll(async () => {
	server = await startTestServer(
		{
			uploads: {
				maxFileBytes: MAX_FILE,
				maxRequestBytes: MAX_REQUEST,
				maxFiles: 5,
				idleSeconds: 1,
			},
			fetch: { maxBytes: 1000 },
		},
		{
			async fetchPicture(url) {
				fetched.push(url);
				if (url.includes("inside"))
					throw new LunarError("URL_REFUSED", "a private address");
				const bytes = url.includes("page")
					? Buffer.from(`<!doctype html>${" ".repeat(100)}`)
					: url.includes("large")
						? Buffer.concat([PNG, Buffer.alloc(2000)])
						: PNG;
				return {
					bytes: (async function* () {
						yield bytes;
					})(),
					finalUrl: url,
				};
			},
		},
	);
});
afterAll(() => server.close());
afterEach(async () => {
	// Whatever happened: nothing half-written stays.
	await expect.poll(() => server.leftovers(), { timeout: 5000 }).toEqual([]);
});

type Part = readonly [
	field: string,
	name: string | undefined,
	bytes: Uint8Array | string,
];

/** A form by hand, so that it can be wrong. */
function formOf(parts: readonly Part[], boundary = "XX"): Buffer {
	return Buffer.concat([
		...parts.flatMap(([field, name, bytes]) => [
			Buffer.from(
				`--${boundary}\r\nContent-Disposition: form-data; name="${field}"${
					name === undefined ? "" : `; filename="${name}"`
				}\r\n\r\n`,
			),
			Buffer.from(bytes),
			Buffer.from("\r\n"),
		]),
		Buffer.from(`--${boundary}--\r\n`),
	]);
}

async function post(
	body: RequestInit["body"] | Buffer,
	headers: Record<string, string> = {
		"content-type": "multipart/form-data; boundary=XX",
	},
	path = "/v1/uploads",
): Promise<{ status: number; problem: Problem }> {
	const response = await fetch(server.url + path, {
		method: "POST",
		body: body as RequestInit["body"],
		headers,
	});
	return {
		status: response.status,
		problem: (await response.json()) as Problem,
	};
}

/** Sends what it is given and hangs up, or waits; answers with all that came. */
async function speak(
	pieces: readonly (string | Uint8Array)[],
	{ hangUp = false, pauseMs = 0 } = {},
): Promise<string> {
	const { hostname, port } = new URL(server.url);
	const socket = connect(Number(port), hostname);
	let heard = "";
	socket.on("data", (chunk) => {
		heard += chunk.toString("latin1");
	});
	const closed = new Promise<void>((resolve) => {
		socket.on("close", () => resolve());
		socket.on("error", () => {});
	});
	for (const piece of pieces) {
		socket.write(piece);
		if (pauseMs > 0) await delay(pauseMs);
	}
	if (hangUp) {
		await delay(50);
		socket.destroy();
	}
	await closed;
	return heard;
}

const header = (length: number, boundary = "XX"): string =>
	`POST /v1/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\nContent-Length: ${length}\r\n\r\n`;

describe("what is no picture", () => {
	it.each<[string, Uint8Array | string, string]>([
		["page.png", "<!doctype html><script>alert(1)</script>", "an HTML page"],
		[
			"drawing.png",
			`<svg onload="alert(1)">${" ".repeat(99)}`,
			"an SVG drawing",
		],
		[
			"x.png",
			`<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>`,
			"an XML or SVG file",
		],
		["x.jpg", "PK\u0003\u0004 zip", "a ZIP archive"],
		["x.png", "glTF\u0002\0\0\0", "a GLB model"],
		["x.png", "%PDF-1.7", "a PDF document"],
		["x.png", "\u007fELF", "a program"],
		["x.png", gzipSync(Buffer.alloc(1_000_000)), "no known picture format"],
		["x.png", "GIF", "no known picture format"],
		["shoe.png.php", "<?php system('id');", "no known picture format"],
	])("%s with %.20s… is refused as %s", async (name, bytes, looksLike) => {
		const { status, problem } = await post(
			formOf([
				[
					"file",
					name,
					typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes,
				],
			]),
		);
		expect(status).toBe(415);
		expect(problem).toMatchObject({
			code: "PICTURE_UNSUPPORTED",
			errors: [{ field: "file", seen: looksLike }],
		});
		expect(problem.detail).toContain(name);
	});

	it("is served as what its first bytes are, whatever comes after them", async () => {
		const polyglot = Buffer.concat([
			PNG,
			Buffer.from("<html><script>alert(1)</script></html>PK\u0003\u0004"),
		]);
		const response = await fetch(`${server.url}/v1/uploads`, {
			method: "POST",
			body: pictureForm(undefined, polyglot, "file"),
		});
		const { uploads } = (await response.json()) as {
			uploads: { url: string }[];
		};
		const { headers } = await fetch(server.url + uploads[0].url);
		expect(headers.get("content-type")).toBe("image/png");
		expect(headers.get("x-content-type-options")).toBe("nosniff");
		expect(headers.get("content-security-policy")).toMatch(/^sandbox/);
	});

	it("is not served as a page when it was stored for a job", async () => {
		const { sha256 } = await server.blobs.put(
			Buffer.from("<html><script>alert(1)</script></html>"),
		);
		const { headers } = await fetch(`${server.url}/v1/uploads/upl_${sha256}`);
		expect(headers.get("content-type")).toBe("application/octet-stream");
		expect(headers.get("content-disposition")).toMatch(/^attachment/);
	});
});

describe("limits", () => {
	it("of one file name the file, the limit and nothing is kept", async () => {
		const { status, problem } = await post(
			formOf([
				["file", "big.png", Buffer.concat([PNG, Buffer.alloc(MAX_FILE)])],
			]),
		);
		expect(status).toBe(413);
		expect(problem).toMatchObject({
			code: "FILE_TOO_LARGE",
			errors: [{ field: "file", limit: MAX_FILE }],
		});
		expect(problem.detail).toContain("big.png");
	});

	it("of all files hold also without a length", async () => {
		const parts: Part[] = Array.from({ length: 4 }, (_, k) => [
			"file",
			`${k}.png`,
			Buffer.concat([PNG, Buffer.alloc(MAX_FILE - PNG.length, k)]),
		]);
		const body = formOf(parts);
		const stream = new ReadableStream({
			start(controller) {
				controller.enqueue(body);
				controller.close();
			},
		});
		const response = await fetch(`${server.url}/v1/uploads`, {
			method: "POST",
			body: stream,
			duplex: "half",
			headers: { "content-type": "multipart/form-data; boundary=XX" },
		} as RequestInit);
		expect(response.status).toBe(413);
		expect(await response.json()).toMatchObject({ code: "REQUEST_TOO_LARGE" });
	});

	it("are told before gigabytes are sent", async () => {
		const heard = await speak([header(5e9)]);
		expect(heard).toMatch(/^HTTP\/1\.1 413 /);
		expect(heard).toContain("REQUEST_TOO_LARGE");
	});

	it("reach a client that goes on sending", async () => {
		const { status } = await post(
			formOf([["file", "big.png", Buffer.alloc(MAX_REQUEST + 900_000, "x")]]),
		);
		expect(status).toBe(415);
	});

	it("of the number of files", async () => {
		const { status, problem } = await post(
			formOf(Array.from({ length: 6 }, (_, k) => ["file", `${k}.png`, PNG])),
		);
		expect(status).toBe(400);
		expect(problem.code).toBe("TOO_MANY_INPUTS");
	});

	it("of text", async () => {
		const { status, problem } = await post(
			formOf([["request", undefined, "x".repeat(1_100_000)]]),
			undefined,
			"/v1/jobs",
		);
		expect(status).toBe(413);
		expect(problem).toMatchObject({ errors: [{ field: "request" }] });
	});

	it("of the number of parts", async () => {
		const { status } = await post(
			formOf(Array.from({ length: 300 }, () => ["request", undefined, "{}"])),
			undefined,
			"/v1/jobs",
		);
		expect(status).toBe(400);
	});

	it("of pixels, by the header", async () => {
		const { status, problem } = await post(
			formOf([["file", "bomb.png", pngClaiming(65_535, 65_535)]]),
		);
		expect(status).toBe(400);
		expect(problem).toMatchObject({
			code: "PICTURE_TOO_MANY_PIXELS",
			errors: [{ limit: 50_000_000, seen: 65_535 * 65_535 }],
		});
		const small = await post(formOf([["file", "dot.png", pngClaiming(1, 1)]]));
		expect(small.problem.code).toBe("PICTURE_TOO_SMALL");
	});

	it("of JSON", async () => {
		const { status, problem } = await post(
			JSON.stringify({ images: [], title: "x".repeat(3_000_000) }),
			{ "content-type": "application/json" },
			"/v1/jobs",
		);
		expect(status).toBe(413);
		expect(problem.code).toBe("REQUEST_TOO_LARGE");
	});
});

describe("broken forms", () => {
	const whole = formOf([["file", "a.png", PNG]]);

	it.each([
		["cut in the file", whole.subarray(0, 150)],
		["cut in the header of a part", whole.subarray(0, 30)],
		["without its end", whole.subarray(0, whole.length - 8)],
		["of another boundary", formOf([["file", "a.png", PNG]], "YY")],
		["of garbage", Buffer.alloc(1000, "?")],
		["with nothing in it", Buffer.alloc(0)],
		["that ends at once", Buffer.from("--XX--\r\n")],
		["with an empty file", formOf([["file", "a.png", ""]])],
		["with an unknown field", formOf([["files", "a.png", PNG]])],
		["with text for a file", formOf([["file", undefined, "text"]])],
		["with a poisonous field", formOf([["__proto__", "a.png", PNG]])],
		["with a field of no name", formOf([["", "a.png", PNG]])],
	])("%s are refused, with a code", async (_, body) => {
		const { status, problem } = await post(body);
		expect(status).toBe(400);
		expect([
			"UPLOAD_BROKEN",
			"NO_INPUT",
			"FILE_EMPTY",
			"REQUEST_INVALID",
		]).toContain(problem.code);
	});

	it.each([
		"multipart/form-data",
		"multipart/form-data; boundary=",
		"text/plain",
		"application/json",
		"application/x-www-form-urlencoded",
		"image/png",
		"\u00e4",
	])("of the type %j are refused", async (type) => {
		const { status } = await post(whole, { "content-type": type });
		expect(status).toBe(400);
	});

	it("leave nothing when the client hangs up", async () => {
		const heard = await speak([header(whole.length), whole.subarray(0, 120)], {
			hangUp: true,
		});
		expect(heard).toBe("");
	});

	it("end when nothing comes for a while", async () => {
		const heard = await speak([header(whole.length), whole.subarray(0, 120)]);
		expect(heard).toMatch(/^HTTP\/1\.1 4\d\d /);
		expect(heard).toContain("UPLOAD_BROKEN");
	});

	it("do not end because the line is slow", async () => {
		const step = Math.ceil(whole.length / 6);
		const pieces = Array.from({ length: 6 }, (_, k) =>
			whole.subarray(k * step, (k + 1) * step),
		);
		const heard = await speak(
			[
				header(whole.length).replace(
					"\r\n\r\n",
					"\r\nConnection: close\r\n\r\n",
				),
				...pieces,
			],
			{ pauseMs: 300 },
		);
		expect(heard).toMatch(/^HTTP\/1\.1 201 /);
	});
});

describe("names", () => {
	it.each([
		["../../../etc/passwd.png", "passwd.png"],
		["..\\\\..\\\\boot.png", "boot.png"],
		["/abs.png", "abs.png"],
		["a\u0001\u007fb.png", "ab.png"],
		["..", "image-1"],
		["\u202egnp.png", "gnp.png"],
		[`${"x".repeat(500)}.png`, `${"x".repeat(116)}.png`],
	])("%.40s become labels", async (name, label) => {
		const response = await fetch(`${server.url}/v1/jobs`, {
			method: "POST",
			body: formOf([
				["image", name, PNG],
				["request", undefined, '{"reuse":false}'],
			]) as unknown as RequestInit["body"],
			headers: { "content-type": "multipart/form-data; boundary=XX" },
		});
		const job = (await response.json()) as {
			request: { inputs: { label: string; url: string }[] };
		};
		expect(job.request.inputs[0].label).toBe(label);
		const input = await fetch(server.url + job.request.inputs[0].url);
		expect(input.status).toBe(200);
		expect(input.headers.get("content-disposition")).not.toMatch(/[\r\n]/);
	});

	it("that are the same are told apart, and sides are read from them", async () => {
		const same = await post(
			formOf([
				["front", "a.png", PNG],
				["back", "a.png", PNG],
			]),
			undefined,
			"/v1/jobs",
		);
		expect(same.problem).toMatchObject({
			request: {
				inputs: [
					{ label: "a.png", view: "front" },
					{ label: "a (2).png", view: "back" },
				],
			},
		});
		const nameless = await post(
			formOf([
				["image", "shoe_left.png", PNG],
				["image", "shoe.png", PNG],
			]),
			undefined,
			"/v1/jobs",
		);
		expect(nameless.problem).toMatchObject({
			code: "NO_INPUT",
			errors: [{ field: "images.1" }],
		});
		const twice = await post(
			formOf([
				["front", "a.png", PNG],
				["front", "b.png", PNG],
			]),
			undefined,
			"/v1/jobs",
		);
		expect(twice.problem.code).toBe("VIEW_NAME_DUPLICATE");
	});

	it("of masks are those of their pictures", async () => {
		const matched = await post(
			formOf([
				["front", "a.jpg", PNG],
				["back", "b.jpg", PNG],
				["mask", "b.png", PNG],
			]),
			undefined,
			"/v1/jobs",
		);
		expect(matched.problem).toMatchObject({
			request: { masks: [{ label: "b.jpg" }] },
		});
		const lost = await post(
			formOf([
				["front", "a.jpg", PNG],
				["back", "b.jpg", PNG],
				["mask", "c.png", PNG],
			]),
			undefined,
			"/v1/jobs",
		);
		expect(lost.problem).toMatchObject({
			code: "REQUEST_INVALID",
			errors: [{ field: "masks.0", seen: "c.png" }],
		});
	});
});

describe("addresses", () => {
	const submit = (url: string) =>
		post(
			JSON.stringify({ images: [{ url }], reuse: false }),
			{ "content-type": "application/json" },
			"/v1/jobs",
		);

	it("are fetched, checked as uploads are, and named", async () => {
		const fine = await submit(
			"https://shop.example/pictures/red%20shoe.png?v=2",
		);
		expect(fine.status).toBe(202);
		expect(fine.problem).toMatchObject({
			request: { inputs: [{ label: "red shoe.png" }] },
		});
		const page = await submit("https://shop.example/page.png");
		expect(page.problem).toMatchObject({
			code: "PICTURE_UNSUPPORTED",
			errors: [{ field: "images.0.url" }],
		});
		const large = await submit("https://shop.example/large.png");
		expect(large.problem.code).toBe("FILE_TOO_LARGE");
		const inside = await submit("http://inside.example/");
		expect(inside.problem).toMatchObject({
			code: "URL_REFUSED",
			errors: [{ field: "images.0.url", seen: "http://inside.example/" }],
		});
	});

	it("become uploads, to be looked at before there is a job", async () => {
		const take = (url: string) =>
			post(
				JSON.stringify({ url }),
				{ "content-type": "application/json" },
				"/v1/uploads/fetch",
			);
		const { status, problem } = await take("https://shop.example/a/shoe.png");
		expect(status).toBe(201);
		const [upload] = (problem as unknown as { uploads: { url: string }[] })
			.uploads;
		expect(upload).toMatchObject({
			label: "shoe.png",
			mimeType: "image/png",
			sizeBytes: PNG.length,
		});
		const bytes = await (await fetch(server.url + upload.url)).arrayBuffer();
		expect(Buffer.from(bytes).equals(PNG)).toBe(true);
		const inside = await take("http://inside.example/");
		expect(inside.problem).toMatchObject({
			code: "URL_REFUSED",
			errors: [{ field: "url" }],
		});
		expect((await take("file:///etc/passwd")).status).toBe(400);
	});

	it("that are none are never asked", async () => {
		fetched.length = 0;
		for (const url of ["", "x", "//a", "upl_1"])
			expect((await submit(url)).status).toBe(400);
		expect(fetched).toEqual([]);
	});
});

/** A PNG that is nothing but a header. */
function pngClaiming(width: number, height: number): Buffer {
	const bytes = Buffer.from(PNG);
	bytes.writeUInt32BE(width, 16);
	bytes.writeUInt32BE(height, 20);
	return Buffer.concat([bytes, deflateSync(Buffer.alloc(1000))]);
}
