import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDiskBlobs } from "../adapters/disk/blob-storage.ts";
import { openStore, type Store } from "../adapters/sqlite/open-store.ts";
import { LunarError } from "../core/errors.ts";
import { SILENT_LOGGER } from "../core/run-context.ts";
import { type Config, type ConfigInput, configSchema } from "./config.ts";
import { createService } from "./create-service.ts";
import {
	createFakeHost,
	type FakeWork,
	fakeResult,
} from "./fake-host.test-support.ts";
import {
	FINAL_STATES,
	type Job,
	type JobEvent,
	type JobRequest,
} from "./job.ts";
import type { BlobStorage } from "./ports/blob-storage.ts";
import type { EngineCatalogue } from "./ports/engine-catalogue.ts";
import { createBlobReleaser } from "./release-blobs.ts";
import { plainRequest, someHash } from "./requests.test-support.ts";
import type { JobService } from "./service.ts";

const ENGINES = ["relief", "visual-hull", "other"];
const CATALOGUE: EngineCatalogue = {
	infos: async () => [],
	choose: async () => "relief",
	async check(engine) {
		if (!ENGINES.includes(engine))
			throw new LunarError("ENGINE_UNKNOWN", engine);
	},
};
const OWNER = { owner: "" };

let folder: string;
let store: Store;
let blobs: BlobStorage;
let service: JobService;
let input: JobRequest["inputs"][number];
let hosts: ReturnType<typeof createFakeHost>[] = [];
let behave: FakeWork;

async function start(config: ConfigInput = {}, hostCount = 1): Promise<void> {
	const parsed: Config = configSchema.parse({
		dataPath: folder,
		retention: { minFreeBytes: 1 },
		...config,
	});
	store = openStore(folder);
	blobs = await openDiskBlobs(join(folder, "blobs"));
	hosts = Array.from({ length: hostCount }, (_, k) =>
		createFakeHost(`host-${k}`, (work, tools) => behave(work, tools)),
	);
	service = await createService({
		store: store.jobs,
		blobs,
		releaser: createBlobReleaser(store.jobs, blobs, SILENT_LOGGER, 0),
		hosts,
		engines: CATALOGUE,
		config: parsed,
		log: SILENT_LOGGER,
	});
}

async function stop(): Promise<void> {
	await service.stop(0);
	await store.close();
}

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "lunar-service-"));
	behave = async (work) => fakeResult(work);
	await start();
	const blob = await blobs.put(Buffer.from("picture"));
	input = { ...blob, label: "shoe.png" };
});
afterEach(async () => {
	await stop();
	rmSync(folder, { recursive: true, force: true });
});

const request = (changes: Partial<JobRequest> = {}): JobRequest =>
	plainRequest({ inputs: [input], ...changes });
const submit = async (changes: Partial<JobRequest> = {}): Promise<Job> =>
	(await service.submit(request(changes), OWNER)).job;

/** The job, once it is as wanted. */
async function until(id: string, wanted: (job: Job) => boolean): Promise<Job> {
	const controller = new AbortController();
	const { job } = await service.get(id);
	if (wanted(job)) return job;
	for await (const _ of service.watch(
		{ afterSeq: 0, jobId: id },
		controller.signal,
	)) {
		const { job: now } = await service.get(id);
		if (wanted(now)) {
			controller.abort();
			return now;
		}
	}
	throw new Error("unreachable");
}
const finished = (id: string): Promise<Job> =>
	until(id, ({ state }) => FINAL_STATES.includes(state));
/** Once a host has it in its hands. */
async function running(id: string): Promise<void> {
	const all = (): string[] =>
		hosts.flatMap(({ works }) => works.map(({ jobId }) => jobId));
	await expect.poll(all, { interval: 5 }).toContain(id);
}

