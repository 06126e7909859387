import { execFileSync } from "node:child_process";
import {
	existsSync,
	globSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LunarError } from "../../core/errors.ts";
import { openDiskBlobs } from "../disk/blob-storage.ts";
import { openStore } from "../sqlite/open-store.ts";
import { readBackup } from "./read-backup.ts";
import { restoreBackup } from "./restore-backup.ts";
import { addFinished, jobsIn, seedData } from "./seed-data.test-support.ts";
import { writeBackup } from "./write-backup.ts";

const HOW = { program: "test" };
let folder: string;
let data: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "lunar-backup-test-"));
	data = join(folder, "data");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Every file of a backup or data folder that holds bytes of jobs. */
function blobFiles(path: string): string[] {
	return globSync("blobs/??/*", { cwd: path }).sort();
}

function flip(path: string): void {
	const bytes = readFileSync(path);
	bytes[bytes.length >> 1] ^= 1;
	writeFileSync(path, bytes);
}

describe.each(["folder", "a.tar"])("backup to %s", (name) => {
	it("comes back with all jobs and files, and leaves nothing behind", async () => {
		await seedData(data, ["job_1", "job_2"]);
		writeFileSync(join(data, "link-secret"), "ab".repeat(32));
		const target = join(folder, name);
		const manifest = await writeBackup(data, target, HOW);
		expect(manifest).toMatchObject({ jobs: 2, blobs: 4, missing: [] });
		expect(readdirSync(folder).sort()).toEqual([name, "data"].sort());

		const restored = join(folder, "restored");
		const { before } = await restoreBackup(target, restored);
		expect(before).toBeUndefined();
		expect(readdirSync(restored).sort()).toEqual([
			"blobs",
			"jobs.db",
			"link-secret",
			"server.lock",
		]);
		expect(await jobsIn(restored)).toEqual(["job_1", "job_2"]);
		expect(blobFiles(restored)).toEqual(blobFiles(data));
		for (const file of [...blobFiles(data), "link-secret"])
			expect(readFileSync(join(restored, file))).toEqual(
				readFileSync(join(data, file)),
			);
	});

	it("refuses to restore over jobs, or under a server; with force the old store is kept beside", async () => {
		await seedData(data, ["job_1"]);
		const target = join(folder, name);
		await writeBackup(data, target, HOW);
		const other = join(folder, "other");
		const server = openStore(other);
		await addFinished(other, server, ["job_9"]);
		await expect(restoreBackup(target, other)).rejects.toMatchObject({
			code: "OUTPUT_EXISTS",
		});
		await expect(
			restoreBackup(target, other, { force: true }),
		).rejects.toMatchObject({ code: "STORE_LOCKED" });
		await server.close();
		const { before } = await restoreBackup(target, other, { force: true });
		expect(globSync("{.restoring-*,jobs.db-*}", { cwd: other })).toEqual([]);
		expect(await jobsIn(other)).toEqual(["job_1"]);
		mkdirSync(join(folder, "old"));
		writeFileSync(join(folder, "old/jobs.db"), readFileSync(before as string));
		expect(await jobsIn(join(folder, "old"))).toEqual(["job_9"]);
	});

	it("restores over a store that is damaged", async () => {
		await seedData(data, ["job_1"]);
		const target = join(folder, name);
		await writeBackup(data, target, HOW);
		writeFileSync(join(data, "jobs.db"), "this is no database, far from it");
		await restoreBackup(target, data, { force: true });
		expect(await jobsIn(data)).toEqual(["job_1"]);
	});

	it("is taken while a server submits and deletes jobs, and is whole each time", async () => {
		const server = openStore(data);
		const ids = Array.from({ length: 6 }, (_, k) => `job_${k}`);
		await addFinished(data, server, ids);
		const blobs = await openDiskBlobs(join(data, "blobs"));
		let isDone = false;
		const busy = (async () => {
			for (let k = 0; !isDone; k++) {
				await addFinished(data, server, [`job_new${k}`]);
				const { jobs } = await server.jobs.list({}, 100);
				const removed = await server.jobs.remove(jobs[jobs.length - 1].id);
				for (const { sha256 } of [
					...(removed?.files ?? []),
					...(removed?.request.inputs ?? []),
				])
					await blobs.remove(sha256);
			}
		})();
		try {
			for (let k = 0; k < 2; k++) {
				const target = join(folder, `${k}${name}`);
				const manifest = await writeBackup(data, target, HOW);
				expect(manifest.missing).toEqual([]);
				// Restoring checks that every blob the store names is there.
				await restoreBackup(target, join(folder, `restored${k}`));
			}
		} finally {
			isDone = true;
			await busy;
			await server.close();
		}
	});

	it("says which bytes were lost before, and brings back the rest", async () => {
		await seedData(data, ["job_1", "job_2"]);
		const [gone, damaged] = blobFiles(data);
		rmSync(join(data, gone));
		flip(join(data, damaged));
		const target = join(folder, name);
		const manifest = await writeBackup(data, target, HOW);
		expect(manifest.missing).toEqual(
			[gone, damaged]
				.map((file) => file.replace("blobs/", "").replace("/", ""))
				.sort(),
		);
		const restored = join(folder, "restored");
		await restoreBackup(target, restored);
		expect(await jobsIn(restored)).toEqual(["job_1", "job_2"]);
		expect(blobFiles(restored)).toHaveLength(2);
	});
});

