import { spawn } from "node:child_process";
import { once } from "node:events";
import {
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openDiskBlobs } from "../../adapters/disk/blob-storage.ts";
import { SILENT_LOGGER } from "../../core/run-context.ts";
import { engineHostContract } from "../../service/ports/engine-host.contract.ts";
import type { HostReport, HostWork } from "../../service/ports/engine-host.ts";
import { createHostProcess, type HostOptions } from "./host-process.ts";
import { TINY, tinyPicture } from "./tiny-picture.test-support.ts";

// Real processes. Times are generous: nothing here is about speed.

let folder: string;
let picture: string;
let host: ReturnType<typeof createHostProcess>;
let reports: HostReport[] = [];

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "lunar-host-"));
	picture = join(folder, "disc.png");
	writeFileSync(picture, await tinyPicture());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => host.close());

function open(changes: Partial<HostOptions> = {}): void {
	reports = [];
	host = createHostProcess("host-1", {
		blobsFolder: join(folder, "blobs"),
		threads: 1,
		nice: 0,
		heapMB: 1000,
		memoryMB: 2000,
		idleSeconds: 60,
		log: SILENT_LOGGER,
		...changes,
	});
}

const work = (changes: Partial<HostWork> = {}): HostWork => ({
	jobId: "job_1",
	inputs: [{ path: picture, label: "disc.png" }],
	masks: [],
	engine: "relief",
	engineOptions: TINY.engineOptions,
	options: TINY.options,
	formats: TINY.formats,
	previewFirst: false,
	title: "disc",
	prefix: "",
	...changes,
});
/** Busy for minutes. */
const LONG: Partial<HostWork> = {
	options: { ...TINY.options, resolution: 512, faces: 500_000 },
	engineOptions: { grid: 384 },
};
const run = (changes?: Partial<HostWork>): ReturnType<typeof host.run> =>
	host.run(work(changes), (report) => reports.push(report));
/** Runs it, and settles once it is in the middle of something. */
async function begin(changes: Partial<HostWork>): Promise<{
	readonly done: Promise<unknown>;
	readonly pid: number;
}> {
	const running = run(changes);
	const done = running.catch((error) => error);
	await expect
		.poll(() => reports.some(({ type }) => type === "progress"), {
			timeout: 60_000,
		})
		.toBe(true);
	return { done, pid: host.status().pid ?? 0 };
}
/** It works, as a picture that is none shows soonest. */
async function answers(): Promise<void> {
	const path = join(folder, "broken.png");
	writeFileSync(path, "no picture");
	const broken = [{ path, label: "b.png" }];
	await expect(run({ inputs: broken })).rejects.toMatchObject({
		code: "PICTURE_UNSUPPORTED",
		step: "read",
	});
}
function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		// A dead process that nobody has asked about yet is dead.
		return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
	} catch {
		return false;
	}
}

engineHostContract("host process", async () => {
	open();
	return {
		host,
		quick: work(),
		long: work({ ...LONG, jobId: "job_long" }),
	};
});

test("work gives files whose bytes are in the storage; the process stays for more", async () => {
	open();
	const first = await run({ previewFirst: true, prefix: "relief/" });
	const { pid } = host.status();
	const blobs = await openDiskBlobs(join(folder, "blobs"));
	for (const { sha256, sizeBytes } of first.files)
		expect(await blobs.size(sha256)).toBe(sizeBytes);
	expect(first.files.map(({ name }) => name)).toContain("relief/model.glb");
	expect(reports).toContainEqual(
		expect.objectContaining({
			type: "file",
			file: expect.objectContaining({ name: "relief/preview.glb" }),
		}),
	);
	expect(host.isWarm("relief")).toBe(true);
	// A corrected outline takes the place of the picture's.
	const path = join(folder, "mask.png");
	writeFileSync(path, await tinyPicture(11));
	const second = await run({
		masks: [{ path, label: "disc.png" }],
		options: { ...TINY.options, background: "auto" },
	});
	expect(host.status()).toMatchObject({ pid, state: "idle", jobsDone: 2 });
	const maskOf = ({ files }: typeof first): string | undefined =>
		files.find(({ name }) => name.endsWith("masks/disc.png"))?.sha256;
	expect(maskOf(second)).not.toBe(maskOf(first));
});

