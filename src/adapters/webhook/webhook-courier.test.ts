import {
	createServer,
	type IncomingMessage,
	type Server,
	type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SILENT_LOGGER } from "../../core/run-context.ts";
import type { WebhookMessage } from "../../service/ports/webhook-outbox.ts";
import { memoryOutbox } from "../../service/webhook/memory-outbox.test-support.ts";
import { signWebhook } from "../../service/webhook/sign-webhook.ts";
import {
	parseRetryAfter,
	startWebhookCourier,
	WEBHOOK_DELAYS_MS,
	type WebhookCourier,
} from "../../service/webhook/webhook-courier.ts";
import { createWebhookPost } from "./create-webhook-post.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

interface Received {
	readonly path: string;
	readonly headers: IncomingMessage["headers"];
	readonly body: string;
	readonly at: number;
}

type Behaviour = (
	response: ServerResponse,
	request: IncomingMessage,
) => unknown;

const closers: (() => unknown)[] = [];
afterEach(async () => {
	for (const close of closers.splice(0).reverse()) await close();
});

/** A receiver on loopback: each request takes the next behaviour, the last one stays. */
async function receiver(...behaviours: Behaviour[]) {
	const received: Received[] = [];
	let open = 0;
	let mostOpen = 0;
	const server: Server = createServer(async (request, response) => {
		mostOpen = Math.max(mostOpen, ++open);
		response.on("close", () => open--);
		let body = "";
		for await (const chunk of request) body += chunk;
		const behave = behaviours[Math.min(received.length, behaviours.length - 1)];
		received.push({
			path: request.url ?? "",
			headers: request.headers,
			body,
			at: performance.now(),
		});
		behave(response, request);
	});
	await new Promise<void>((resolve) =>
		server.listen(0, "127.0.0.1", () => resolve()),
	);
	closers.push(() => {
		server.closeAllConnections();
		return new Promise((resolve) => server.close(resolve));
	});
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		received,
		mostOpen: () => mostOpen,
	};
}

const answer =
	(status: number, headers: Record<string, string> = {}): Behaviour =>
	(response) =>
		response.writeHead(status, headers).end();
const silent: Behaviour = () => {};

let count = 0;
function message(
	url: string,
	changes: Partial<WebhookMessage> = {},
): WebhookMessage {
	count++;
	return {
		id: `msg_${count}`,
		jobId: `job_${count}`,
		type: "job.succeeded",
		url,
		form: "standard",
		body: `{"n":${count},"word":"Größe"}`,
		createdAt: 0,
		...changes,
	};
}

/** A courier whose clock is ours: `clock.ms` since 1970, which stands unless it is moved. */
function courierOf(
	outbox: ReturnType<typeof memoryOutbox>,
	options: { timeoutMs?: number; allowHosts?: string[] } = {},
): { courier: WebhookCourier; clock: { ms: number } } {
	const clock = { ms: 1_700_000_000_000 };
	const courier = startWebhookCourier({
		outbox,
		post: createWebhookPost({
			allowHosts: options.allowHosts ?? ["127.0.0.1"],
		}),
		secret: SECRET,
		timeoutMs: options.timeoutMs ?? 5000,
		log: SILENT_LOGGER,
		now: () => clock.ms,
		random: () => 0.5,
	});
	closers.push(() => courier.stop(0));
	return { courier, clock };
}

