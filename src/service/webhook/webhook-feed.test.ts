import { afterEach, describe, expect, it, vi } from "vitest";
import { SILENT_LOGGER } from "../../core/run-context.ts";
import type { Job, JobEvent, JobWebhook } from "../job.ts";
import { WEBHOOK_EVENTS } from "../job.ts";
import { someEvent, someJob } from "./job.test-support.ts";
import { memoryOutbox } from "./memory-outbox.test-support.ts";
import { startWebhookFeed } from "./webhook-feed.ts";

const OWN: JobWebhook = {
	url: "http://own/hook",
	secret: "a secret",
	events: WEBHOOK_EVENTS,
	form: "standard",
};

/** As much of a store as the feed sees. */
function fakeStore() {
	const events: JobEvent[] = [];
	const jobs = new Map<string, Job>();
	const listeners = new Set<() => void>();
	return {
		jobs,
		events: async (after: number, limit: number) =>
			events.filter(({ seq }) => seq > after).slice(0, limit),
		get: async (id: string) => jobs.get(id),
		lastSeq: async () => events.length,
		onEvents(listener: (events: readonly JobEvent[]) => void) {
			const call = (): void => listener([]);
			listeners.add(call);
			return () => listeners.delete(call);
		},
		emit(event: Partial<JobEvent>) {
			events.push(someEvent({ ...event, seq: events.length + 1 }));
			for (const listener of listeners) listener();
		},
	};
}

type Store = ReturnType<typeof fakeStore>;
type Outbox = ReturnType<typeof memoryOutbox>;

const feeds: { stop(): Promise<void> }[] = [];

async function start(store: Store, outbox: Outbox, everybody?: string) {
	const feed = await startWebhookFeed({
		store,
		outbox,
		...(everybody ? { everybody: { url: everybody, form: "callback" } } : {}),
		links: { job: (id) => id, file: (id, name) => `${id}/${name}` },
		log: SILENT_LOGGER,
		now: Date.now,
		onAdded() {},
	});
	feeds.push(feed);
	return feed;
}

const told = (outbox: Outbox): string[] =>
	outbox.deliveries.map(({ jobId, type, url }) => `${jobId} ${type} ${url}`);

afterEach(async () => {
	vi.useRealTimers();
	for (const feed of feeds.splice(0)) await feed.stop();
});