describe("a job", () => {
	test("runs on a host, and its result is kept", async () => {
		behave = async (work, { report }) => {
			expect(work.inputs[0]).toMatchObject({ label: "shoe.png" });
			report({ type: "progress", step: "shape", fraction: 0.4 });
			report({
				type: "notice",
				notice: { code: "n", severity: "info", message: "m" },
			});
			return fakeResult(work);
		};
		const { id } = await submit();
		const job = await finished(id);
		expect(job).toMatchObject({
			state: "succeeded",
			attempts: 1,
			notices: [{ code: "n" }],
			files: [{ name: "model.glb" }],
		});
	});

	test.each([
		["no picture", { inputs: [] }, "NO_INPUT"],
		["an unknown engine", { engines: ["magic"] }, "ENGINE_UNKNOWN"],
		["three engines", { engines: ENGINES }, "OPTION_INVALID"],
		["auto against another", { engines: ["auto", "relief"] }, "OPTION_INVALID"],
		["one engine twice", { engines: ["relief", "relief"] }, "OPTION_INVALID"],
		["a bad option", { options: { resolution: 3 } }, "OPTION_INVALID"],
		[
			"a soft limit above the hard",
			{ softLimitSeconds: 999 },
			"OPTION_INVALID",
		],
		["much metadata", { metadata: { a: "x".repeat(5000) } }, "REQUEST_INVALID"],
		["an unknown dependency", { dependsOn: ["job_x"] }, "JOB_UNKNOWN"],
		[
			"bytes that are not there",
			{ inputs: [{ sha256: someHash(9), sizeBytes: 1, label: "a" }] },
			"INPUT_NOT_FOUND",
		],
		[
			"a mask for another picture",
			{ masks: [{ sha256: someHash(9), sizeBytes: 1, label: "b" }] },
			"REQUEST_INVALID",
		],
	] satisfies [string, Partial<JobRequest>, string][])(
		"with %s is refused and not kept",
		async (_, changes, code) => {
			await expect(submit(changes)).rejects.toMatchObject({ code });
			expect((await service.list({}, 9)).total).toBe(0);
		},
	);

	test("several pictures need sides, each once", async () => {
		const two = (a?: "front", b?: "front"): Partial<JobRequest> => ({
			inputs: [
				{ ...input, label: "a", ...(a ? { view: a } : {}) },
				{ ...input, label: "b", ...(b ? { view: b } : {}) },
			],
		});
		await expect(submit(two("front"))).rejects.toMatchObject({
			code: "NO_INPUT",
		});
		await expect(submit(two("front", "front"))).rejects.toMatchObject({
			code: "VIEW_NAME_DUPLICATE",
		});
	});

	test("of the same work gets the same result without a run", async () => {
		const model = await blobs.put(Buffer.from("model"));
		behave = async (work) => {
			const { outcome, files } = fakeResult(work);
			return { outcome, files: [{ ...files[0], ...model }] };
		};
		const first = await submit({ reuse: true });
		await finished(first.id);
		const second = await submit({ reuse: true, title: "other title" });
		expect(second).toMatchObject({
			state: "succeeded",
			result: { reusedFrom: first.id },
		});
		expect(hosts[0].works).toHaveLength(1);
	});

	test("is not lent what another engine made in its place", async () => {
		behave = async (work) => {
			if (work.engine === "other")
				throw new LunarError("WEIGHTS_MISSING", "none here");
			return fakeResult(work);
		};
		const asked = { engines: ["other"], reuse: true };
		const { id } = await submit({ ...asked, failover: "relief" });
		expect((await finished(id)).result?.outcomes[0].engine).toBe("relief");
		const again = await submit(asked);
		expect(await finished(again.id)).toMatchObject({
			state: "failed",
			error: { code: "WEIGHTS_MISSING" },
		});
	});

	test("whose lender lost its files runs itself", async () => {
		const first = await submit({ reuse: true });
		await finished(first.id); // whose fake model was never in the storage
		const second = await finished((await submit({ reuse: true })).id);
		expect(second.result?.reusedFrom).toBeUndefined();
		expect(hosts[0].works).toHaveLength(2);
	});
});

