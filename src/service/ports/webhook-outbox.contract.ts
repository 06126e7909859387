import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { WebhookMessage, WebhookOutbox } from "./webhook-outbox.ts";

export interface OpenedOutbox {
	readonly outbox: WebhookOutbox;
	readonly reopen: () => Promise<WebhookOutbox>;
	readonly close: () => Promise<void>;
}

/** What every WebhookOutbox does. */
export function webhookOutboxContract(
	name: string,
	open: (now: () => number) => Promise<OpenedOutbox>,
): void {
	describe(name, () => {
		const now = 1000;
		let opened: OpenedOutbox;
		let outbox: WebhookOutbox;
		beforeEach(async () => {
			opened = await open(() => now);
			outbox = opened.outbox;
		});
		afterEach(() => opened.close());

		const message = (
			id: string,
			changes: Partial<WebhookMessage> = {},
		): WebhookMessage => ({
			id,
			jobId: "job_1",
			type: "job.succeeded",
			url: "https://shop.example/hook",
			form: "standard",
			body: "{}",
			createdAt: now,
			...changes,
		});
		const ids = async (at = now, except?: string[]): Promise<string[]> =>
			(await outbox.due(at, 99, except)).map(({ id }) => id);

		test("what is added is due, until it is delivered", async () => {
			await outbox.add([message("a", { secret: "s" }), message("b")], 7);
			expect(await outbox.due(now, 1)).toEqual([
				{
					...message("a", { secret: "s" }),
					state: "waiting",
					nextTryAt: now,
					tries: [],
				},
			]);
			const tried = { at: now, durationMs: 3, status: 200 };
			await outbox.record("a", tried, { state: "delivered" });
			expect(await ids()).toEqual(["b"]);
			expect(await outbox.list({ state: "delivered" }, 9)).toMatchObject([
				{ id: "a", tries: [tried] },
			]);
			outbox = await opened.reopen();
			expect(await ids()).toEqual(["b"]);
			expect(await outbox.seenSeq()).toBe(7);
		});

		test("a failed try waits", async () => {
			expect(await outbox.seenSeq()).toBeUndefined();
			await outbox.add([message("a")]);
			await outbox.record(
				"a",
				{ at: now, durationMs: 1, error: "no answer" },
				{ state: "waiting", nextTryAt: now + 50 },
			);
			expect(await ids()).toEqual([]);
			expect(await outbox.nextDueAt()).toBe(now + 50);
			expect(await ids(now + 50)).toEqual(["a"]);
			expect(await outbox.nextDueAt(["https://shop.example"])).toBeUndefined();
			expect(await ids(now + 50, ["https://shop.example"])).toEqual([]);
		});

		test("newer messages take the place of unsent progress of the same job", async () => {
			const type = "job.progress";
			await outbox.add([message("a", { type }), message("b", { type })]);
			await outbox.add([message("other", { type, jobId: "job_2" })]);
			expect(await ids()).toEqual(["b", "other"]);
			await outbox.add([message("c")]);
			expect(await ids()).toEqual(["other", "c"]);
			await outbox.record(
				"b",
				{ at: 0, durationMs: 0 },
				{ state: "delivered" },
			);
			expect(await outbox.list({ jobId: "job_1" }, 9)).toHaveLength(1);
		});

		test("the same message twice is one", async () => {
			await outbox.add([message("a")]);
			await outbox.add([message("a")]);
			expect(await ids()).toEqual(["a"]);
		});

		test("a URL that wants no more gets no more, until a replay", async () => {
			await outbox.add([
				message("a"),
				message("b", { url: "https://shop.example/other" }),
			]);
			await outbox.disable("https://shop.example/hook");
			await outbox.add([message("c")]);
			expect(await ids()).toEqual(["b"]);
			expect(
				(await outbox.list({ state: "given-up" }, 9)).map(({ id }) => id),
			).toEqual(["c", "a"]);
			expect(await outbox.replay("c", now)).toMatchObject({
				state: "waiting",
				nextTryAt: now,
			});
			await outbox.add([message("d")]);
			expect((await ids()).sort()).toEqual(["b", "c", "d"]);
			expect(await outbox.replay("none", now)).toBeUndefined();
		});

		test("old ones are pruned, never waiting ones", async () => {
			await outbox.add([message("a"), message("b")]);
			await outbox.record("a", { at: 0, durationMs: 0 }, { state: "given-up" });
			expect(await outbox.prune(now)).toBe(0);
			expect(await outbox.prune(now + 1)).toBe(1);
			expect((await outbox.list({}, 9)).map(({ id }) => id)).toEqual(["b"]);
		});
	});
}
