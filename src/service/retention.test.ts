import { mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDiskBlobs } from "../adapters/disk/blob-storage.ts";
import { openStore, type Store } from "../adapters/sqlite/open-store.ts";
import { SILENT_LOGGER } from "../core/run-context.ts";
import type { Config } from "./config.ts";
import type { JobRequest } from "./job.ts";
import type { BlobStorage } from "./ports/blob-storage.ts";
import { createBlobReleaser } from "./release-blobs.ts";
import { createRetention, type Retention } from "./retention.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 0, 1);

let folder: string;
let store: Store;
let blobs: BlobStorage;
let wall: number;
let steady: number;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "lunar-retention-"));
	wall = START;
	steady = 0;
	store = openStore(folder, { now: () => wall });
	blobs = await openDiskBlobs(join(folder, "blobs"));
});
afterEach(async () => {
	await store.close();
	rmSync(folder, { recursive: true });
});

function retentionOf(
	config: Partial<Config["retention"]>,
	freeBytes?: () => number,
): Retention {
	return createRetention({
		store: store.jobs,
		blobs: freeBytes
			? { list: blobs.list, freeBytes: async () => freeBytes() }
			: blobs,
		releaser: createBlobReleaser(store.jobs, blobs, SILENT_LOGGER, 0),
		outbox: store.outbox,
		config: {
			everyMinutes: 15,
			orphanHours: 24,
			minFreeBytes: 1,
			...config,
		} as Config["retention"],
		log: SILENT_LOGGER,
		now: () => wall,
		elapsed: () => steady,
	});
}

/** Time goes by, on both clocks. */
function pass(ms: number): void {
	wall += ms;
	steady += ms;
}

function request(inputs: JobRequest["inputs"]): JobRequest {
	return {
		inputs,
		engines: ["relief"],
		engineOptions: {},
		options: {},
		formats: ["glb"],
		previewFirst: false,
		priority: 0,
		dependsOn: [],
		maxAttempts: 1,
		softLimitSeconds: 10,
		hardLimitSeconds: 20,
		reuse: false,
		tags: [],
		metadata: {},
	};
}

/** A blob of so many bytes whose file is as old as the clock says. */
async function blob(sizeBytes: number, fill: number): Promise<string> {
	const { sha256 } = await blobs.put(new Uint8Array(sizeBytes).fill(fill));
	const path = await blobs.localPath(sha256);
	utimesSync(path, wall / 1000, wall / 1000);
	return sha256;
}

let counter = 0;

/** A finished job with an input and a result of so many bytes each. */
async function finished(sizeBytes = 10): Promise<string> {
	const fill = ++counter % 256;
	const id = `job_${String(counter).padStart(26, "0")}`;
	const input = await blob(sizeBytes, fill);
	await store.jobs.add([
		{
			id,
			request: request([{ sha256: input, sizeBytes, label: "a.png" }]),
			workHash: id,
			owner: "",
			sizeClass: "s",
		},
	]);
	const claimed = await store.jobs.claim();
	if (claimed?.job.id !== id) throw new Error("another job was queued");
	await store.jobs.succeed(claimed.attempt, { outcomes: [] }, [
		{
			name: "model.glb",
			role: "model",
			sha256: await blob(sizeBytes + 1, fill),
			sizeBytes: sizeBytes + 1,
			mimeType: "model/gltf-binary",
		},
	]);
	return id;
}

async function remaining(): Promise<string[]> {
	const { jobs } = await store.jobs.list({}, 1000);
	return jobs.map(({ id }) => id).sort();
}

/** The releaser works in the background. */
async function blobCount(expected: number): Promise<void> {
	let count = -1;
	for (let k = 0; k < 200 && count !== expected; k++) {
		count = 0;
		for await (const _ of blobs.list()) count++;
		if (count !== expected) await sleep(10);
	}
	expect(count).toBe(expected);
}