describe("errors", () => {
	test("bad input is never tried again", async () => {
		behave = async () => {
			throw new LunarError("NO_FOREGROUND", "nothing there");
		};
		const job = await finished((await submit()).id);
		expect(job).toMatchObject({
			state: "failed",
			attempts: 1,
			error: { code: "NO_FOREGROUND", kind: "invalid-input" },
		});
	});

	test("a lost host costs one attempt; its job is tried again", async () => {
		let n = 0;
		behave = async (work) => {
			if (++n === 1) throw new LunarError("HOST_LOST", "killed");
			return fakeResult(work);
		};
		const job = await finished((await submit()).id);
		expect(job).toMatchObject({
			state: "succeeded",
			attempts: 2,
			pastErrors: [{ code: "HOST_LOST", attempt: 1 }],
		});
	});

	test("after the last attempt it fails, or the named engine takes its place", async () => {
		behave = async (work) => {
			if (work.engine === "relief") throw new LunarError("HOST_LOST", "killed");
			expect(work.engineOptions).toEqual({});
			return fakeResult(work);
		};
		const alone = await submit({ maxAttempts: 1 });
		const helped = await submit({
			maxAttempts: 1,
			failover: "other",
			engineOptions: { of: "relief" },
		});
		expect(await finished(alone.id)).toMatchObject({
			state: "failed",
			error: { code: "HOST_LOST" },
		});
		expect(await finished(helped.id)).toMatchObject({
			state: "succeeded",
			attempts: 1,
			notices: [{ code: "failover" }],
			result: { outcomes: [{ engine: "other" }] },
		});
	});

	test("no engine takes the place of another because the picture is bad", async () => {
		behave = async () => {
			throw new LunarError("PICTURE_CORRUPT", "cut");
		};
		const { id } = await submit({ failover: "other" });
		expect((await finished(id)).state).toBe("failed");
		expect(hosts[0].works).toHaveLength(1);
	});
});

describe("limits", () => {
	test("the soft one asks to stop", async () => {
		behave = (_, { untilCancelled }) => untilCancelled;
		const { id } = await submit({ softLimitSeconds: 0.05 });
		expect(await finished(id)).toMatchObject({
			state: "failed",
			attempts: 1,
			error: { code: "TIME_LIMIT" },
		});
		expect(hosts[0].killed).toBe(0);
	});

	test("the hard one ends the host", async () => {
		behave = () => new Promise(() => {});
		const { id } = await submit({
			softLimitSeconds: 0.05,
			hardLimitSeconds: 0.1,
		});
		expect(await finished(id)).toMatchObject({
			state: "failed",
			error: { code: "TIME_LIMIT" },
		});
		expect(hosts[0].killed).toBe(1);
	});

	test("of an engine hold for jobs that name none", async () => {
		behave = (work, { untilCancelled }) =>
			work.engine === "relief"
				? untilCancelled
				: Promise.resolve(fakeResult(work));
		await stop();
		await start({
			hosts: {
				softLimitSeconds: 50,
				hardLimitSeconds: 60,
				engineLimits: ["relief=0.05/30"],
			},
		});
		const limits = { softLimitSeconds: 50, hardLimitSeconds: 60 };
		const { id } = await submit({ engines: ["relief"], ...limits });
		expect((await finished(id)).error).toMatchObject({
			code: "TIME_LIMIT",
			message: expect.stringContaining("0.05 s"),
		});
		const other = await submit({ engines: ["other"], ...limits });
		expect((await finished(other.id)).state).toBe("succeeded");
		const own = await submit({
			engines: ["relief"],
			softLimitSeconds: 0.06,
			hardLimitSeconds: 60,
		});
		expect((await finished(own.id)).error?.message).toContain("0.06 s");
		for (const wrong of ["relief", "relief=5", "relief=9/5", "=1/2"])
			expect(
				configSchema.safeParse({ hosts: { engineLimits: [wrong] } }).success,
			).toBe(false);
	});

	test("a limit of months does not fire at once", async () => {
		behave = async (work) => {
			await new Promise((resolve) => setTimeout(resolve, 50));
			return fakeResult(work);
		};
		const { id } = await submit({
			softLimitSeconds: 1e7,
			hardLimitSeconds: 1e7,
		});
		expect((await finished(id)).state).toBe("succeeded");
	});
});