test("errors come across with code and step", async () => {
	open();
	await answers();
	await expect(run({ engine: "nothing" })).rejects.toMatchObject({
		code: "ENGINE_UNKNOWN",
	});
});

test("cancel stops it at a checkpoint, and the process goes on", async () => {
	open();
	const { done, pid } = await begin(LONG);
	host.cancel();
	expect(await done).toMatchObject({ code: "CANCELLED" });
	await answers();
	expect(host.status().pid).toBe(pid);
});

test("a killed process costs its work; the next finds a new one", async () => {
	open();
	const { done, pid } = await begin(LONG);
	process.kill(pid, "SIGKILL");
	expect(await done).toMatchObject({ code: "HOST_LOST" });
	await answers();
	expect(host.status().pid).not.toBe(pid);
});

test("too much memory ends it as such", async () => {
	open({ memoryMB: 20 });
	await expect(run(LONG)).rejects.toMatchObject({
		code: "OUT_OF_MEMORY",
		message: expect.stringMatching(/limit is 20 MB/),
	});
});

// With 1 MB the whole process falls, not only the thread that works: there is no answer, only what it wrote.
test.each([12, 1])(
	"a heap of %i MB runs full and ends it as such",
	async (heapMB) => {
		open({ heapMB });
		await expect(run()).rejects.toMatchObject({
			code: "OUT_OF_MEMORY",
			message: expect.stringMatching(/heap|out of memory/i),
		});
	},
);

test.skipIf(process.platform === "win32")(
	"a process that says nothing is ended",
	async () => {
		open({ silentSeconds: 2 });
		const { done, pid } = await begin(LONG);
		process.kill(pid, "SIGSTOP");
		expect(await done).toMatchObject({ code: "HOST_LOST" });
		await expect.poll(() => isAlive(pid)).toBe(false);
	},
);

test.skipIf(process.platform !== "linux")(
	"its threads give way to the server",
	async () => {
		open({ nice: 7 });
		await answers();
		const tasks = `/proc/${host.status().pid}/task`;
		const priorities = readdirSync(tasks).map((task) => {
			const stat = readFileSync(join(tasks, task, "stat"), "utf8");
			return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]);
		});
		// A few may have begun before, where the server was held up at that very moment.
		const gaveWay = priorities.filter((priority) => priority === 7);
		expect(gaveWay.length).toBeGreaterThan(priorities.length / 2);
	},
);

test("an idle one is unloaded, and comes back when it is needed", async () => {
	open({ idleSeconds: 0 });
	await answers();
	await expect
		.poll(() => host.status().pid, { timeout: 60_000 })
		.toBeUndefined();
	await answers();
});

test("hosts end with the server, however it ends", async () => {
	open();
	const script = `
		import { createHostProcess } from ${JSON.stringify(new URL("./host-process.ts", import.meta.url).href)};
		const quiet = { debug() {}, info() {}, warn() {}, error() {} };
		const host = createHostProcess("h", { blobsFolder: ${JSON.stringify(join(folder, "blobs"))}, threads: 2, nice: 0, heapMB: 1000, memoryMB: 2000, idleSeconds: 60, log: quiet });
		let told = false;
		host.run(${JSON.stringify(work(LONG))}, () => {
			if (!told) console.log(host.status().pid);
			told = true;
		});`;
	const parent = spawn(
		process.execPath,
		["--input-type=module", "--eval", script],
		{
			stdio: ["ignore", "pipe", "inherit"],
			cwd: fileURLToPath(new URL(".", import.meta.url)),
		},
	);
	const [line] = await once(parent.stdout, "data");
	const pid = Number(String(line));
	expect(isAlive(pid)).toBe(true);
	parent.kill("SIGKILL");
	await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
});
