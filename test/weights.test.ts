import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	realpathSync,
	rmSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { lockFile } from "../src/adapters/weights/file-lock.ts";
import {
	inspectWeights,
	summarize,
} from "../src/adapters/weights/find-weights.ts";
import { weightPlaces } from "../src/adapters/weights/places.ts";
import {
	type PullEvent,
	pullWeights,
} from "../src/adapters/weights/pull-weights.ts";
import { removeWeights } from "../src/adapters/weights/remove-weights.ts";
import { storeFile } from "../src/adapters/weights/store-file.ts";
import type { LunarError } from "../src/core/errors.ts";
import { createRandom } from "../src/core/run-context.ts";
import type { WeightEntry } from "../src/neural/weights/manifest.ts";
import { type FakeHub, startHub } from "./fake-hub.ts";

const SIZE = 300_000;
const REVISION = "0123456789abcdef0123456789abcdef01234567";
const random = createRandom(1);
const MODEL = Uint8Array.from({ length: SIZE }, () => random() * 256);
const OTHER = MODEL.map((byte) => byte ^ 1);
const CONFIG = new TextEncoder().encode("size: 1\n");
const MODEL_PATH = `/org/tiny/resolve/${REVISION}/model.ckpt`;
const CONFIG_PATH = `/org/tiny/resolve/${REVISION}/sub/config.yaml`;
const TIMING = { stallMs: 300, backoffMs: 5, attempts: 3 };

const TINY: WeightEntry = {
	name: "tiny",
	title: "tiny",
	use: "engine",
	source: { kind: "huggingface", repo: "org/tiny", revision: REVISION },
	files: [
		{
			name: "config.yaml",
			path: "sub/config.yaml",
			sizeBytes: CONFIG.length,
			digests: [sha256Of(CONFIG)],
		},
		{
			name: "model.ckpt",
			path: "model.ckpt",
			sizeBytes: SIZE,
			digests: [sha256Of(MODEL)],
		},
	],
	licence: { name: "MIT", commercial: "yes", url: "https://example.org" },
};
const CONFIG_ANSWER = { bytes: CONFIG };
const MODEL_ANSWER = { bytes: MODEL, etag: '"one"' };
const GOOD = { [CONFIG_PATH]: [CONFIG_ANSWER], [MODEL_PATH]: [MODEL_ANSWER] };