describe("cancel", () => {
	test("takes two steps where it is not confirmed", async () => {
		behave = (_, { untilCancelled }) => untilCancelled;
		const { id } = await submit();
		await running(id);
		const asked = await service.cancel(id, { confirm: false });
		expect(asked).toMatchObject({
			outcome: "pending",
			job: { state: "running", cancelling: false },
		});
		expect(await service.cancel(id, { confirm: true })).toMatchObject({
			outcome: "cancelled",
			job: { state: "cancelled" },
		});
		expect(hosts[0].killed).toBe(0);
	});

	test("of a queued job is at once; again it is as it was; too late is said", async () => {
		behave = (_, { untilCancelled }) => untilCancelled;
		const first = await submit();
		const second = await submit();
		for (let k = 0; k < 2; k++)
			expect((await service.cancel(second.id, { confirm: true })).outcome).toBe(
				"cancelled",
			);
		behave = async (work) => fakeResult(work);
		await service.retry(second.id);
		await service.cancel(first.id, { confirm: true });
		expect((await finished(second.id)).state).toBe("succeeded");
		const third = await submit();
		await finished(third.id);
		expect((await service.cancel(third.id, { confirm: true })).outcome).toBe(
			"too-late",
		);
	});

	test("kills a host that does not listen, and says so meanwhile", async () => {
		behave = () => new Promise(() => {});
		const { id } = await submit();
		await running(id);
		const { outcome } = await service.cancel(id, { confirm: true, waitMs: 10 });
		expect(outcome).toBe("stopping");
		const job = await finished(id);
		expect(job).toMatchObject({ state: "cancelled", cancelling: false });
		expect(hosts[0].killed).toBe(1);
	});

	test("removes what was made so far", async () => {
		const { sha256, sizeBytes } = await blobs.put(Buffer.from("preview"));
		behave = (_, { report, untilCancelled }) => {
			const file = {
				name: "preview.glb",
				role: "preview",
				mimeType: "",
			} as const;
			report({ type: "file", file: { ...file, sha256, sizeBytes } });
			return untilCancelled;
		};
		const { id } = await submit();
		await until(id, ({ files }) => files.length === 1);
		const { job } = await service.cancel(id, { confirm: true });
		expect(job.files).toEqual([]);
		await gone(sha256);
		expect(await blobs.size(input.sha256)).toBe(input.sizeBytes);
		// So it can be tried again.
		behave = async (work) => fakeResult(work);
		await service.retry(id);
		expect((await finished(id)).state).toBe("succeeded");
	});

	test("of a job that was claimed this very moment is heard", async () => {
		behave = (_, { untilCancelled }) => untilCancelled;
		const ids = await Promise.all(
			Array.from({ length: 5 }, async (_, k) => {
				const { id } = await submit({ title: String(k) });
				await service.cancel(id, { confirm: true });
				return id;
			}),
		);
		for (const id of ids) expect((await finished(id)).state).toBe("cancelled");
	});
});

test("a removed job leaves nothing behind", async () => {
	behave = (_, { untilCancelled }) => untilCancelled;
	const { id } = await submit();
	await running(id);
	await service.remove(id);
	await expect(service.get(id)).rejects.toMatchObject({ code: "JOB_UNKNOWN" });
	await gone(input.sha256);
});

