import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDiskBlobs } from "../../src/adapters/disk/blob-storage.ts";
import { openStore } from "../../src/adapters/sqlite/open-store.ts";
import { SILENT_LOGGER } from "../../src/core/run-context.ts";
import { configSchema } from "../../src/service/config.ts";
import { createService } from "../../src/service/create-service.ts";
import {
	createFakeHost,
	fakeResult,
} from "../../src/service/fake-host.test-support.ts";
import { FINAL_STATES } from "../../src/service/job.ts";
import { createBlobReleaser } from "../../src/service/release-blobs.ts";
import { plainRequest } from "../../src/service/requests.test-support.ts";
import type { JobService } from "../../src/service/service.ts";

// node --expose-gc bench/service/run.ts
// What the service itself costs, with hosts that answer at once: submitting, listing a long history, and memory over
// 1000 jobs in a row.

const HISTORY = 10_000;
const IN_A_ROW = 1000;
const REPEATS = 200;

const folder = mkdtempSync(join(tmpdir(), "lunar-bench-"));
const store = openStore(folder);
const blobs = await openDiskBlobs(join(folder, "blobs"));
const host = createFakeHost("host-1", async (work, { report }) => {
	for (let k = 0; k < 10; k++)
		report({ type: "progress", step: `step ${k >> 1}`, fraction: k / 10 });
	return fakeResult(work);
});
const service: JobService = await createService({
	store: store.jobs,
	blobs,
	releaser: createBlobReleaser(store.jobs, blobs, SILENT_LOGGER),
	hosts: [host],
	engines: {
		infos: async () => [],
		choose: async () => "relief",
		async check() {},
	},
	config: configSchema.parse({
		dataPath: folder,
		limits: { queueLength: 100_000 },
		retention: { minFreeBytes: 1 },
	}),
	log: SILENT_LOGGER,
});
const input = {
	...(await blobs.put(Buffer.from("picture"))),
	label: "shoe.png",
};
const finish = async (id: string): Promise<void> => {
	const controller = new AbortController();
	for await (const { state } of service.watch(
		{ afterSeq: 0, jobId: id },
		controller.signal,
	))
		if (FINAL_STATES.includes(state)) return;
};
const submit = async (n: number): Promise<string> => {
	const request = plainRequest({
		inputs: [input],
		title: `chair ${n}`,
		tags: [n % 10 === 0 ? "tenth" : "other"],
	});
	return (await service.submit(request, { owner: "" })).job.id;
};

const submitMs: number[] = [];
const memory: {
	readonly jobs: number;
	readonly heapMB: number;
	readonly rssMB: number;
}[] = [];
for (let n = 0; n <= IN_A_ROW; n++) {
	const startedMs = performance.now();
	const id = await submit(n);
	submitMs.push(performance.now() - startedMs);
	await finish(id);
	if (n % 100 === 0) {
		globalThis.gc?.();
		const { heapUsed, rss } = process.memoryUsage();
		memory.push({ jobs: n, heapMB: heapUsed / 2 ** 20, rssMB: rss / 2 ** 20 });
	}
}
console.log(`submit: ${spread(submitMs)}`);
console.log(
	`memory over ${IN_A_ROW} jobs, after the first 200: heap ${slope("heapMB")} KB per job, process ${slope("rssMB")} KB per job (${memory.map(({ rssMB }) => Math.round(rssMB)).join(" ")} MB)`,
);

while ((await store.jobs.list({}, 1)).total < HISTORY)
	await store.jobs.add(
		Array.from({ length: 500 }, (_, k) => ({
			id: `job_${Math.random()}`,
			request: plainRequest({
				inputs: [input],
				title: `chair ${k}`,
				tags: [k % 10 === 0 ? "tenth" : "other"],
				startAt: Date.now() + 1e9,
			}),
			workHash: "",
			sizeClass: "",
			owner: "",
		})),
	);
for (const [name, filter] of Object.entries({
	newest: {},
	"by state": { states: ["succeeded"] as const },
	"by tag": { tag: "tenth" },
	"by words": { search: "chair 77" },
	"nothing found": { search: "no such thing" },
})) {
	const ms: number[] = [];
	for (let k = 0; k < REPEATS; k++) {
		const startedMs = performance.now();
		await service.list(filter, 50);
		ms.push(performance.now() - startedMs);
	}
	console.log(`list 50 of ${HISTORY}, ${name}: ${spread(ms)}`);
}
await service.stop(0);
await store.close();
rmSync(folder, { recursive: true });

function spread(values: readonly number[]): string {
	const sorted = values.toSorted((a, b) => a - b);
	const at = (share: number): string =>
		sorted[Math.floor(share * (sorted.length - 1))].toFixed(2);
	return `median ${at(0.5)} ms, 99th percentile ${at(0.99)} ms`;
}

/** Least squares over the samples after the warm-up. */
function slope(key: "heapMB" | "rssMB"): string {
	const samples = memory.filter(({ jobs }) => jobs >= 200);
	const meanOf = (pick: (sample: (typeof memory)[number]) => number): number =>
		samples.reduce((sum, sample) => sum + pick(sample), 0) / samples.length;
	const x = meanOf(({ jobs }) => jobs);
	const y = meanOf((sample) => sample[key]);
	let over = 0;
	let under = 0;
	for (const sample of samples) {
		over += (sample.jobs - x) * (sample[key] - y);
		under += (sample.jobs - x) ** 2;
	}
	return ((over / under) * 1024).toFixed(2);
}