const made: string[] = [];
afterAll(() => {
	for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

function sha256Of(bytes: Uint8Array): {
	algorithm: "sha256";
	hex: string;
	source: "third-party";
} {
	return {
		algorithm: "sha256",
		hex: createHash("sha256").update(bytes).digest("hex"),
		source: "third-party",
	};
}

/** An environment whose caches are empty and whose hub is ours. */
function environment(hub?: FakeHub): Record<string, string> {
	const home = mkdtempSync(join(tmpdir(), "lunar-weights-"));
	made.push(home);
	return { HOME: home, HF_ENDPOINT: hub?.url ?? "http://127.0.0.1:9" };
}

function repo(env: Record<string, string>): string {
	return join(env.HOME, ".cache/huggingface/hub/models--org--tiny");
}

async function statusOf(env: Record<string, string>, entry = TINY) {
	return summarize(await inspectWeights(entry, weightPlaces(env)));
}

async function pull(
	env: Record<string, string>,
	options: Parameters<typeof pullWeights>[2] = {},
	entry = TINY,
) {
	const events: PullEvent[] = [];
	const files = await pullWeights(entry, env, {
		timing: TIMING,
		onEvent: (event) => events.push(event),
		...options,
	});
	return { files, events };
}

async function refusal(work: Promise<unknown>): Promise<LunarError> {
	try {
		await work;
	} catch (error) {
		return error as LunarError;
	}
	throw new Error("it was not refused");
}

function modelRequests(hub: FakeHub) {
	return hub.requests.filter(({ path }) => path === MODEL_PATH);
}

describe("pull", () => {
	it("lays files out as the hub's own tools do, and fetches nothing twice", async () => {
		await using hub = await startHub(GOOD);
		const env = environment(hub);
		expect((await statusOf(env)).status).toBe("missing");
		const { files } = await pull(env);

		const link = join(repo(env), "snapshots", REVISION, "sub/config.yaml");
		const gitName = createHash("sha1")
			.update(`blob ${CONFIG.length}\0`)
			.update(CONFIG)
			.digest("hex");
		expect(readlinkSync(link)).toBe(`../../../blobs/${gitName}`);
		expect(files["model.ckpt"]).toBe(
			realpathSync(join(repo(env), "snapshots", REVISION, "model.ckpt")),
		);
		expect(dirname(files["model.ckpt"])).toBe(
			realpathSync(join(repo(env), "blobs")),
		);
		expect(readFileSync(files["model.ckpt"]).equals(MODEL)).toBe(true);
		expect(readdirSync(join(repo(env), "blobs")).length).toBe(2); // no locks, notes or partial files

		const found = await statusOf(env);
		expect(found).toEqual({ status: "ready", files });
		const asked = hub.requests.length;
		await pull(env);
		expect(hub.requests.length).toBe(asked);
		await pull(env, { force: true });
		expect(hub.requests.length).toBe(asked + 2);
	});

	it("names large files by the sha256 that the hub states", async () => {
		const { hex } = sha256Of(MODEL);
		await using hub = await startHub({
			...GOOD,
			[MODEL_PATH]: [
				{
					...MODEL_ANSWER,
					headers: {
						"x-linked-etag": `"${hex}"`,
						"x-linked-size": String(SIZE),
					},
				},
			],
		});
		const { files } = await pull(environment(hub));
		expect(files["model.ckpt"]).toContain(`/blobs/${hex}`);
	});

	it("moves the file itself where there are no symbolic links", async () => {
		const env = environment();
		const places = weightPlaces(env);
		const partial = join(repo(env), "blobs", "partial");
		mkdirSync(dirname(partial), { recursive: true });
		writeFileSync(partial, MODEL);
		const path = await storeFile(
			places,
			TINY,
			TINY.files[1],
			partial,
			undefined,
			async () => {
				throw new Error("EPERM");
			},
		);
		expect(path).toBe(join(repo(env), "snapshots", REVISION, "model.ckpt"));
		expect(readFileSync(path).equals(MODEL)).toBe(true);
		expect(readdirSync(join(repo(env), "blobs"))).toEqual([]);
	});

	it("goes on where a dropped connection stopped", async () => {
		await using hub = await startHub({
			...GOOD,
			[MODEL_PATH]: [
				{ ...MODEL_ANSWER, dropAfter: 100_000 },
				{ ...MODEL_ANSWER, dropAfter: 50_000 },
				MODEL_ANSWER,
			],
		});
		const env = environment(hub);
		const { files, events } = await pull(env);
		expect(readFileSync(files["model.ckpt"]).equals(MODEL)).toBe(true);
		const asked = modelRequests(hub);
		expect(asked.map(({ headers }) => headers.range)).toEqual([
			undefined,
			"bytes=100000-",
			"bytes=150000-",
		]);
		expect(asked[2].headers["if-range"]).toBe('"one"');
		expect(events.filter(({ type }) => type === "retry").length).toBe(2);
	});

	it("goes on in another run after it was stopped", async () => {
		await using hub = await startHub({
			...GOOD,
			[MODEL_PATH]: [{ ...MODEL_ANSWER, stallAfter: 120_000 }, MODEL_ANSWER],
		});
		const env = environment(hub);
		const stop = new AbortController();
		const stopped = refusal(
			pullWeights(TINY, env, {
				timing: { ...TIMING, stallMs: 10_000 },
				signal: stop.signal,
				onEvent: (event) => {
					if (event.type === "received" && event.receivedBytes === 120_000)
						stop.abort();
				},
			}),
		);
		expect((await stopped).code).toBe("CANCELLED");
		const half = await statusOf(env);
		expect(half.status).toBe("incomplete");
		expect(half.problem).toContain("40 %");
		await pull(env);
		expect(modelRequests(hub)[1].headers.range).toBe("bytes=120000-");
		expect((await statusOf(env)).status).toBe("ready");
	});

	it("gives up a silent connection and makes another", async () => {
		await using hub = await startHub({
			...GOOD,
			[MODEL_PATH]: [{ ...MODEL_ANSWER, stallAfter: 10_000 }, MODEL_ANSWER],
		});
		const { events } = await pull(environment(hub));
		expect(events.find(({ type }) => type === "retry")).toMatchObject({
			reason: "no byte came for 0.3 s",
		});
	});

	it("ends after so many attempts that bring nothing, and keeps what it has", async () => {
		await using hub = await startHub({
			...GOOD,
			[MODEL_PATH]: [{ ...MODEL_ANSWER, dropAfter: 1000 }, { status: 503 }],
		});
		const env = environment(hub);
		const error = await refusal(pull(env));
		expect(error.code).toBe("DOWNLOAD_FAILED");
		expect(error.message).toContain("503");
		expect(modelRequests(hub).length).toBe(4);
		expect((await statusOf(env)).status).toBe("incomplete");
	});

	it("starts again where the server ignores ranges", async () => {
		await using hub = await startHub({
			...GOOD,
			[MODEL_PATH]: [
				{ ...MODEL_ANSWER, dropAfter: 100_000 },
				{ ...MODEL_ANSWER, honoursRange: false },
			],
		});
		const { files } = await pull(environment(hub));
		expect(readFileSync(files["model.ckpt"]).equals(MODEL)).toBe(true);
	});

	it.each([
		["honours If-Range", {}],
		["does not", { ignoresIfRange: true }],
	])(
		"starts again where the file changed at the server, which %s",
		async (_, how) => {
			await using hub = await startHub({
				...GOOD,
				[MODEL_PATH]: [
					{ bytes: OTHER, etag: '"old"', dropAfter: 100_000 },
					{ bytes: MODEL, etag: '"new"', ...how },
				],
			});
			const { files } = await pull(environment(hub));
			expect(readFileSync(files["model.ckpt"]).equals(MODEL)).toBe(true);
		},
	);

	it("fetches once more from the beginning where parts of two files were joined", async () => {
		await using hub = await startHub({
			...GOOD,
			[MODEL_PATH]: [{ bytes: MODEL }],
		});
		const env = environment(hub);
		const partial = join(
			repo(env),
			"blobs",
			`model.ckpt-${REVISION.slice(0, 12)}.lunar-incomplete`,
		);
		mkdirSync(dirname(partial), { recursive: true });
		writeFileSync(partial, OTHER.subarray(0, 5000));
		const { files } = await pull(env);
		expect(modelRequests(hub).length).toBe(2);
		expect(readFileSync(files["model.ckpt"]).equals(MODEL)).toBe(true);
	});

	it("throws wrong bytes away", async () => {
		await using hub = await startHub({
			...GOOD,
			[MODEL_PATH]: [{ bytes: OTHER, etag: '"one"' }],
		});
		const env = environment(hub);
		const error = await refusal(pull(env));
		expect(error.code).toBe("WEIGHTS_CORRUPT");
		expect(error.message).toContain(sha256Of(MODEL).hex);
		expect(modelRequests(hub).length).toBe(1);
		expect(await statusOf(env)).toMatchObject({
			status: "incomplete",
			problem: "model.ckpt is not there",
		});
	});

	it.each([
		["another length", { bytes: MODEL.subarray(1) }],
		[
			"a page instead",
			{ bytes: CONFIG, headers: { "content-type": "text/html" } },
		],
		[
			"more bytes than expected",
			{ bytes: new Uint8Array(SIZE + 1), length: "none" as const },
		],
		[
			"another size at the hub",
			{ ...MODEL_ANSWER, headers: { "x-linked-size": "5" } },
		],
		[
			"another sha256 at the hub",
			{ ...MODEL_ANSWER, headers: { "x-linked-etag": `"${"0".repeat(64)}"` } },
		],
	])("refuses %s at once", async (_, answer) => {
		await using hub = await startHub({ ...GOOD, [MODEL_PATH]: [answer] });
		expect((await refusal(pull(environment(hub)))).code).toBe(
			"WEIGHTS_CORRUPT",
		);
		expect(modelRequests(hub).length).toBe(1);
	});

	it("resumes a body that ends early without a word", async () => {
		await using hub = await startHub({
			...GOOD,
			[MODEL_PATH]: [
				{ ...MODEL_ANSWER, bytes: MODEL.subarray(0, 70_000), length: "none" },
				MODEL_ANSWER,
			],
		});
		await pull(environment(hub));
		expect(modelRequests(hub)[1].headers.range).toBe("bytes=70000-");
	});

	it("sends the token home only, and follows redirects to other hosts", async () => {
		await using store = await startHub({ "/blob": [MODEL_ANSWER] });
		await using hub = await startHub({
			[CONFIG_PATH]: [{ status: 307, headers: { location: "/moved" } }],
			"/moved": [CONFIG_ANSWER],
			[MODEL_PATH]: [
				{ status: 302, headers: { location: `${store.url}/blob` } },
			],
		});
		const env = { ...environment(hub), HF_TOKEN: "hf_secret\n" };
		await pull(env);
		expect(hub.requests.map(({ headers }) => headers.authorization)).toEqual([
			"Bearer hf_secret",
			"Bearer hf_secret",
			"Bearer hf_secret",
		]);
		expect(store.requests.length).toBe(1);
		expect(store.requests[0].headers.authorization).toBeUndefined();
	});

	it("reads the token that the hub's login wrote", async () => {
		await using hub = await startHub(GOOD);
		const env = environment(hub);
		mkdirSync(join(env.HOME, ".cache/huggingface"), { recursive: true });
		writeFileSync(join(env.HOME, ".cache/huggingface/token"), "hf_file\n");
		await pull(env);
		expect(hub.requests[0].headers.authorization).toBe("Bearer hf_file");
	});

	it("ends a circle of redirects", async () => {
		await using hub = await startHub({
			...GOOD,
			[MODEL_PATH]: [{ status: 302, headers: { location: MODEL_PATH } }],
		});
		expect((await refusal(pull(environment(hub)))).code).toBe(
			"DOWNLOAD_FAILED",
		);
	});

	it.each([
		[401, {}, "DOWNLOAD_REFUSED", "HF_TOKEN"],
		[401, { HF_TOKEN: "x" }, "DOWNLOAD_REFUSED", "not valid"],
		[403, { HF_TOKEN: "x" }, "DOWNLOAD_REFUSED", "/org/tiny"],
		[404, {}, "DOWNLOAD_REFUSED", "no longer published"],
	])("says what to do about %i", async (status, more, code, words) => {
		await using hub = await startHub({
			...GOOD,
			[CONFIG_PATH]: [
				{ status, headers: { "x-error-message": "Access is restricted" } },
			],
		});
		const error = await refusal(pull({ ...environment(hub), ...more }));
		expect(error.code).toBe(code);
		expect(error.message).toContain(words);
		expect(error.message).toContain("Access is restricted");
		expect(hub.requests.length).toBe(1);
	});

	it("waits as long as a busy server asks for", async () => {
		await using hub = await startHub({
			...GOOD,
			[CONFIG_PATH]: [
				{ status: 429, headers: { "retry-after": "0.15" } },
				CONFIG_ANSWER,
			],
		});
		const { events } = await pull(environment(hub));
		expect(events.find(({ type }) => type === "retry")).toMatchObject({
			waitMs: 150,
		});
	});

	it("says that nobody answers", async () => {
		const hub = await startHub(GOOD);
		const env = environment(hub);
		await hub[Symbol.asyncDispose]();
		const error = await refusal(pull(env));
		expect(error.code).toBe("DOWNLOAD_FAILED");
		expect(error.message).toContain("refuses the connection");
	});

	it("looks at the disk first", async () => {
		await using hub = await startHub(GOOD);
		const error = await refusal(
			pull(environment(hub), { freeBytes: async () => SIZE }),
		);
		expect(error.code).toBe("DISK_FULL");
		expect(hub.requests.length).toBe(0);
	});

	it("says where it may not write", async () => {
		await using hub = await startHub(GOOD);
		const env = environment(hub);
		mkdirSync(dirname(repo(env)), { recursive: true });
		writeFileSync(repo(env), "in the way");
		const error = await refusal(pull(env));
		expect(error.code).toBe("OUTPUT_UNWRITABLE");
		expect(error.message).toContain(repo(env));
	});

	it("asks nobody when offline, and finds what is there", async () => {
		await using hub = await startHub(GOOD);
		const env = environment(hub);
		const offline = { ...env, HF_HUB_OFFLINE: "1" };
		expect((await refusal(pull(offline))).code).toBe("DOWNLOAD_REFUSED");
		expect(hub.requests.length).toBe(0);
		await pull(env);
		await pull(offline);
		expect((await statusOf(offline)).status).toBe("ready");
	});
});

describe("two at once", () => {
	it("download once, in two processes", async () => {
		await using hub = await startHub({
			...GOOD,
			[MODEL_PATH]: [{ ...MODEL_ANSWER, delayMs: 400 }],
		});
		const env = environment(hub);
		const entry = join(env.HOME, "entry.json");
		writeFileSync(entry, JSON.stringify(TINY));
		const runs = await Promise.all([child(entry, env), child(entry, env)]);
		for (const { code, err } of runs) expect(code, err).toBe(0);
		expect(hub.requests.length).toBe(2);
		expect(runs.map(({ out }) => out).join("")).toContain("waiting");
		expect((await statusOf(env)).status).toBe("ready");
	});

	it("take over from one that died", async () => {
		await using hub = await startHub(GOOD);
		const env = environment(hub);
		const lock = join(
			repo(env),
			"blobs",
			`model.ckpt-${REVISION.slice(0, 12)}.lunar-incomplete.lock`,
		);
		mkdirSync(dirname(lock), { recursive: true });
		const dead = spawn(process.execPath, ["-e", ""]);
		await new Promise((resolve) => dead.on("exit", resolve));
		const { hostname } = await import("node:os");
		writeFileSync(
			lock,
			JSON.stringify({ token: "t", pid: dead.pid, host: hostname() }),
		);
		await pull(env);
		expect(existsSync(lock)).toBe(false);
	});

	it("hold a lock one after the other", async () => {
		const path = join(environment().HOME, "lock");
		const order: string[] = [];
		await Promise.all(
			["a", "b", "c"].map(async (name) => {
				await using _held = await lockFile(path, { pollMs: 5 });
				order.push(`+${name}`);
				await new Promise((resolve) => setTimeout(resolve, 15));
				order.push(`-${name}`);
			}),
		);
		for (let k = 0; k < 6; k += 2)
			expect(order[k].slice(1)).toBe(order[k + 1].slice(1));
		expect(existsSync(path)).toBe(false);
	});

	it("stop waiting when told to", async () => {
		const path = join(environment().HOME, "lock");
		await using _held = await lockFile(path);
		const stop = new AbortController();
		const waiting = lockFile(path, { signal: stop.signal, pollMs: 10 });
		setTimeout(() => stop.abort(), 30);
		await expect(waiting).rejects.toThrow(/abort/i);
	});
});

describe("what the user already has", () => {
	it("is found in another snapshot of the hub's cache", async () => {
		const env = environment();
		const blobs = join(repo(env), "blobs");
		const snapshot = join(repo(env), "snapshots", "f".repeat(40));
		mkdirSync(blobs, { recursive: true });
		mkdirSync(join(snapshot, "sub"), { recursive: true });
		writeFileSync(join(blobs, "c"), CONFIG);
		writeFileSync(join(blobs, "m"), MODEL);
		symlinkSync("../../../blobs/c", join(snapshot, "sub/config.yaml"));
		symlinkSync("../../blobs/m", join(snapshot, "model.ckpt"));
		expect((await statusOf(env)).status).toBe("ready");
		// HF_HOME and HF_HUB_CACHE move it.
		const home = join(env.HOME, ".cache/huggingface");
		expect((await statusOf({ HOME: "/nowhere", HF_HOME: home })).status).toBe(
			"ready",
		);
		expect(
			(await statusOf({ HOME: "/nowhere", HF_HUB_CACHE: join(home, "hub") }))
				.status,
		).toBe("ready");
	});

	it("is found where old and new versions of rembg keep it", async () => {
		const entry: WeightEntry = {
			...TINY,
			name: "net",
			source: { kind: "rembg", release: "v0" },
			files: [{ ...TINY.files[1], name: "net.onnx", path: "Net-1.onnx" }],
		};
		for (const [variables, folder] of [
			[{}, ".u2net"],
			[{}, ".rembg/models/net"],
			[{ XDG_DATA_HOME: "data" }, "data/.u2net"],
			[{ XDG_DATA_HOME: "data" }, "data/rembg/models/net"],
			[{ U2NET_HOME: "own" }, "own"],
		] as const) {
			const env = environment();
			for (const [name, value] of Object.entries(variables))
				env[name] = join(env.HOME, value);
			const path = join(env.HOME, folder, "net.onnx");
			mkdirSync(dirname(path), { recursive: true });
			writeFileSync(path, MODEL);
			expect(await statusOf(env, entry), folder).toEqual({
				status: "ready",
				files: { "net.onnx": realpathSync(path) },
			});
			// A file of the user's own making passes only when they say so.
			writeFileSync(path, CONFIG);
			expect((await statusOf(env, entry)).status).toBe("corrupt");
			expect(
				(await statusOf({ ...env, MODEL_CHECKSUM_DISABLED: "1" }, entry))
					.status,
			).toBe("ready");
		}
	});

	it("is fetched from rembg's releases into its folder", async () => {
		await using hub = await startHub({ "/v0/Net-1.onnx": [MODEL_ANSWER] });
		const env: Record<string, string> = {
			...environment(),
			LUNAR_REMBG_URL: `${hub.url}/`,
			HF_TOKEN: "hf_secret",
		};
		const entry: WeightEntry = {
			...TINY,
			name: "net",
			source: { kind: "rembg", release: "v0" },
			files: [{ ...TINY.files[1], name: "net.onnx", path: "Net-1.onnx" }],
		};
		const { files } = await pull(env, {}, entry);
		expect(files["net.onnx"]).toBe(join(env.HOME, ".u2net/net.onnx"));
		expect(hub.requests[0].headers.authorization).toBeUndefined();
		expect(readdirSync(join(env.HOME, ".u2net"))).toEqual(["net.onnx"]);
	});

	it("is noticed when it is damaged, and mended", async () => {
		await using hub = await startHub(GOOD);
		const env = environment(hub);
		const { files } = await pull(env);
		truncateSync(files["model.ckpt"], SIZE - 1);
		expect((await statusOf(env)).status).toBe("corrupt");
		// Same size, other bytes, and a later time of change.
		writeFileSync(files["model.ckpt"], OTHER);
		const damaged = await statusOf(env);
		expect(damaged.status).toBe("corrupt");
		expect(damaged.files["model.ckpt"]).toBeUndefined();
		expect(damaged.problem).toContain(sha256Of(OTHER).hex);
		await pull(env);
		expect((await statusOf(env)).status).toBe("ready");
		expect(readFileSync(files["model.ckpt"]).equals(MODEL)).toBe(true);
	});

	it("is removed, and nothing else", async () => {
		await using hub = await startHub(GOOD);
		const env = environment(hub);
		await pull(env);
		const stranger = join(repo(env), "snapshots", REVISION, "README.md");
		writeFileSync(stranger, "hello");
		const listed = await removeWeights(TINY, env, { dryRun: true });
		expect((await statusOf(env)).status).toBe("ready");
		expect(await removeWeights(TINY, env)).toEqual(listed);
		expect(listed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBe(
			SIZE + CONFIG.length,
		);
		expect((await statusOf(env)).status).toBe("missing");
		expect(readdirSync(dirname(stranger))).toEqual(["README.md"]);
		expect(existsSync(join(repo(env), "blobs"))).toBe(false);
	});

	it("stays where a link of the user's leads out of the cache", async () => {
		const env = environment();
		const own = join(env.HOME, "mine.ckpt");
		const link = join(repo(env), "snapshots", REVISION, "model.ckpt");
		mkdirSync(dirname(link), { recursive: true });
		writeFileSync(own, MODEL);
		symlinkSync(own, link);
		await removeWeights(TINY, env);
		expect(existsSync(own)).toBe(true);
		expect(existsSync(link)).toBe(false);
	});
});

/** Pulls in a process of its own, telling its events. */
function child(
	entry: string,
	env: Record<string, string>,
): Promise<{ code: number | null; out: string; err: string }> {
	const module = fileURLToPath(
		new URL("../src/adapters/weights/pull-weights.ts", import.meta.url),
	);
	const script = `
		import { readFileSync } from "node:fs";
		const { pullWeights } = await import(${JSON.stringify(module)});
		await pullWeights(JSON.parse(readFileSync(${JSON.stringify(entry)}, "utf8")), process.env, {
			onEvent: (event) => console.log(event.type),
		});`;
	return new Promise((resolve) => {
		const run = spawn(process.execPath, ["--input-type=module", "-e", script], {
			env: { ...env, PATH: process.env.PATH },
		});
		let out = "";
		let err = "";
		run.stdout.on("data", (chunk) => {
			out += chunk;
		});
		run.stderr.on("data", (chunk) => {
			err += chunk;
		});
		run.on("close", (code) => resolve({ code, out, err }));
	});
}