test("two engines make two results and a comparison", async () => {
	const fractions: number[] = [];
	behave = async (work, { report }) => {
		report({ type: "progress", step: "x", fraction: 0.5 });
		return fakeResult(work, { ssim: work.engine === "relief" ? 0.8 : 0.9 });
	};
	const { id } = await submit({ engines: ["relief", "visual-hull"] });
	const job = await finished(id);
	expect(job.files.map(({ name }) => name)).toEqual([
		"relief/model.glb",
		"visual-hull/model.glb",
		"comparison.json",
	]);
	expect(job.result?.outcomes.map(({ engine }) => engine)).toEqual([
		"relief",
		"visual-hull",
	]);
	const stream = await blobs.read(job.files[2].sha256);
	expect(await new Response(stream).json()).toMatchObject({
		better: "visual-hull",
	});
	for (const event of await store.jobs.events(0, 99, id))
		if (event.type === "step" || event.type === "progress")
			fractions.push(event.progress.fraction);
	expect(fractions).toEqual([0.25, 0.75]);
});

test("a batch may depend on itself, and is all or nothing", async () => {
	const [a, b] = await service.submitBatch(
		[request(), request({ dependsOn: ["#0"] })],
		OWNER,
	);
	expect(b.request.dependsOn).toEqual([a.id]);
	expect((await finished(b.id)).state).toBe("succeeded");
	await expect(
		service.submitBatch([request(), request({ dependsOn: ["#5"] })], OWNER),
	).rejects.toMatchObject({ code: "REQUEST_INVALID" });
	expect((await service.list({}, 9)).total).toBe(2);
});

test("hosts work side by side, one job each", async () => {
	await stop();
	await start({}, 2);
	const free = Promise.withResolvers<void>();
	let now = 0;
	let most = 0;
	behave = async (work) => {
		most = Math.max(most, ++now);
		await free.promise;
		now--;
		return fakeResult(work);
	};
	// One after the other: of jobs that come at once, any may be the last.
	const jobs = [await submit(), await submit(), await submit()];
	await running(jobs[1].id);
	const last = await service.get(jobs[2].id);
	expect(last.outlook.queuePosition).toBe(1);
	free.resolve();
	for (const { id } of jobs) await finished(id);
	expect(most).toBe(2);
});

test("a job goes where its engine is warm", async () => {
	await stop();
	await start({}, 2);
	await finished((await submit({ engines: ["relief"] })).id);
	await finished((await submit({ engines: ["other"] })).id);
	await finished((await submit({ engines: ["relief"] })).id);
	expect(hosts.map(({ works }) => works.map(({ engine }) => engine))).toEqual([
		["relief", "relief"],
		["other"],
	]);
});

test("a job whose time has come waits quietly while all hosts are busy", async () => {
	behave = (_, { untilCancelled }) => untilCancelled;
	await running((await submit()).id);
	let asked = 0;
	const { nextReadyAt } = store.jobs;
	store.jobs.nextReadyAt = () => {
		asked++;
		return nextReadyAt();
	};
	const { id } = await submit({ startAt: Date.now() + 20 });
	await new Promise((resolve) => setTimeout(resolve, 150));
	expect((await service.get(id)).job.heldBy).toBeUndefined();
	expect(asked).toBeLessThan(5);
});

test("stop lets work end within its time, then puts it back", async () => {
	behave = (_, { untilCancelled }) => untilCancelled;
	const { id } = await submit();
	await running(id);
	await stop();
	behave = async (work) => fakeResult(work);
	await start();
	expect(await finished(id)).toMatchObject({
		state: "succeeded",
		attempts: 1,
	});
	await service.stop(0);
	await expect(submit()).rejects.toMatchObject({ code: "SHUTTING_DOWN" });
});

test("a full queue, and a disk with too little room, take no more", async () => {
	behave = (_, { untilCancelled }) => untilCancelled;
	await stop();
	await start({ limits: { queueLength: 1 } });
	await running((await submit()).id);
	await submit();
	await expect(submit()).rejects.toMatchObject({ code: "QUEUE_FULL" });
	await stop();
	await start({ retention: { minFreeBytes: Number.MAX_SAFE_INTEGER } });
	await expect(submit()).rejects.toMatchObject({ code: "DISK_FULL" });
});

