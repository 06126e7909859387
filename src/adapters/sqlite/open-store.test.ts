import {
	chmodSync,
	closeSync,
	fstatSync,
	mkdtempSync,
	openSync,
	rmSync,
	writeFileSync,
	writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, test } from "vitest";
import { jobStoreContract } from "../../service/ports/job-store.contract.ts";
import { keyStoreContract } from "../../service/ports/key-store.contract.ts";
import { webhookOutboxContract } from "../../service/ports/webhook-outbox.contract.ts";
import { plainRequest } from "../../service/requests.test-support.ts";
import { copyStore } from "./copy-store.ts";
import { MIGRATIONS } from "./migrations.ts";
import { openStore, STORE_FILE, type Store } from "./open-store.ts";

const folders: string[] = [];
function newFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "lunar-store-"));
	folders.push(folder);
	return folder;
}
afterEach(() => {
	for (const folder of folders.splice(0))
		rmSync(folder, { recursive: true, force: true });
});

function opened(now?: () => number): {
	store: Store;
	reopen: () => Promise<Store>;
	close: () => Promise<void>;
} {
	const folder = newFolder();
	const open = (): Store => openStore(folder, now ? { now } : {});
	let store = open();
	return {
		store,
		async reopen() {
			await store.close();
			store = open();
			return store;
		},
		close: () => store.close(),
	};
}

jobStoreContract("SQLite job store", async (now) => {
	const { store, reopen, close } = opened(now);
	return {
		store: store.jobs,
		reopen: async () => (await reopen()).jobs,
		close,
	};
});
webhookOutboxContract("SQLite outbox", async (now) => {
	const { store, reopen, close } = opened(now);
	return {
		outbox: store.outbox,
		reopen: async () => (await reopen()).outbox,
		close,
	};
});
keyStoreContract("SQLite keys", async () => {
	const { store, close } = opened();
	return { keys: store.keys, jobs: store.jobs, close };
});

describe("one file", () => {
	const newJob = {
		id: "job_1",
		request: plainRequest(),
		workHash: "",
		sizeClass: "",
		owner: "",
	};

	test("one server at a time; readers at any time", async () => {
		const folder = newFolder();
		const store = openStore(folder);
		expect(() => openStore(folder)).toThrow(
			expect.objectContaining({ code: "STORE_LOCKED" }),
		);
		await store.jobs.add([newJob]);
		const reader = openStore(folder, { readOnly: true });
		expect(await reader.jobs.get("job_1")).toBeDefined();
		await expect(reader.jobs.checkWritable()).rejects.toMatchObject({
			code: "STORE_UNWRITABLE",
		});
		await expect(reader.jobs.cancel("job_1")).rejects.toMatchObject({
			code: "STORE_UNWRITABLE",
		});
		await reader.close();
		await store.close();
		await openStore(folder).close();
	});

	test("a copy of a store at work is whole", async () => {
		const folder = newFolder();
		const store = openStore(folder);
		await store.jobs.add([newJob]);
		const copy = newFolder();
		const copied = copyStore(folder, join(copy, STORE_FILE));
		await store.jobs.add([{ ...newJob, id: "job_2" }]);
		await copied;
		const second = openStore(copy);
		await second.jobs.check();
		expect(await second.jobs.get("job_1")).toBeDefined();
		await second.close();
		await store.close();
	});

	test("a file that is no store is named as damaged", () => {
		const folder = newFolder();
		writeFileSync(join(folder, STORE_FILE), "x".repeat(5000));
		expect(() => openStore(folder)).toThrow(
			expect.objectContaining({ code: "STORE_CORRUPT" }),
		);
		// And lets go of the folder.
		rmSync(join(folder, STORE_FILE));
		void openStore(folder).close();
	});

	test("damage inside is found", async () => {
		const folder = newFolder();
		const store = openStore(folder);
		for (let k = 0; k < 50; k++)
			await store.jobs.add([{ ...newJob, id: `job_${k}` }]);
		await store.close();
		// The last page, in the middle of its cells.
		const file = openSync(join(folder, STORE_FILE), "r+");
		const { size } = fstatSync(file);
		writeSync(file, Buffer.alloc(2000, 0xff), 0, 2000, size - 2000);
		closeSync(file);
		const damaged = openStore(folder, { readOnly: true });
		await expect(damaged.jobs.check()).rejects.toMatchObject({
			code: "STORE_CORRUPT",
		});
		await damaged.close();
	});

	test("an older store is read as it is, and brought up to date by the next server", async () => {
		const folder = newFolder();
		const store = openStore(folder);
		await store.jobs.add([newJob]);
		await store.close();
		const db = new DatabaseSync(join(folder, STORE_FILE));
		db.exec("DROP INDEX jobs_listed; PRAGMA user_version = 1");
		db.close();
		for (const readOnly of [true, false]) {
			const opened = openStore(folder, { readOnly });
			expect((await opened.jobs.list({ search: "shoe" }, 5)).total).toBe(1);
			await opened.close();
		}
		const after = new DatabaseSync(join(folder, STORE_FILE));
		const { user_version: version } = after
			.prepare("PRAGMA user_version")
			.get() as { user_version: number };
		after.close();
		expect(version).toBe(MIGRATIONS.length);
	});

	test("a store of a newer program is left alone", async () => {
		const folder = newFolder();
		await openStore(folder).close();
		const db = new DatabaseSync(join(folder, STORE_FILE));
		db.exec("PRAGMA user_version = 999");
		db.close();
		expect(() => openStore(folder)).toThrow(/newer/);
	});

	test.skipIf(process.getuid?.() === 0)(
		"a folder that may not be written is named",
		() => {
			const folder = newFolder();
			chmodSync(folder, 0o500);
			expect(() => openStore(folder)).toThrow(
				expect.objectContaining({ code: "STORE_UNWRITABLE" }),
			);
			chmodSync(folder, 0o700);
		},
	);

	test("a full disk is named, and nothing is lost", async () => {
		const folder = newFolder();
		const store = openStore(folder);
		await store.jobs.add([newJob]);
		await store.close();
		const db = new DatabaseSync(join(folder, STORE_FILE));
		const { page_count: pages } = db.prepare("PRAGMA page_count").get() as {
			page_count: number;
		};
		db.close();
		const full = openStore(folder, { mostPages: pages + 2 });
		const add = async (): Promise<void> => {
			for (let k = 2; k < 100; k++)
				await full.jobs.add([
					{
						...newJob,
						id: `job_${k}`,
						request: plainRequest({ title: "x".repeat(1000) }),
					},
				]);
		};
		await expect(add()).rejects.toMatchObject({ code: "DISK_FULL" });
		expect(await full.jobs.get("job_1")).toBeDefined();
		await full.jobs.check();
		await full.close();
	});
});
