import {
	globSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
	requestOf,
	seedData,
} from "../../adapters/backup/seed-data.test-support.ts";
import { openStore } from "../../adapters/sqlite/open-store.ts";
import { examineData } from "./examine-data.ts";
import type { Finding } from "./finding.ts";

const OLD = new Date("2020-01-01");
let data: string;
beforeEach(async () => {
	data = mkdtempSync(join(tmpdir(), "lunar-doctor-"));
	await seedData(data, ["job_1", "job_2"]);
});
afterEach(() => rmSync(data, { recursive: true }));

async function examine(
	how: { repair?: boolean; deep?: boolean } = {},
): Promise<Record<string, Finding>> {
	const findings = await examineData(
		{
			dataPath: data,
			retention: { everyMinutes: 15, orphanHours: 24, minFreeBytes: 1 },
		},
		{ repair: false, deep: false, now: Date.now, ...how },
	);
	return Object.fromEntries(findings.map((finding) => [finding.id, finding]));
}

function blobFiles(): string[] {
	return globSync("blobs/??/*", { cwd: data }).map((name) => join(data, name));
}

describe("examineData", () => {
	it("finds nothing wrong in a good folder, in an empty one, and beside a server", async () => {
		for (const finding of Object.values(await examine({ deep: true })))
			expect(finding).toMatchObject({ state: "ok" });
		const server = openStore(data);
		const beside = await examine({ repair: true });
		await server.close();
		expect(beside.server.seen).toContain("is running");
		for (const finding of Object.values(beside))
			expect(finding).toMatchObject({ state: "ok" });
		rmSync(join(data, "jobs.db"));
		expect((await examine()).jobs.state).toBe("ok");
	});

	it("puts jobs that a dead server left running back to the queue", async () => {
		const store = openStore(data);
		await store.jobs.add([
			{
				id: "job_3",
				request: requestOf([]),
				workHash: "w",
				owner: "",
				sizeClass: "s",
			},
		]);
		await store.jobs.claim();
		// Beside a server it is just a running job.
		expect((await examine()).jobs.state).toBe("ok");
		await store.close();
		expect((await examine()).jobs).toMatchObject({ state: "warning" });
		expect((await examine({ repair: true })).jobs.repaired).toContain("1 jobs");
		expect((await examine()).jobs).toMatchObject({
			state: "ok",
			seen: "1 queued, 0 running",
		});
	});

	it("names jobs whose files are lost", async () => {
		rmSync(blobFiles()[0]);
		const { files } = await examine();
		expect(files.state).toBe("problem");
		expect(files.seen).toMatch(
			/1 jobs lost files: job_[12] \((a\.png|model\.glb)\)/,
		);
	});

	it("finds bytes that changed only when it reads them, and makes room for right ones", async () => {
		const [path] = blobFiles();
		const bytes = readFileSync(path);
		bytes[0] ^= 1;
		writeFileSync(path, bytes);
		expect((await examine()).files.state).toBe("ok");
		const { files } = await examine({ deep: true, repair: true });
		expect(files.state).toBe("problem");
		expect(files.repaired).toContain("1 damaged");
		expect(blobFiles()).not.toContain(path);
	});

	it("finds a file that was cut short by its size", async () => {
		writeFileSync(blobFiles()[0], "x");
		expect((await examine()).files.state).toBe("problem");
	});

	it("deletes files that nobody uses and what ended processes left, only when asked", async () => {
		mkdirSync(join(data, "blobs/ab"), { recursive: true });
		const orphan = join(data, "blobs/ab", "0".repeat(62));
		const staged = join(data, "blobs/staged/half");
		for (const path of [orphan, staged]) {
			writeFileSync(path, "bytes");
			utimesSync(path, OLD, OLD);
		}
		mkdirSync(join(data, ".restoring-x"));
		const found = await examine();
		expect(found["unused files"].state).toBe("warning");
		expect(found["left half-written"]).toMatchObject({
			state: "warning",
			seen: "2 files of processes that ended",
		});
		const mended = await examine({ repair: true });
		expect(mended["unused files"].repaired).toBe("deleted");
		expect(blobFiles()).toHaveLength(4);
		expect(readdirSync(join(data, "blobs/staged"))).toEqual([]);
		expect(readdirSync(data)).not.toContain(".restoring-x");
	});

	it("mends damaged indexes", async () => {
		// Another statement for the index than the one it was filled by.
		const db = new DatabaseSync(join(data, "jobs.db"));
		db.enableDefensive?.(false);
		db.exec(
			"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '(work_hash, number)', '(state, work_hash)') WHERE name = 'jobs_work'; PRAGMA writable_schema = RESET",
		);
		db.close();
		expect((await examine()).store.state).toBe("problem");
		expect((await examine({ repair: true })).store).toMatchObject({
			state: "ok",
			repaired: expect.stringContaining("indexes"),
		});
		expect((await examine()).store.state).toBe("ok");
	});

	it("says so when the store is beyond repair, and touches nothing", async () => {
		const path = join(data, "jobs.db");
		const bytes = readFileSync(path);
		bytes.fill(0xff, 4096, 20_000);
		writeFileSync(path, bytes);
		const { store } = await examine({ repair: true });
		expect(store.state).toBe("problem");
		expect(store.todo).toContain("lunar restore");
		expect(blobFiles()).toHaveLength(4);
	});
});
