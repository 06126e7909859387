import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

// node bench/service/latency.ts [--seconds 20] [--json]
// How long a real server (lunar serve, a process of its own) takes to answer, idle and while its engines work at full
// load: /health, the list of jobs, and submitting with one picture. A bare server that only says "ok" is asked in turn with
// them: what it takes is the machine's doing, not ours.

const { values } = parseArgs({
	options: {
		seconds: { type: "string", default: "20" },
		json: { type: "boolean", default: false },
	},
});
const LUNAR = fileURLToPath(
	new URL("../../src/apps/cli/main.ts", import.meta.url),
);
const PICTURE = new URL("../../examples/cow/front.png", import.meta.url);
/** Between two questions, milliseconds: a page and a monitor ask no faster. */
const PAUSE_MS = 20;
const FIRST_ANSWERS = 20;

interface Measured {
	readonly case: string;
	readonly count: number;
	readonly medianMs: number;
	readonly p99Ms: number;
	readonly maxMs: number;
}

const folder = await mkdtemp(join(tmpdir(), "lunar-latency-"));
const server = spawn(
	process.execPath,
	[LUNAR, "serve", "--port", "0", "--data-path", folder],
	{
		env: {
			...process.env,
			LUNAR_LIMITS_REQUESTS_PER_MINUTE: "1000000",
			LUNAR_STOP_GRACE_SECONDS: "0",
		},
		stdio: ["ignore", "pipe", "ignore"],
	},
);
const bare = spawn(
	process.execPath,
	[
		"-e",
		"require('http').createServer((_, reply) => reply.end('ok')).listen(0, '127.0.0.1', function () { console.log('http://127.0.0.1:' + this.address().port) })",
	],
	{ stdio: ["ignore", "pipe", "ignore"] },
);
try {
	const url = await addressOf(server.stdout);
	const bareUrl = await addressOf(bare.stdout);
	const picture = await readFile(PICTURE);
	const seconds = Number(values.seconds);
	const rows: Measured[] = [];
	const submitLater = (k: number): Promise<void> =>
		submit(url, picture, {
			startAt: Date.now() + 86_400_000,
			tags: [`${k}`],
		});
	const measureAll = async (state: string): Promise<void> => {
		rows.push(
			...(await measureInTurn(seconds, [
				[`bare server, ${state}`, () => get(bareUrl)],
				[`/health, ${state}`, () => get(`${url}/health`)],
				[`/v1/jobs, ${state}`, () => get(`${url}/v1/jobs`)],
			])),
		);
	};

	rows.push(
		...(await measureInTurn(seconds / 4, [["submit, idle", submitLater]])),
	);
	await measureAll("idle");
	for (let k = 0; k < 200; k++)
		await submit(url, picture, { options: { seed: k }, reuse: false });
	await waitForWork(url);
	await measureAll("engines at full load");
	rows.push(
		...(await measureInTurn(seconds / 4, [
			["submit, engines at full load", submitLater],
		])),
	);
	if (values.json) console.log(JSON.stringify(rows, null, 2));
	else console.log(table(rows));
} finally {
	bare.kill("SIGKILL");
	server.kill("SIGTERM");
	await new Promise((resolve) => server.once("exit", resolve));
	await rm(folder, { recursive: true, force: true });
}

async function addressOf(stdout: AsyncIterable<Buffer>): Promise<string> {
	for await (const chunk of stdout) {
		const url = /http:\S+/.exec(String(chunk))?.[0];
		if (url) return url;
	}
	throw new Error("the server did not start");
}

async function get(url: string): Promise<void> {
	const response = await fetch(url);
	await response.arrayBuffer();
	if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}

async function submit(
	url: string,
	picture: Buffer,
	request: object,
): Promise<void> {
	const form = new FormData();
	form.append("image", new Blob([new Uint8Array(picture)]), "front.png");
	form.append("request", JSON.stringify(request));
	const response = await fetch(`${url}/v1/jobs`, {
		method: "POST",
		body: form,
	});
	await response.arrayBuffer();
	if (response.status !== 202)
		throw new Error(`submitting was answered ${response.status}`);
}

async function waitForWork(url: string): Promise<void> {
	for (;;) {
		const response = await fetch(`${url}/v1/machine`);
		const { queue } = (await response.json()) as {
			queue: { running: number };
		};
		if (queue.running > 0) break;
		await delay(100);
	}
	await delay(2000);
}

/** Each is asked in turn, so that all see the same machine. */
async function measureInTurn(
	secondsEach: number,
	cases: readonly (readonly [
		name: string,
		ask: (k: number) => Promise<void>,
	])[],
): Promise<Measured[]> {
	for (const [, ask] of cases)
		for (let k = 0; k < FIRST_ANSWERS; k++) await ask(-k);
	const times = cases.map((): number[] => []);
	const endMs = performance.now() + secondsEach * cases.length * 1000;
	for (let k = 0; performance.now() < endMs; k++) {
		const startedMs = performance.now();
		await cases[k % cases.length][1](k);
		times[k % cases.length].push(performance.now() - startedMs);
		await delay(PAUSE_MS);
	}
	return cases.map(([name], k) => {
		const sorted = times[k].sort((a, b) => a - b);
		const at = (share: number): number =>
			sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
		return {
			case: name,
			count: sorted.length,
			medianMs: at(0.5),
			p99Ms: at(0.99),
			maxMs: at(1),
		};
	});
}

function table(rows: readonly Measured[]): string {
	return [
		"| case | answers | median ms | p99 ms | slowest ms |",
		"| --- | --: | --: | --: | --: |",
		...rows.map(
			(row) =>
				`| ${row.case} | ${row.count} | ${row.medianMs.toFixed(1)} | ${row.p99Ms.toFixed(1)} | ${row.maxMs.toFixed(1)} |`,
		),
	].join("\n");
}
