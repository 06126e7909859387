import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
	existsSync,
	globSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { COW, type Finished, runLunar } from "./run-lunar.ts";
import { type ServedLunar, serveLunar } from "./serve-lunar.ts";

// What goes wrong around a server: a full disk, a disk that can only be read, a second server, a damaged store.

const PICTURE = readFileSync(join(COW, "front.png"));
const MB = 1_000_000;

let folder: string;
let isMounted = false;
let server: ServedLunar | undefined;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "lunar-faults-"));
});
afterEach(async () => {
	await server?.stop("SIGKILL");
	server = undefined;
	if (isMounted) spawnSync("umount", [folder]);
	isMounted = false;
	rmSync(folder, { recursive: true, force: true });
});

/** A disk of its own for the folder; false: this machine does not let us. */
function mountDisk(megabytes: number): boolean {
	const { status } = spawnSync("mount", [
		"-t",
		"tmpfs",
		"-o",
		`size=${megabytes}m`,
		"tmpfs",
		folder,
	]);
	isMounted = status === 0;
	return isMounted;
}

/** Bytes that begin like a picture and are none: kept as uploads, refused when looked at closer. */
async function upload(bytes: Uint8Array<ArrayBuffer>): Promise<Response> {
	const form = new FormData();
	form.set("file", new Blob([bytes]), "a.png");
	return fetch(`${server?.url}/v1/uploads`, { method: "POST", body: form });
}

/** A job that waits for tomorrow: nothing runs in these tests. */
async function submit(): Promise<Response> {
	const form = new FormData();
	form.set(
		"request",
		JSON.stringify({ engine: "relief", startAt: Date.now() + 86_400_000 }),
	);
	form.set("image", new Blob([PICTURE]), "front.png");
	return fetch(`${server?.url}/v1/jobs`, { method: "POST", body: form });
}

/** A server that should not start; one that does is ended. */
function startAnother(
	data: string,
	env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
	return runLunar(["serve", "--port", "0", "--data-path", data], {
		env,
		onOutput: (text, kill) => {
			if (text.includes("is ready")) kill("SIGKILL");
		},
	});
}

async function codeOf(response: Response): Promise<string> {
	return ((await response.json()) as { code: string }).code;
}

async function jobCount(): Promise<number> {
	const response = await fetch(`${server?.url}/v1/jobs`);
	expect(response.status).toBe(200);
	return ((await response.json()) as { total: number }).total;
}