describe("startWebhookFeed", () => {
	it("tells a job's own receiver and everybody's, each as it wants", async () => {
		const store = fakeStore();
		const outbox = memoryOutbox();
		await start(store, outbox, "http://all/hook");
		store.jobs.set("job_01", someJob({}, OWN));
		store.jobs.set(
			"job_02",
			someJob({ id: "job_02" }, { ...OWN, events: ["job.failed"] }),
		);
		for (const jobId of ["job_01", "job_02"])
			store.emit({ jobId, type: "state", state: "cancelled" });
		store.emit({ jobId: "gone", type: "state", state: "succeeded" });
		await vi.waitFor(() => expect(outbox.deliveries.length).toBe(3));
		expect(told(outbox)).toEqual([
			"job_01 job.cancelled http://own/hook",
			"job_01 job.cancelled http://all/hook",
			"job_02 job.cancelled http://all/hook",
		]);
		expect(outbox.deliveries[0]).toMatchObject({
			form: "standard",
			secret: "a secret",
		});
		expect(outbox.deliveries[1].secret).toBeUndefined();
		expect(JSON.parse(outbox.deliveries[1].body).status).toBe("cancelled");
	});

	it("goes on after a restart where it was, without telling anything twice", async () => {
		const store = fakeStore();
		const outbox = memoryOutbox();
		store.jobs.set("job_01", someJob({}, OWN));
		// Of before the first start: nobody's news.
		store.emit({ type: "state", state: "failed" });
		const first = await start(store, outbox);
		store.emit({ type: "state", state: "cancelled" });
		await vi.waitFor(() => expect(outbox.deliveries.length).toBe(1));
		await first.stop();
		// The server crashed between the store's commit and the outbox's.
		store.emit({ type: "state", state: "succeeded" });
		await start(store, outbox);
		await vi.waitFor(() => expect(outbox.deliveries.length).toBe(2));
		expect(outbox.deliveries.map(({ type }) => type)).toEqual([
			"job.cancelled",
			"job.succeeded",
		]);
		expect(await outbox.seenSeq()).toBe(3);
	});

	it("reads a long history that nobody is told of only once", async () => {
		const store = fakeStore();
		const outbox = memoryOutbox();
		const first = await start(store, outbox);
		for (let k = 0; k < 2500; k++) store.emit({ type: "step" });
		await vi.waitFor(
			async () => expect(await outbox.seenSeq()).toBeGreaterThan(1500),
			{ timeout: 60_000 },
		);
		await first.stop();
		const { events } = store;
		let read = 0;
		store.events = async (after, limit) => {
			const found = await events(after, limit);
			read += found.length;
			return found;
		};
		await start(store, outbox);
		await vi.waitFor(() => expect(read).toBeGreaterThan(0), {
			timeout: 60_000,
		});
		expect(read).toBeLessThan(1000);
	});

	it("tries again when the outbox cannot be written, and loses nothing", async () => {
		vi.useFakeTimers();
		const store = fakeStore();
		const outbox = memoryOutbox();
		await start(store, outbox);
		store.jobs.set("job_01", someJob({}, OWN));
		const add = vi
			.spyOn(outbox, "add")
			.mockRejectedValueOnce(new Error("disk full"));
		store.emit({ type: "state", state: "failed" });
		await vi.advanceTimersByTimeAsync(100);
		expect(add).toHaveBeenCalledTimes(1);
		expect(outbox.deliveries.length).toBe(0);
		await vi.advanceTimersByTimeAsync(6000);
		expect(told(outbox)).toEqual(["job_01 job.failed http://own/hook"]);
	});

	it("tells progress once a second to each receiver, the newest, never after the end", async () => {
		vi.useFakeTimers();
		const store = fakeStore();
		const outbox = memoryOutbox();
		const added: number[] = [];
		const { add } = outbox;
		outbox.add = async (messages, seq) => {
			for (const { type, body } of messages)
				if (type === "job.progress") added.push(JSON.parse(body).progress);
			return add(messages, seq);
		};
		await start(store, outbox, "http://all/hook");
		store.jobs.set("job_01", someJob());
		// 5 s of progress, 20 a second.
		for (let k = 0; k < 100; k++) {
			store.emit({ progress: { fraction: k / 100, step: "shape" } });
			await vi.advanceTimersByTimeAsync(50);
		}
		expect(added.length).toBeGreaterThanOrEqual(4);
		expect(added.length).toBeLessThanOrEqual(6);
		expect(added[0]).toBe(0);
		// Each is the newest of its second.
		for (const [k, progress] of added.entries())
			expect(progress).toBeGreaterThanOrEqual(20 * k - 4);
		store.emit({ progress: { fraction: 0.999, step: "write" } });
		store.jobs.set("job_01", someJob({ state: "succeeded" }));
		store.emit({ type: "state", state: "succeeded" });
		await vi.advanceTimersByTimeAsync(3000);
		expect(outbox.deliveries.map(({ type }) => type)).toEqual([
			"job.succeeded",
		]);
	});

	it("gives every job its turn at a shared receiver", async () => {
		vi.useFakeTimers();
		const store = fakeStore();
		const outbox = memoryOutbox();
		await start(store, outbox, "http://all/hook");
		const ids = ["job_01", "job_02", "job_03"];
		for (const id of ids) store.jobs.set(id, someJob({ id }));
		for (let k = 0; k < 40; k++) {
			for (const jobId of ids) store.emit({ jobId });
			await vi.advanceTimersByTimeAsync(100);
		}
		expect(new Set(outbox.deliveries.map(({ jobId }) => jobId)).size).toBe(3);
	});
});