describe.each(["folder", "a.tar"])("stopping half way (%s)", (name) => {
	it("leaves nothing new of a backup, and nothing of a restore", async () => {
		await seedData(data, ["job_1", "job_2"]);
		const target = join(folder, name);
		const stop = (): {
			signal: AbortSignal;
			onProgress: () => void;
		} => {
			const controller = new AbortController();
			return {
				signal: controller.signal,
				onProgress: () =>
					controller.abort(new LunarError("CANCELLED", "stopped")),
			};
		};
		await expect(
			writeBackup(data, target, { ...HOW, ...stop() }),
		).rejects.toMatchObject({ code: "CANCELLED" });
		await expect(readBackup(target)).rejects.toBeInstanceOf(LunarError);
		expect(globSync("**/.lunar-backup-*", { cwd: folder })).toEqual([]);

		await writeBackup(data, target, HOW);
		const restored = join(folder, "restored");
		await expect(restoreBackup(target, restored, stop())).rejects.toMatchObject(
			{ code: "CANCELLED" },
		);
		expect(readdirSync(restored)).toEqual(["server.lock"]);
		await restoreBackup(target, restored);
		expect(await jobsIn(restored)).toEqual(["job_1", "job_2"]);
	});
});

describe("a folder of backups", () => {
	it("takes in what is new, and lets go of what is no more", async () => {
		await seedData(data, ["job_1", "job_2"]);
		const target = join(folder, "backup");
		await writeBackup(data, target, HOW);
		const store = openStore(data);
		await store.jobs.remove("job_1");
		await addFinished(data, store, ["job_3"]);
		await store.close();
		writeFileSync(join(target, "notes.txt"), "someone else's");
		let copied = 0;
		const manifest = await writeBackup(data, target, {
			...HOW,
			onProgress: (progress) => {
				copied = progress.copied;
			},
		});
		expect(copied).toBe(2);
		expect(manifest).toMatchObject({ jobs: 2, blobs: 4 });
		expect(blobFiles(target)).toHaveLength(4);
		expect(readdirSync(target).sort()).toEqual([
			"blobs",
			"manifest.json",
			"notes.txt",
			manifest.store.name,
		]);
		await restoreBackup(target, join(folder, "restored"));
	});

	it("is a tar that other programs read", async () => {
		await seedData(data, ["job_1"]);
		const target = join(folder, "a.tar");
		await writeBackup(data, target, HOW);
		mkdirSync(join(folder, "x"));
		try {
			execFileSync("tar", ["-xf", target, "-C", join(folder, "x")]);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === "ENOENT") return; // no tar here
			throw error;
		}
		await restoreBackup(join(folder, "x"), join(folder, "restored"));
		expect(await jobsIn(join(folder, "restored"))).toEqual(["job_1"]);
	});
});