describe("a full disk", () => {
	it("is refused before it is full, and after; nothing is lost or left; room again is enough", async ({
		skip,
	}) => {
		if (!mountDisk(24)) skip("no disk can be mounted here");
		const data = join(folder, "data");
		server = await serveLunar(data, {
			LUNAR_RETENTION_MIN_FREE_BYTES: String(4 * MB),
			LUNAR_HOSTS_COUNT: "1",
		});
		expect((await submit()).status).toBe(202);

		// Less than minFreeBytes: refused at once, and said by /ready.
		const filler = join(folder, "filler");
		writeFileSync(filler, randomBytes(22 * MB));
		for (const refused of [
			await submit(),
			await upload(new Uint8Array(PICTURE)),
		]) {
			expect(refused.status).toBe(507);
			expect(await codeOf(refused)).toBe("DISK_FULL");
		}
		expect((await fetch(`${server.url}/ready`)).status).toBe(503);
		expect((await fetch(`${server.url}/health`)).status).toBe(200);
		expect(await jobCount()).toBe(1);

		// Not one byte left, whoever took them: the store cannot write, and goes on afterwards.
		for (let size = MB; size >= 512; size /= 2)
			while (true)
				try {
					writeFileSync(filler, randomBytes(Math.floor(size)), { flag: "a" });
				} catch {
					break;
				}
		expect(await codeOf(await submit())).toBe("DISK_FULL");
		expect(await jobCount()).toBe(1);
		expect(globSync("blobs/staged/*", { cwd: data })).toEqual([]);

		rmSync(filler);
		await sleep(1100); // free space is asked for once a second
		expect((await submit()).status).toBe(202);
		expect((await fetch(`${server.url}/ready`)).status).toBe(200);
		expect(await server.stop()).toBe(0);
		const { code } = await runLunar(
			["doctor", "--deep", "--data-path", data, "--json"],
			{
				env: { LUNAR_RETENTION_MIN_FREE_BYTES: "1" },
			},
		);
		expect(code).toBe(0);
	});

	it("in the middle of an upload ends it with a typed error and leaves no bytes", async ({
		skip,
	}) => {
		if (!mountDisk(12)) skip("no disk can be mounted here");
		const data = join(folder, "data");
		server = await serveLunar(data, {
			LUNAR_RETENTION_MIN_FREE_BYTES: "1",
			LUNAR_HOSTS_COUNT: "1",
		});
		const big = new Uint8Array(18 * MB);
		big.set(PICTURE);
		// Without a length, so that only the disk can tell.
		const boundary = "x".repeat(30);
		const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\ncontent-type: image/png\r\n\r\n`;
		const body = new ReadableStream<Uint8Array>({
			start(controller) {
				controller.enqueue(Buffer.from(head));
				for (let at = 0; at < big.length; at += MB)
					controller.enqueue(big.subarray(at, at + MB));
				controller.enqueue(Buffer.from(`\r\n--${boundary}--\r\n`));
				controller.close();
			},
		});
		const response = await fetch(`${server.url}/v1/uploads`, {
			method: "POST",
			headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
			body,
			duplex: "half",
		} as RequestInit);
		expect(response.status).toBe(507);
		expect(await codeOf(response)).toBe("DISK_FULL");
		expect(globSync("blobs/**/*", { cwd: data })).toEqual(["blobs/staged"]);
		expect((await upload(new Uint8Array(PICTURE))).status).toBe(201);
	});
});

describe("a disk that can only be read", () => {
	it("is a typed error at the start, and no harm", async ({ skip }) => {
		if (!mountDisk(24)) skip("no disk can be mounted here");
		const remount = (mode: string): void => {
			spawnSync("mount", ["-o", `remount,${mode}`, folder]);
		};
		const data = join(folder, "data");
		const env = {
			LUNAR_RETENTION_MIN_FREE_BYTES: "1",
			LUNAR_HOSTS_COUNT: "1",
			LUNAR_LOG_FILE: "false", // an open log file would keep the disk from being remounted
		};
		server = await serveLunar(data, env);
		expect((await submit()).status).toBe(202);
		expect(await server.stop()).toBe(0);
		server = undefined;

		remount("ro");
		const started = await startAnother(data, env);
		expect(started.code).toBe(3);
		expect(started.err).toMatch(/read-?only/i);
		remount("rw");
		server = await serveLunar(data, env);
		expect(await jobCount()).toBe(1);
	});
});

describe("a second server", () => {
	it("on the same folder ends with a typed error and does not disturb the first", async () => {
		const data = join(folder, "data");
		server = await serveLunar(data, { LUNAR_HOSTS_COUNT: "1" });
		const second = await startAnother(data);
		expect(second.code).toBe(3);
		expect(second.err + second.out).toContain("another server");
		// Nor does what else has to own the folder.
		const restored = await runLunar([
			"restore",
			await backupOf(data),
			"--force",
			"--data-path",
			data,
		]);
		expect(restored.code).toBe(3);
		expect((await submit()).status).toBe(202);
		expect(await jobCount()).toBe(1);
	});
});

async function backupOf(data: string): Promise<string> {
	const target = join(folder, "backup");
	expect((await runLunar(["backup", target, "--data-path", data])).code).toBe(
		0,
	);
	return target;
}

describe("a damaged store", () => {
	it("is refused at the start, left as it is, and replaced by a backup", async () => {
		const data = join(folder, "data");
		server = await serveLunar(data, { LUNAR_HOSTS_COUNT: "1" });
		await submit();
		const backup = await backupOf(data);
		expect(await server.stop()).toBe(0);
		server = undefined;

		const path = join(data, "jobs.db");
		const whole = readFileSync(path);
		for (const suffix of ["-wal", "-shm"])
			rmSync(path + suffix, { force: true });
		for (const damaged of [
			Buffer.alloc(whole.length, "no database "),
			whole.subarray(0, whole.length >> 1),
			whole.subarray(0, 100),
		]) {
			writeFileSync(path, damaged);
			const started = await startAnother(data);
			expect(started.code).toBe(3);
			expect(started.err).toContain("lunar doctor");
			expect(readFileSync(path).equals(damaged)).toBe(true);
		}
		const restored = await runLunar([
			"restore",
			backup,
			"--force",
			"--data-path",
			data,
		]);
		expect(restored.err).toBe("");
		server = await serveLunar(data, { LUNAR_HOSTS_COUNT: "1" });
		expect(await jobCount()).toBe(1);
	});

	it("of nothing at all is a new one: an empty file is what SQLite makes first", async () => {
		const data = join(folder, "data");
		mkdirSync(data);
		writeFileSync(join(data, "jobs.db"), "");
		server = await serveLunar(data, { LUNAR_HOSTS_COUNT: "1" });
		expect(await jobCount()).toBe(0);
		expect(existsSync(join(data, "jobs.db"))).toBe(true);
	});
});