describe("retention", () => {
	it("keeps everything where nothing was set", async () => {
		const ids = [await finished(), await finished()];
		pass(1000 * DAY_MS);
		const { jobs, orphans } = await retentionOf({}).sweep();
		expect(jobs).toEqual({ byAge: 0, byCount: 0, byBytes: 0 });
		expect(orphans).toBe(0);
		expect(await remaining()).toEqual(ids);
	});

	it("deletes by age, with their files, but no favourites and nothing unfinished", async () => {
		const favourite = await finished();
		await store.jobs.annotate(favourite, { favourite: true });
		await finished();
		const shared = await blob(10, 1);
		await store.jobs.add([
			{
				id: "job_waiting",
				request: request([{ sha256: shared, sizeBytes: 10, label: "b.png" }]),
				workHash: "w",
				owner: "",
				sizeClass: "s",
			},
		]);
		pass(31 * DAY_MS);
		await store.jobs.claim(); // so that the next one is claimed by finished()
		const young = await finished();
		const retention = retentionOf({ maxAgeDays: 30 });
		expect((await retention.sweep()).jobs.byAge).toBe(1);
		expect(await remaining()).toEqual([favourite, young, "job_waiting"].sort());
		expect((await retention.sweep()).jobs.byAge).toBe(0);
		await blobCount(5);
	});

	it("keeps the newest by count", async () => {
		const ids = [];
		for (let k = 0; k < 5; k++) ids.push(await finished());
		await store.jobs.annotate(ids[0], { favourite: true });
		expect((await retentionOf({ maxJobs: 2 }).sweep()).jobs.byCount).toBe(2);
		expect(await remaining()).toEqual([ids[0], ids[3], ids[4]]);
		await blobCount(6);
	});

	it("goes through more than a page of jobs", async () => {
		const ids = Array.from({ length: 203 }, (_, k) => `job_${k}`);
		await store.jobs.add(
			ids.map((id) => ({
				id,
				request: request([]),
				workHash: id,
				owner: "",
				sizeClass: "s",
			})),
		);
		for (const id of ids) await store.jobs.cancel(id);
		await retentionOf({ maxJobs: 3 }).sweep();
		expect(await remaining()).toEqual(ids.slice(200));
	});

	it("deletes the oldest until the bytes fit", async () => {
		const ids = [];
		for (let k = 0; k < 4; k++) ids.push(await finished(1000));
		expect((await retentionOf({ maxBytes: 4500 }).sweep()).jobs.byBytes).toBe(
			2,
		);
		expect(await remaining()).toEqual(ids.slice(2));
		expect((await retentionOf({ maxBytes: 4500 }).sweep()).jobs.byBytes).toBe(
			0,
		);
	});

	it("deletes uploads that no job names after a day, and not before", async () => {
		await finished();
		await blob(5, 99);
		pass(23 * HOUR_MS);
		const retention = retentionOf({});
		expect((await retention.sweep()).orphans).toBe(0);
		pass(2 * HOUR_MS);
		expect(await retention.sweep()).toMatchObject({
			orphans: 1,
			orphanBytes: 5,
		});
		await blobCount(2);
	});

	it("deletes nothing by age for a day after the clock jumped forward", async () => {
		await finished();
		await blob(5, 99);
		const retention = retentionOf({ maxAgeDays: 30 });
		wall += 3650 * DAY_MS;
		steady += HOUR_MS;
		expect(await retention.sweep()).toMatchObject({
			distrustsClock: true,
			orphans: 0,
			jobs: { byAge: 0 },
		});
		wall -= 3650 * DAY_MS; // set right again
		pass(25 * HOUR_MS);
		expect(await retention.sweep()).toMatchObject({
			distrustsClock: false,
			orphans: 1,
			jobs: { byAge: 0 },
		});
	});

	it("deletes nothing when the clock stands before all jobs", async () => {
		await finished();
		wall = 0;
		expect((await retentionOf({ maxAgeDays: 1 }).sweep()).jobs.byAge).toBe(0);
	});

	it("refuses work before the disk is full, and takes it again by itself", async () => {
		let free = 5_000_000_000;
		const retention = retentionOf({ minFreeBytes: 2_000_000_000 }, () => free);
		await retention.checkRoom();
		await expect(retention.checkRoom(4_000_000_000)).rejects.toMatchObject({
			code: "DISK_FULL",
		});
		free = 1_999_999_999;
		await expect(retention.checkRoom()).rejects.toMatchObject({
			code: "DISK_FULL",
		});
		free = 2_000_000_000;
		await retention.checkRoom();
	});
});