describe("the courier", () => {
	it("posts once, signed, and records it", async () => {
		const shop = await receiver(answer(204));
		const outbox = memoryOutbox();
		const { courier } = courierOf(outbox);
		const sent = message(`${shop.url}/hook?a=1`);
		await outbox.add([sent]);
		courier.wake();
		await vi.waitFor(() =>
			expect(outbox.deliveries[0].state).toBe("delivered"),
		);
		expect(shop.received.length).toBe(1);
		const [{ path, headers, body }] = shop.received;
		expect({ path, body }).toEqual({ path: "/hook?a=1", body: sent.body });
		expect(headers).toMatchObject({
			"content-type": "application/json",
			...signWebhook(sent.id, 1_700_000_000, sent.body, SECRET),
		});
		expect(outbox.deliveries[0].tries).toMatchObject([{ status: 204 }]);
	});

	it("signs with the job's own secret where it has one", async () => {
		const shop = await receiver(answer(200));
		const outbox = memoryOutbox();
		const { courier } = courierOf(outbox);
		const sent = message(shop.url, { secret: "of-the-job-alone" });
		await outbox.add([sent]);
		courier.wake();
		await vi.waitFor(() => expect(shop.received.length).toBe(1));
		expect(shop.received[0].headers["webhook-signature"]).toBe(
			signWebhook(sent.id, 1_700_000_000, sent.body, "of-the-job-alone")[
				"webhook-signature"
			],
		);
	});

	it("tries ten times over three days with the same id, then gives up; a replay sends again", async () => {
		const shop = await receiver(
			...Array.from({ length: 10 }, () => answer(500)),
			answer(200),
		);
		const outbox = memoryOutbox();
		const { courier, clock } = courierOf(outbox);
		await outbox.add([message(shop.url)]);
		for (let tries = 1; tries <= 10; tries++) {
			courier.wake();
			await vi.waitFor(() =>
				expect(outbox.deliveries[0].tries.length).toBe(tries),
			);
			if (tries === 10) break;
			const { state, nextTryAt = 0 } = outbox.deliveries[0];
			expect(state).toBe("waiting");
			expect(nextTryAt - clock.ms).toBe(WEBHOOK_DELAYS_MS[tries]);
			// Not a moment too early.
			clock.ms = nextTryAt - 1;
			courier.wake();
			await new Promise((resolve) => setTimeout(resolve, 10));
			expect(shop.received.length).toBe(tries);
			clock.ms = nextTryAt;
		}
		const [delivery] = outbox.deliveries;
		expect(delivery.state).toBe("given-up");
		expect(
			new Set(shop.received.map((r) => r.headers["webhook-id"])).size,
		).toBe(1);
		// Each try has its own time.
		expect(
			new Set(shop.received.map((r) => r.headers["webhook-timestamp"])).size,
		).toBe(10);
		await outbox.replay(delivery.id, clock.ms);
		courier.wake();
		await vi.waitFor(() =>
			expect(outbox.deliveries[0].state).toBe("delivered"),
		);
		expect(shop.received.length).toBe(11);
	});

	it.each([
		["a redirect", answer(302, { location: "/elsewhere" }), 302],
		["a client error", answer(404), 404],
		["a cut line", ((response) => response.destroy()) as Behaviour, undefined],
		["silence", silent, undefined],
	])("takes %s for a failure and comes back", async (_, behave, status) => {
		const shop = await receiver(behave);
		const outbox = memoryOutbox();
		const { courier, clock } = courierOf(outbox, { timeoutMs: 200 });
		await outbox.add([message(shop.url)]);
		courier.wake();
		await vi.waitFor(() => expect(outbox.deliveries[0].tries.length).toBe(1));
		const [{ state, tries, nextTryAt }] = outbox.deliveries;
		expect(state).toBe("waiting");
		expect(nextTryAt).toBe(clock.ms + 5000);
		expect(tries[0].status).toBe(status);
		expect(tries[0].error === undefined).toBe(status === 404);
		expect(shop.received.length).toBe(1);
	});

	it("answers 410 by never coming back, until a replay", async () => {
		const shop = await receiver(answer(410), answer(200));
		const outbox = memoryOutbox();
		const { courier } = courierOf(outbox);
		const gone = message(shop.url);
		await outbox.add([gone]);
		courier.wake();
		await vi.waitFor(() => expect(outbox.deliveries[0].state).toBe("given-up"));
		await vi.waitFor(async () => {
			await outbox.add([message(shop.url)]);
			expect(outbox.deliveries.at(-1)?.state).toBe("given-up");
		});
		courier.wake();
		await new Promise((resolve) => setTimeout(resolve, 30));
		expect(shop.received.length).toBe(1);
		await outbox.replay(gone.id, 0);
		courier.wake();
		await vi.waitFor(() =>
			expect(outbox.deliveries[0].state).toBe("delivered"),
		);
	});

	it("honours Retry-After, and leaves the receiver alone meanwhile", async () => {
		const shop = await receiver(
			answer(429, { "retry-after": "3600" }),
			answer(200),
		);
		const outbox = memoryOutbox();
		const { courier, clock } = courierOf(outbox);
		await outbox.add([message(`${shop.url}/a`)]);
		courier.wake();
		await vi.waitFor(() => expect(outbox.deliveries[0].tries.length).toBe(1));
		expect(outbox.deliveries[0].nextTryAt).toBe(clock.ms + 3_600_000);
		await outbox.add([message(`${shop.url}/b`)]);
		courier.wake();
		await new Promise((resolve) => setTimeout(resolve, 30));
		expect(shop.received.length).toBe(1);
		clock.ms += 60_000;
		courier.wake();
		await vi.waitFor(() =>
			expect(outbox.deliveries[1].state).toBe("delivered"),
		);
	});

	it("keeps to two posts at one receiver, and a stalled one delays nobody else", async () => {
		const stalled = await receiver(silent);
		const shop = await receiver(answer(200));
		const outbox = memoryOutbox();
		const { courier } = courierOf(outbox, { timeoutMs: 3000 });
		await outbox.add(
			Array.from({ length: 200 }, (_, k) => message(`${stalled.url}/${k}`)),
		);
		await outbox.add(
			Array.from({ length: 30 }, (_, k) => message(`${shop.url}/${k}`)),
		);
		courier.wake();
		await vi.waitFor(() => expect(shop.received.length).toBe(30), 2500);
		expect(stalled.received.length).toBe(2);
		expect(shop.mostOpen()).toBeLessThanOrEqual(2);
		expect(stalled.mostOpen()).toBeLessThanOrEqual(2);
	});

	it("tells the news of one job in order", async () => {
		const shop = await receiver((response) =>
			setTimeout(() => response.end(), 40),
		);
		const outbox = memoryOutbox();
		const { courier } = courierOf(outbox);
		const jobId = "job_in_order";
		await outbox.add([message(shop.url, { jobId, type: "job.progress" })]);
		courier.wake();
		await vi.waitFor(() => expect(shop.received.length).toBe(1));
		await outbox.add([message(shop.url, { jobId })]);
		courier.wake();
		await vi.waitFor(() => expect(shop.received.length).toBe(2));
		expect(shop.mostOpen()).toBe(1);
	});

	it("does not come back with old progress", async () => {
		const shop = await receiver(answer(500));
		const outbox = memoryOutbox();
		const { courier } = courierOf(outbox);
		await outbox.add([message(shop.url, { type: "job.progress" })]);
		courier.wake();
		await vi.waitFor(() => expect(outbox.deliveries[0].state).toBe("given-up"));
	});

	it("never posts into the intranet", async () => {
		const inner = await receiver(answer(200));
		const outbox = memoryOutbox();
		const { courier } = courierOf(outbox, { allowHosts: [] });
		await outbox.add([
			message(inner.url),
			message("http://169.254.169.254/latest"),
			message("http://[::1]:80/"),
		]);
		courier.wake();
		await vi.waitFor(() =>
			expect(outbox.deliveries.map(({ state }) => state)).toEqual([
				"given-up",
				"given-up",
				"given-up",
			]),
		);
		expect(inner.received.length).toBe(0);
		expect(outbox.deliveries[0].tries[0].error).toContain("not public");
	});

	it("sends again after a stop in the middle, with the same id", async () => {
		const shop = await receiver(silent, answer(200));
		const outbox = memoryOutbox();
		const first = courierOf(outbox);
		await outbox.add([message(shop.url)]);
		first.courier.wake();
		await vi.waitFor(() => expect(shop.received.length).toBe(1));
		await first.courier.stop(0);
		expect(outbox.deliveries[0]).toMatchObject({ state: "waiting", tries: [] });
		courierOf(outbox);
		await vi.waitFor(() =>
			expect(outbox.deliveries[0].state).toBe("delivered"),
		);
		const ids = shop.received.map(({ headers }) => headers["webhook-id"]);
		expect(ids[0]).toBe(ids[1]);
	});

	it("sends again what could not be recorded", async () => {
		const shop = await receiver(answer(200));
		const outbox = memoryOutbox();
		const record = vi
			.spyOn(outbox, "record")
			.mockRejectedValueOnce(new Error("disk full"));
		const { courier, clock } = courierOf(outbox);
		await outbox.add([message(shop.url)]);
		courier.wake();
		await vi.waitFor(() => expect(record).toHaveBeenCalledTimes(1));
		await new Promise((resolve) => setTimeout(resolve, 30));
		expect(shop.received.length).toBe(1);
		clock.ms += 60_000;
		courier.wake();
		await vi.waitFor(() =>
			expect(outbox.deliveries[0].state).toBe("delivered"),
		);
		expect(shop.received.length).toBe(2);
	});
});

describe("parseRetryAfter", () => {
	it.each([
		[undefined, undefined],
		["", undefined],
		["soon", undefined],
		["0", 0],
		["120", 120_000],
		["999999999999", 86_400_000],
		["Tue, 14 Nov 2023 22:14:20 GMT", 60_000],
		["Tue, 14 Nov 2000 22:14:20 GMT", 0],
	])("%s", (value, ms) => {
		expect(parseRetryAfter(value, 1_700_000_000_000)).toBe(ms);
	});
});