test("a known key gets its job back, whatever is full and gone", async () => {
	behave = (_, { untilCancelled }) => untilCancelled;
	const by = { owner: "", idempotencyKey: "order-7", bodyHash: "b" };
	const { job } = await service.submit(request(), by);
	await stop();
	await start({
		limits: { queueLength: 1 },
		retention: { minFreeBytes: Number.MAX_SAFE_INTEGER },
	});
	await blobs.remove(input.sha256);
	expect(await service.submit(request(), by)).toMatchObject({
		created: false,
		job: { id: job.id },
	});
	await expect(
		service.submit(request(), { ...by, bodyHash: "c" }),
	).rejects.toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
});

test("a retry with changes is a new job; without, the same", async () => {
	const { id } = await submit();
	await finished(id);
	await expect(service.retry(id)).rejects.toMatchObject({ code: "JOB_STATE" });
	const again = await service.retry(id, { engines: ["other"] });
	expect(again.id).not.toBe(id);
	expect(again.request).toMatchObject({ retryOf: id, inputs: [input] });
	expect((await finished(again.id)).result?.outcomes[0].engine).toBe("other");
});

test("a changed retry does not wait for what was deleted since", async () => {
	const first = await submit();
	await finished(first.id);
	const second = await submit({ dependsOn: [first.id] });
	await finished(second.id);
	await service.remove(first.id);
	const again = await service.retry(second.id, { options: { seed: 3 } });
	expect(again.request).toMatchObject({ dependsOn: [], options: { seed: 3 } });
	expect((await finished(again.id)).state).toBe("succeeded");
});

test("watchers get what they missed, then what comes, and only theirs", async () => {
	const { id } = await submit();
	await finished(id);
	const heard: JobEvent[] = [];
	const controller = new AbortController();
	const watching = (async () => {
		for await (const event of service.watch({ afterSeq: 1 }, controller.signal))
			heard.push(event);
	})();
	const other = await submit();
	await finished(other.id);
	await expect.poll(() => heard.at(-1)?.state).toBe("succeeded");
	controller.abort();
	await watching;
	const last = await store.jobs.lastSeq();
	expect(heard.map(({ seq }) => seq)).toEqual(
		Array.from({ length: last - 1 }, (_, k) => k + 2),
	);
});

test("the time left comes from history", async () => {
	await finished((await submit()).id);
	behave = (_, { untilCancelled }) => untilCancelled;
	const { id } = await submit();
	await running(id);
	const { outlook } = await service.get(id);
	expect(outlook.secondsLeft).toBeCloseTo(0.1, 5);
});

test("that there is no history is asked once, until there is some", async () => {
	let asked = 0;
	const { typicalSeconds } = store.jobs;
	store.jobs.typicalSeconds = (...given) => {
		asked++;
		return typicalSeconds(...given);
	};
	let free: () => void = () => {};
	behave = (work) =>
		new Promise((resolve) => {
			free = () => resolve(fakeResult(work));
		});
	const { id } = await submit();
	await running(id);
	const before = asked;
	for (let k = 0; k < 5; k++)
		expect((await service.get(id)).outlook.secondsLeft).toBeUndefined();
	expect(asked - before).toBeLessThanOrEqual(2);
	const next = await submit();
	free();
	await finished(id);
	await running(next.id);
	expect((await service.get(next.id)).outlook.secondsLeft).toBeDefined();
	free();
});

test("the store may fail for a while without losing a result", async () => {
	const { succeed } = store.jobs;
	let failures = 0;
	store.jobs.succeed = async (...args) => {
		if (++failures < 3) throw new LunarError("DISK_FULL", "full");
		return succeed(...args);
	};
	expect((await finished((await submit()).id)).state).toBe("succeeded");
	expect(failures).toBe(3);
});

async function gone(sha256: string): Promise<void> {
	await expect.poll(() => blobs.size(sha256)).toBeUndefined();
}
