import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { openDiskBlobs } from "../src/adapters/disk/blob-storage.ts";
import { openStore } from "../src/adapters/sqlite/open-store.ts";
import {
	TINY,
	tinyPicture,
} from "../src/apps/worker/tiny-picture.test-support.ts";
import { createRandom } from "../src/core/run-context.ts";
import type { MachineStatus } from "../src/service/service.ts";
import { scratchFolder } from "./run-lunar.ts";
import { type ServedLunar, serveLunar } from "./serve-lunar.ts";

// kill -9 of the server and of its hosts at random moments, while jobs are submitted and run. LUNAR_KILLS=50 for long.

const KILLS = Number(process.env.LUNAR_KILLS ?? 6);
const SEED = Number(process.env.LUNAR_KILLS_SEED ?? 1);
/** Milliseconds between two kills. */
const [SHORTEST_MS, LONGEST_MS] = [200, 4000];
/** So many kills for each job that is let through: there is something to finish twice. */
const KILLS_PER_JOB = 3;
/** Jobs that are on their way at once. */
const AHEAD = 3;
const HOSTS = 1;

const data = scratchFolder();
const random = createRandom(SEED);
const pictures = await Promise.all(
	Array.from({ length: 12 }, (_, n) => tinyPicture(n)),
);
let server: ServedLunar;
let isOver = false;
let finishedCount = 0;
const restartsMs: number[] = [];

afterAll(async () => {
	await server?.stop("SIGKILL");
	rmSync(data, { recursive: true, force: true });
});

async function start(): Promise<void> {
	const startedMs = performance.now();
	server = await serveLunar(data, {
		LUNAR_HOSTS_COUNT: String(HOSTS),
		LUNAR_HOSTS_NICE: "0",
		LUNAR_RETENTION_MIN_FREE_BYTES: "1",
		LUNAR_LOG_FILE: "false",
		LUNAR_LIMITS_REQUESTS_PER_MINUTE: "100000",
		LUNAR_API_KEY: "",
	});
	restartsMs.push(performance.now() - startedMs);
}

/** An answer of the server, whichever one is alive by then. */
async function ask(path: string, init: RequestInit = {}): Promise<unknown> {
	for (;;) {
		try {
			const response = await fetch(server.url + path, init);
			const answer: unknown = await response.json();
			if (response.ok) return answer;
			throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
		} catch (error) {
			// What was cut off is asked again, with the same idempotency key.
			if (!(error instanceof TypeError) && !(error instanceof SyntaxError))
				throw error;
			await sleep(50);
		}
	}
}

async function submit(n: number): Promise<string> {
	const form = new FormData();
	const picture = pictures[n % pictures.length];
	form.set("image", new Blob([new Uint8Array(picture)]), `disc-${n}.png`);
	const { engines, ...rest } = TINY;
	form.set(
		"request",
		JSON.stringify({
			engine: engines[0],
			...rest,
			maxAttempts: 10,
			reuse: false,
			title: `n${n}`,
		}),
	);
	const job = (await ask("/v1/jobs", {
		method: "POST",
		headers: { "idempotency-key": `key-${n}` },
		body: form,
	})) as { id: string };
	return job.id;
}

interface Seen {
	readonly state: string;
	readonly error?: unknown;
}

/** Submits whenever fewer than a few are unfinished, until it is over; then waits for the last. */
async function load(acknowledged: Map<string, number>): Promise<void> {
	const open = new Set<string>();
	for (let n = 0; ; ) {
		while (!isOver && open.size < AHEAD) {
			const id = await submit(n);
			acknowledged.set(id, n++);
			open.add(id);
		}
		for (const id of open) {
			const { state } = (await ask(`/v1/jobs/${id}`)) as Seen;
			if (state !== "succeeded" && state !== "failed") continue;
			open.delete(id);
			finishedCount++;
		}
		if (isOver && open.size === 0) return;
		await sleep(50);
	}
}

/** The server, or a host of it; what was killed. */
async function kill(): Promise<"server" | "host" | "nothing"> {
	if (random() < 0.5) {
		await server.stop("SIGKILL");
		await start();
		return "server";
	}
	const { hosts } = (await ask("/v1/machine")) as MachineStatus;
	const { pid } = hosts[Math.floor(random() * hosts.length)];
	if (pid === undefined) return "nothing";
	process.kill(pid, "SIGKILL");
	return "host";
}

it(`${KILLS} kills lose no job, finish none twice, and leave every file whole (seed ${SEED})`, {
	timeout: 600_000 + KILLS * 60_000,
}, async () => {
	await start();
	const acknowledged = new Map<string, number>();
	const loading = load(acknowledged);
	const killed = { server: 0, host: 0, nothing: 0 };
	while (killed.server + killed.host < KILLS) {
		await sleep(SHORTEST_MS + (LONGEST_MS - SHORTEST_MS) * random());
		killed[await kill()]++;
		const killedCount = killed.server + killed.host;
		while (finishedCount < Math.floor(killedCount / KILLS_PER_JOB))
			await sleep(50);
	}
	isOver = true;
	await loading;
	await server.stop("SIGKILL");

	const store = openStore(data);
	await store.jobs.check();
	let attempts = 0;
	for (const [id, n] of acknowledged) {
		const job = await store.jobs.get(id);
		expect(job, `job ${n} was acknowledged as ${id}`).toMatchObject({
			state: "succeeded",
			request: { title: `n${n}` },
		});
		attempts += 1 + (job?.pastErrors.length ?? 0);
		const ends = (await store.jobs.events(0, 100_000, id)).filter(
			({ type, state }) => type === "state" && state === "succeeded",
		);
		expect(ends, `job ${n} ended once`).toHaveLength(1);
		const blobs = await openDiskBlobs(join(data, "blobs"));
		for (const { sha256, sizeBytes } of job?.files ?? [])
			expect(await blobs.size(sha256)).toBe(sizeBytes);
	}
	// A job that was never acknowledged was asked for again under its key: it is not there twice.
	const { total } = await store.jobs.list({}, 1);
	expect(total).toBe(acknowledged.size);
	await store.close();

	const blobs = await openDiskBlobs(join(data, "blobs"));
	let wholeCount = 0;
	for await (const { sha256 } of blobs.list()) {
		const bytes = readFileSync(await blobs.localPath(sha256));
		expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
		wholeCount++;
	}
	const starts = restartsMs.toSorted((a, b) => a - b).map(Math.round);
	process.stdout.write(
		`${killed.server} kills of the server, ${killed.host} of hosts: ${acknowledged.size} jobs in ${attempts} attempts, ${wholeCount} blobs whole, start: median ${starts[starts.length >> 1]} ms, slowest ${starts.at(-1)} ms\n`,
	);
});
