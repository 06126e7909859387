import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EngineOutcome, JobError, JobEvent, JobFile } from "../job.ts";
import { collect, plainRequest, someHash } from "../requests.test-support.ts";
import type { Attempt, JobStore, NewJob } from "./job-store.ts";

/** A store on a clock that the tests turn, and a way to open it again as after a crash. */
export interface OpenedStore {
	readonly store: JobStore;
	readonly reopen: () => Promise<JobStore>;
	readonly close: () => Promise<void>;
}

const HOUR_MS = 3_600_000;
const BUG: JobError = {
	code: "BUG",
	kind: "internal",
	message: "m",
	hint: "h",
};
const OUTCOME: EngineOutcome = {
	engine: "relief",
	verdict: "pass",
	summary: "",
	triangles: 1,
	durationMs: 4000,
	peakMemoryMB: 1,
	psnrDb: 30,
	ssim: 0.9,
	silhouetteIou: 0.9,
};
const FILE: JobFile = {
	name: "model.glb",
	role: "model",
	sha256: someHash(100),
	sizeBytes: 3,
	mimeType: "model/gltf-binary",
};

/** What every JobStore does. */
export function jobStoreContract(
	name: string,
	open: (now: () => number) => Promise<OpenedStore>,
): void {
	describe(name, () => {
		let store: JobStore;
		let opened: OpenedStore;
		let clock = 0;
		let made = 0;

		beforeEach(async () => {
			clock = 1_000_000_000_000;
			opened = await open(() => clock);
			store = opened.store;
		});
		afterEach(() => opened.close());

		const newJob = (
			request: Parameters<typeof plainRequest>[0] = {},
			more: Partial<NewJob> = {},
		): NewJob => ({
			id: `job_${String(++made).padStart(6, "0")}`,
			request: plainRequest(request),
			workHash: "w",
			owner: "",
			sizeClass: "s",
			...more,
		});
		const add = async (...args: Parameters<typeof newJob>): Promise<string> => {
			const [{ job }] = await store.add([newJob(...args)]);
			return job.id;
		};
		const claim = async (): Promise<Attempt> => {
			const claimed = await store.claim();
			if (!claimed) throw new Error("nothing to claim");
			return claimed.attempt;
		};
		const stateOf = async (id: string): Promise<string | undefined> =>
			(await store.get(id))?.state;

		test("a job goes from queued over running to succeeded", async () => {
			const id = await add();
			expect(await store.get(id)).toMatchObject({
				id,
				state: "queued",
				attempts: 0,
				progress: { fraction: 0, step: "" },
				files: [],
				favourite: false,
				cancelling: false,
			});
			const attempt = await claim();
			expect(attempt).toMatchObject({ jobId: id, number: 1 });
			expect(await stateOf(id)).toBe("running");
			expect(
				await store.progress(attempt, { fraction: 0.5, step: "shape" }),
			).toBe(true);
			expect(
				await store.note(attempt, {
					code: "n",
					severity: "info",
					message: "hm",
				}),
			).toBe(true);
			clock += 5;
			expect(
				await store.succeed(attempt, { outcomes: [OUTCOME] }, [FILE]),
			).toBe(true);
			expect(await store.get(id)).toMatchObject({
				state: "succeeded",
				attempts: 1,
				files: [FILE],
				progress: { fraction: 1 },
				notices: [{ code: "n" }],
				finishedAt: clock,
				result: { outcomes: [OUTCOME] },
			});
			expect(await store.claim()).toBeUndefined();
		});

		test("a batch is added wholly or not at all", async () => {
			const good = newJob();
			const bad = newJob({ dependsOn: ["job_unknown"] });
			await expect(store.add([good, bad])).rejects.toMatchObject({
				code: "JOB_UNKNOWN",
			});
			expect(await store.get(good.id)).toBeUndefined();
			expect(await store.lastSeq()).toBe(0);
		});

		test("only the newest claim may write", async () => {
			const id = await add();
			const old = await claim();
			await store.releaseAll(5);
			const current = await claim();
			expect(current.token).not.toBe(old.token);
			for (const answer of [
				store.progress(old, { fraction: 1, step: "x" }),
				store.note(old, { code: "n", severity: "info", message: "" }),
				store.addFile(old, FILE),
				store.succeed(old, { outcomes: [] }, []),
				store.fail(old, BUG),
				store.stopped(old),
				store.release(old),
			])
				expect(await answer).toBe(false);
			expect(await store.get(id)).toMatchObject({
				state: "running",
				progress: { fraction: 0, step: "" },
				files: [],
			});
			expect(await store.succeed(current, { outcomes: [] }, [])).toBe(true);
			expect(await store.succeed(current, { outcomes: [] }, [])).toBe(false);
		});

		test("higher priority first, then age, also when the clock goes back", async () => {
			const a = await add();
			clock -= 50_000;
			const b = await add();
			const urgent = await add({ priority: 5 });
			const idle = await add({ priority: -5 });
			expect(await store.queuePosition(urgent)).toBe(1);
			expect(await store.queuePosition(b)).toBe(3);
			const order: string[] = [];
			for (let k = 0; k < 4; k++) order.push((await claim()).jobId);
			expect(order).toEqual([urgent, a, b, idle]);
			expect((await store.list({}, 9)).jobs.map(({ id }) => id)).toEqual([
				idle,
				urgent,
				b,
				a,
			]);
		});

		test("a start time holds a job back", async () => {
			const startAt = clock + HOUR_MS;
			const id = await add({ startAt });
			expect(await store.claim()).toBeUndefined();
			expect(await store.countHeld()).toBe(1);
			expect(await store.nextReadyAt()).toBe(startAt);
			expect(await store.get(id)).toMatchObject({
				heldBy: "start-time",
				notBefore: startAt,
			});
			clock = startAt;
			expect((await store.get(id))?.heldBy).toBeUndefined();
			expect(await store.countHeld()).toBe(0);
			expect(await store.queuePosition(id)).toBe(1);
			expect((await claim()).jobId).toBe(id);
			expect(await store.nextReadyAt()).toBeUndefined();
		});

		test("a failed attempt is held until its retry", async () => {
			const id = await add();
			await store.fail(await claim(), BUG, clock + 1000);
			expect(await store.get(id)).toMatchObject({
				state: "queued",
				heldBy: "retry",
				attempts: 1,
				pastErrors: [{ code: "BUG", attempt: 1 }],
			});
			expect(await store.claim()).toBeUndefined();
			clock += 1000;
			expect((await claim()).number).toBe(2);
		});

		test("a clock that was set back a year holds no retry for a year", async () => {
			const id = await add();
			await store.fail(await claim(), BUG, clock + 1000);
			clock -= 365 * 24 * HOUR_MS;
			expect(await store.nextReadyAt()).toBeLessThanOrEqual(clock + HOUR_MS);
			expect((await claim()).jobId).toBe(id);
		});

		test("dependents wait for success, and fail with what they wait for", async () => {
			const a = await add();
			const b = await add({ dependsOn: [a] });
			const c = await add({ dependsOn: [a, b] });
			const d = await add({ dependsOn: [c] });
			expect((await store.get(c))?.heldBy).toBe("dependency");
			const first = await claim();
			expect(first.jobId).toBe(a);
			expect(await store.claim()).toBeUndefined();
			await store.succeed(first, { outcomes: [] }, []);
			const second = await claim();
			expect(second.jobId).toBe(b);
			expect(await store.claim()).toBeUndefined();
			await store.fail(second, BUG);
			expect(await store.get(c)).toMatchObject({
				state: "failed",
				error: { code: "DEPENDENCY_FAILED" },
			});
			expect(await stateOf(d)).toBe("failed");
			await expect(
				store.add([newJob({ dependsOn: [c] })]),
			).rejects.toMatchObject({ code: "DEPENDENCY_FAILED" });
			await expect(store.requeue(c)).rejects.toMatchObject({
				code: "DEPENDENCY_FAILED",
			});
			await store.requeue(b);
			await store.requeue(c);
			expect((await store.get(c))?.heldBy).toBe("dependency");
		});

		test("nobody waits for the jobs of others", async () => {
			const theirs = await add({}, { owner: "key_a" });
			await expect(
				add({ dependsOn: [theirs] }, { owner: "key_b" }),
			).rejects.toMatchObject({ code: "JOB_UNKNOWN" });
			await add({ dependsOn: [theirs] }, { owner: "key_a" });
		});

		test("a dependent with a start time waits for both", async () => {
			const a = await add();
			const startAt = clock + 1000;
			const b = await add({ dependsOn: [a], startAt });
			await store.succeed(await claim(), { outcomes: [] }, []);
			expect((await store.get(b))?.heldBy).toBe("start-time");
			clock = startAt;
			expect((await claim()).jobId).toBe(b);
		});

		test("what lost its server goes back to the queue, not for ever", async () => {
			const id = await add();
			for (let k = 0; k < 2; k++) {
				await claim();
				store = await opened.reopen();
				expect(await store.releaseAll(2)).toBe(1);
				expect(await store.get(id)).toMatchObject({
					state: "queued",
					attempts: 0,
				});
			}
			await claim();
			await store.releaseAll(2);
			expect(await store.get(id)).toMatchObject({
				state: "failed",
				error: { code: "HOST_LOST" },
			});
			expect(await store.releaseAll(2)).toBe(0);
		});

		test("a release costs no attempt", async () => {
			const id = await add();
			expect(await store.release(await claim())).toBe(true);
			expect(await store.get(id)).toMatchObject({
				state: "queued",
				attempts: 0,
				pastErrors: [],
			});
			expect((await claim()).number).toBe(1);
		});

		test("a queued job is cancelled at once, a running one when it has stopped", async () => {
			const queued = await add();
			expect(await store.cancel(queued)).toMatchObject({ state: "cancelled" });
			const id = await add();
			const attempt = await claim();
			await store.addFile(attempt, { ...FILE, role: "preview" });
			expect(await store.cancel(id)).toMatchObject({
				state: "running",
				cancelling: true,
			});
			// It had finished all the same: the cancel was promised first.
			expect(await store.succeed(attempt, { outcomes: [] }, [FILE])).toBe(
				false,
			);
			expect(await store.stopped(attempt)).toBe(true);
			expect(await store.get(id)).toMatchObject({
				state: "cancelled",
				cancelling: false,
				files: [],
			});
			expect(await store.isUsed(FILE.sha256)).toBe(false);
			const done = await add();
			await store.succeed(await claim(), { outcomes: [] }, []);
			expect(await store.cancel(done)).toMatchObject({ state: "succeeded" });
		});

		test("a cancel survives a crash", async () => {
			const id = await add();
			await claim();
			await store.cancel(id);
			store = await opened.reopen();
			await store.releaseAll(5);
			expect(await stateOf(id)).toBe("cancelled");
		});

		test("the first step of a cancel is forgotten after an hour", async () => {
			const id = await add();
			expect(await store.askCancel(id)).toMatchObject({ cancelAskedAt: clock });
			clock += HOUR_MS + 1;
			expect((await store.get(id))?.cancelAskedAt).toBeUndefined();
			expect(await stateOf(id)).toBe("queued");
		});

		test("a user's retry starts afresh", async () => {
			const id = await add();
			await expect(store.requeue(id)).rejects.toMatchObject({
				code: "JOB_STATE",
			});
			await store.fail(await claim(), BUG);
			expect(await store.requeue(id)).toMatchObject({
				state: "queued",
				attempts: 0,
				pastErrors: [{ code: "BUG" }],
			});
			expect((await store.get(id))?.error).toBeUndefined();
			expect((await claim()).number).toBe(1);
		});

		test("only final jobs are removed, with all that they name", async () => {
			const id = await add();
			await expect(store.remove(id)).rejects.toMatchObject({
				code: "JOB_STATE",
			});
			await store.succeed(await claim(), { outcomes: [] }, [FILE]);
			expect(await collect(store.usedBlobs())).toEqual([
				someHash(1),
				FILE.sha256,
			]);
			expect((await store.remove(id))?.files).toEqual([FILE]);
			expect(await store.get(id)).toBeUndefined();
			expect(await collect(store.usedBlobs())).toEqual([]);
			expect((await store.events(0, 99)).map(({ type }) => type)).toEqual([
				"deleted",
			]);
			expect(await store.remove(id)).toBeUndefined();
		});

		test("a blob is used as long as one job names it", async () => {
			const a = await add();
			const b = await add();
			await store.cancel(a);
			await store.cancel(b);
			await store.remove(a);
			expect(await store.isUsed(someHash(1))).toBe(true);
			await store.remove(b);
			expect(await store.isUsed(someHash(1))).toBe(false);
		});

		test("the same key and body is the same job; another body a conflict", async () => {
			const key = { idempotencyKey: "k", bodyHash: "b" };
			const [first] = await store.add([newJob({}, key)]);
			const [again] = await store.add([newJob({}, key)]);
			expect(first.created).toBe(true);
			expect(again).toMatchObject({
				created: false,
				job: { id: first.job.id },
			});
			await expect(
				store.add([newJob({}, { ...key, bodyHash: "c" })]),
			).rejects.toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
			const [other] = await store.add([newJob({}, { ...key, owner: "o" })]);
			expect(other.created).toBe(true);
			store = await opened.reopen();
			clock += 23 * HOUR_MS;
			expect((await store.add([newJob({}, key)]))[0].created).toBe(false);
			// To look does not need the body.
			expect(await store.known("", "k")).toMatchObject([{ id: first.job.id }]);
			expect(await store.known("", "k", "b")).toHaveLength(1);
			await expect(store.known("", "k", "c")).rejects.toMatchObject({
				code: "IDEMPOTENCY_CONFLICT",
			});
			expect(await store.known("", "free")).toBeUndefined();
			clock += 2 * HOUR_MS;
			expect(await store.known("", "k", "c")).toBeUndefined();
			expect((await store.add([newJob({}, key)]))[0].created).toBe(true);
		});

		test("a batch under a known key is the whole batch", async () => {
			const key = { idempotencyKey: "k", bodyHash: "b" };
			const first = await store.add([newJob({}, key), newJob({}, key)]);
			const again = await store.add([newJob({}, key), newJob({}, key)]);
			expect(again.map(({ job }) => job.id)).toEqual(
				first.map(({ job }) => job.id),
			);
		});

		test("a result is lent", async () => {
			const lender = await add({}, { workHash: "same" });
			expect(await store.findReusable("same", "")).toBeUndefined();
			await store.succeed(await claim(), { outcomes: [OUTCOME] }, [FILE]);
			expect((await store.findReusable("same", ""))?.id).toBe(lender);
			expect(await store.findReusable("same", "someone")).toBeUndefined();
			const [{ job }] = await store.add([
				newJob({}, { workHash: "same", reuse: { jobId: lender } }),
			]);
			expect(job).toMatchObject({
				state: "succeeded",
				files: [FILE],
				attempts: 0,
				result: { reusedFrom: lender, outcomes: [OUTCOME] },
			});
			await store.remove(lender);
			expect(await store.isUsed(FILE.sha256)).toBe(true);
		});

		test("lists filter, page and count", async () => {
			for (let k = 0; k < 7; k++) {
				clock += 1000;
				await add(
					{
						title: `Chair no${k}`,
						tags: k % 2 === 0 ? ["even"] : ["odd", "even less"],
						engines: [k < 3 ? "relief" : "visual-hull"],
					},
					{ owner: k === 6 ? "someone" : "" },
				);
			}
			const first = await store.list({ tag: "even" }, 3);
			expect(first.total).toBe(4);
			expect(first.jobs.map(({ request }) => request.title)).toEqual([
				"Chair no6",
				"Chair no4",
				"Chair no2",
			]);
			const rest = await store.list({ tag: "even" }, 3, first.cursor);
			expect(rest.jobs.map(({ request }) => request.title)).toEqual([
				"Chair no0",
			]);
			expect(rest.cursor).toBeUndefined();
			const count = async (
				filter: Parameters<JobStore["list"]>[0],
			): Promise<number> => (await store.list(filter, 1)).total;
			expect(await count({ engine: "visual-hull" })).toBe(4);
			expect(await count({ owner: "someone" })).toBe(1);
			expect(await count({ search: "cHAIR no3" })).toBe(1);
			expect(await count({ search: "chair%" })).toBe(0);
			expect(await count({ search: "shoe.png chair" })).toBe(7);
			expect(await count({ states: ["running", "failed"] })).toBe(0);
			expect(await count({ createdAfter: clock - 2500 })).toBe(3);
			expect(await count({ createdBefore: clock })).toBe(6);
			await store.annotate(first.jobs[0].id, {
				favourite: true,
				tags: ["x"],
				title: "Stool",
				priority: 9,
			});
			expect(await count({ favourite: true })).toBe(1);
			expect(await count({ tag: "even" })).toBe(3);
			expect(await count({ search: "stool" })).toBe(1);
			expect((await claim()).jobId).toBe(first.jobs[0].id);
			expect(await store.countByState()).toMatchObject({
				queued: 6,
				running: 1,
			});
			await expect(store.list({}, 1, "nonsense")).rejects.toMatchObject({
				code: "REQUEST_INVALID",
			});
		});

		test("events are numbered, kept, and told once committed", async () => {
			const heard: JobEvent[] = [];
			const stop = store.onEvents((events) => heard.push(...events));
			const id = await add();
			const attempt = await claim();
			await store.progress(attempt, { fraction: 0.1, step: "a" });
			await store.progress(attempt, { fraction: 0.2, step: "a" });
			await store.addFile(attempt, FILE);
			await store.fail(attempt, BUG);
			expect(heard.map(({ type }) => type)).toEqual([
				"state",
				"state",
				"step",
				"progress",
				"preview",
				"state",
			]);
			expect(heard.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
			expect(heard[5]).toMatchObject({ state: "failed", error: BUG });
			expect(await store.events(0, 99, id)).toEqual(heard);
			expect(await store.events(4, 1)).toEqual([heard[4]]);
			expect(await store.events(0, 99, "other")).toEqual([]);
			stop();
			store = await opened.reopen();
			await add();
			expect(heard).toHaveLength(6);
			expect(await store.lastSeq()).toBe(7);
		});

		test("what fails tells nobody", async () => {
			let heard = 0;
			store.onEvents(() => heard++);
			await expect(
				store.add([newJob(), newJob({ dependsOn: ["none"] })]),
			).rejects.toThrow();
			expect(heard).toBe(0);
		});

		test("typical times are medians by engine and class", async () => {
			expect(await store.typicalSeconds("relief")).toBeUndefined();
			for (const seconds of [1, 9, 2]) {
				await add({ engines: ["auto"] });
				await store.succeed(
					await claim(),
					{ outcomes: [{ ...OUTCOME, durationMs: seconds * 1000 }] },
					[],
				);
			}
			expect(await store.typicalSeconds("relief")).toBe(2);
			expect(await store.typicalSeconds("auto", "s")).toBe(2);
			expect(await store.typicalSeconds("auto", "other")).toBeUndefined();
		});

		test("text of any kind comes back as it went", async () => {
			const title = "Ünïcødé 👟 'quotes\" \u0000 %_\\ \n line";
			const id = await add({ title, metadata: { deep: [{ a: null }] } });
			const { request } = (await store.get(id)) ?? {};
			expect(request?.title).toBe(title);
			expect(request?.metadata).toEqual({ deep: [{ a: null }] });
			await store.check();
		});
	});
}