describe("a damaged backup", () => {
	const damages: [string, "folder" | "a.tar", (target: string) => void][] = [
		["no manifest", "folder", (to) => rmSync(join(to, "manifest.json"))],
		[
			"an odd manifest",
			"folder",
			(to) => writeFileSync(join(to, "manifest.json"), '{"format":2}'),
		],
		[
			"a name that leaves the folder",
			"folder",
			(to) => {
				const path = join(to, "manifest.json");
				writeFileSync(
					path,
					readFileSync(path, "utf8").replace(/store-[^"]*/, "../../jobs.db"),
				);
			},
		],
		[
			"a flipped bit in a picture",
			"folder",
			(to) => flip(join(to, blobFiles(to)[0])),
		],
		["a lost picture", "folder", (to) => rmSync(join(to, blobFiles(to)[0]))],
		[
			"a flipped bit in the store",
			"folder",
			(to) => flip(join(to, globSync("store-*", { cwd: to })[0])),
		],
		["a cut", "a.tar", (to) => truncateSync(to, 3000)],
		[
			"a lost end",
			"a.tar",
			(to) => truncateSync(to, readFileSync(to).length - 1024),
		],
		["a flipped bit", "a.tar", flip],
		["other bytes", "a.tar", (to) => writeFileSync(to, "not a tar".repeat(99))],
		["nothing in it", "a.tar", (to) => writeFileSync(to, "")],
		["only zeros", "a.tar", (to) => writeFileSync(to, Buffer.alloc(4096))],
	];
	it.each(damages)(
		"with %s (%s) is refused, and what was there stays",
		async (_name, kind, damage) => {
			await seedData(data, ["job_1"]);
			const target = join(folder, kind);
			await writeBackup(data, target, HOW);
			damage(target);
			const files = blobFiles(data);
			await expect(
				restoreBackup(target, data, { force: true }),
			).rejects.toMatchObject({ code: "BACKUP_INVALID" });
			expect(await jobsIn(data)).toEqual(["job_1"]);
			expect(blobFiles(data)).toEqual(files);
			expect(globSync(".restoring-*", { cwd: data })).toEqual([]);
		},
	);
});

describe("backup", () => {
	it("refuses what would overwrite something else, and a folder without jobs", async () => {
		await seedData(data, ["job_1"]);
		for (const name of ["notes.txt", "a.tar"]) {
			const target = join(folder, name);
			writeFileSync(target, "mine");
			await expect(writeBackup(data, target, HOW)).rejects.toMatchObject({
				code: "OUTPUT_EXISTS",
			});
			expect(readFileSync(target, "utf8")).toBe("mine");
		}
		const other = join(folder, "other");
		await seedData(other, ["job_9"]);
		for (const [target, code] of [
			[data, "OPTION_INVALID"],
			[join(data, "backup"), "OPTION_INVALID"],
			[join(data, "a.tar"), "OPTION_INVALID"],
			[other, "OUTPUT_EXISTS"],
		])
			await expect(writeBackup(data, target, HOW)).rejects.toMatchObject({
				code,
			});
		expect(blobFiles(other)).toHaveLength(2);
		await expect(
			writeBackup(join(folder, "none"), join(folder, "b.tar"), HOW),
		).rejects.toMatchObject({ code: "INPUT_NOT_FOUND" });
		expect(existsSync(join(folder, "b.tar"))).toBe(false);
		await expect(readBackup(join(folder, "no"))).rejects.toMatchObject({
			code: "INPUT_NOT_FOUND",
		});
	});
});
