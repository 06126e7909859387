import type { Histogram, Registry } from "prom-client";
import { FINAL_STATES, JOB_STATES } from "../../../service/job.ts";
import type { App, ServerContext } from "../context.ts";
import { bytesAnswer, ERROR_ANSWERS } from "../schemas/common.ts";

const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30];
const JOB_SECONDS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800];

/** /metrics in Prometheus' text form: jobs, durations, queue, hosts, requests, process. */
export function registerMetrics(
	app: App,
	context: ServerContext,
	stopping: AbortSignal,
): void {
	const { service, log } = context;
	// A server's start does not wait for them; what happens meanwhile is counted then.
	let created: Promise<Metrics> | undefined;
	const metrics = (): Promise<Metrics> => {
		created ??= createMetrics(context);
		return created;
	};
	app.addHook("onListen", async () => void setImmediate(metrics));

	app.addHook("onResponse", async (request, reply) => {
		const route = request.routeOptions.url ?? "none";
		if (route.endsWith("/events")) return;
		const labels = {
			method: request.method,
			route,
			status: String(reply.statusCode),
		};
		const seconds = reply.elapsedTime / 1000;
		void metrics().then(({ requests }) => requests.observe(labels, seconds));
	});
	void watchJobs();

	app.get(
		"/metrics",
		{
			config: { scope: "read", rateLimit: false },
			schema: {
				tags: ["operation"],
				summary: "For Prometheus",
				response: {
					200: bytesAnswer("Prometheus text format", "text/plain"),
					...ERROR_ANSWERS,
				},
			},
		},
		async (_, reply) => {
			const { registry, refresh } = await metrics();
			await refresh();
			return reply.type(registry.contentType).send(await registry.metrics());
		},
	);

	/** Jobs that end while the server runs. */
	async function watchJobs(): Promise<void> {
		const from = { afterSeq: Number.MAX_SAFE_INTEGER };
		try {
			for await (const { type, state, jobId } of service.watch(
				from,
				stopping,
			)) {
				if (type !== "state" || !FINAL_STATES.includes(state)) continue;
				const found = await service.get(jobId).catch(() => undefined);
				const job = found?.job;
				if (!job?.startedAt || !job.finishedAt || job.result?.reusedFrom)
					continue;
				const engine =
					job.result?.outcomes.map((outcome) => outcome.engine).join("+") ||
					job.request.engines.join("+");
				const seconds = (job.finishedAt - job.startedAt) / 1000;
				const { durations, waits } = await metrics();
				durations.observe({ engine, state }, Math.max(0, seconds));
				waits.observe(Math.max(0, (job.startedAt - job.createdAt) / 1000));
			}
		} catch (error) {
			log.warn("metrics of jobs ended", { message: String(error) });
		}
	}
}

interface Metrics {
	readonly registry: Registry;
	readonly requests: Histogram;
	readonly durations: Histogram;
	readonly waits: Histogram;
	/** Looks at the machine before all is told. */
	refresh(): Promise<void>;
}

async function createMetrics({
	service,
	countByState,
}: ServerContext): Promise<Metrics> {
	const { collectDefaultMetrics, Gauge, Histogram, Registry } = await import(
		"prom-client"
	);
	const registry = new Registry();
	collectDefaultMetrics({ register: registry });
	const registers = [registry];

	const requests = new Histogram({
		name: "lunar_http_request_seconds",
		help: "Time to answer, by route; event streams are not counted",
		labelNames: ["method", "route", "status"],
		buckets: REQUEST_SECONDS,
		registers,
	});

	const durations = new Histogram({
		name: "lunar_job_seconds",
		help: "From the start of the last attempt to the end, by engine and state",
		labelNames: ["engine", "state"],
		buckets: JOB_SECONDS,
		registers,
	});
	const waits = new Histogram({
		name: "lunar_job_wait_seconds",
		help: "From submission to the start of the last attempt",
		buckets: JOB_SECONDS,
		registers,
	});

	new Gauge({
		name: "lunar_jobs",
		help: "Jobs in the store, by state",
		labelNames: ["state"],
		registers,
		async collect() {
			const counts = await countByState();
			for (const state of JOB_STATES) this.set({ state }, counts[state]);
		},
	});
	const queue = new Gauge({
		name: "lunar_queue_jobs",
		help: "Jobs on their way: queued (ready), held, running",
		labelNames: ["kind"],
		registers,
	});
	const hosts = new Gauge({
		name: "lunar_hosts",
		help: "Engine hosts, by state",
		labelNames: ["state"],
		registers,
	});
	const hostMemory = new Gauge({
		name: "lunar_host_memory_bytes",
		help: "Memory of each engine host",
		labelNames: ["host"],
		registers,
	});
	const hostJobs = new Gauge({
		name: "lunar_host_jobs_done",
		help: "Jobs that each engine host has worked on",
		labelNames: ["host"],
		registers,
	});
	const disk = new Gauge({
		name: "lunar_disk_bytes",
		help: "Disk of the data folder: total, free, blobs",
		labelNames: ["kind"],
		registers,
	});
	const refresh = async (): Promise<void> => {
		const machine = await service.machine();
		for (const [kind, count] of Object.entries(machine.queue))
			queue.set({ kind }, count);
		for (const gauge of [hosts, hostMemory, hostJobs]) gauge.reset();
		for (const { id, state, memoryBytes, jobsDone } of machine.hosts) {
			hosts.inc({ state });
			hostMemory.set({ host: id }, memoryBytes);
			hostJobs.set({ host: id }, jobsDone);
		}
		disk.set({ kind: "total" }, machine.disk.totalBytes);
		disk.set({ kind: "free" }, machine.disk.freeBytes);
		disk.set({ kind: "blobs" }, machine.disk.blobBytes);
	};
	return { registry, requests, durations, waits, refresh };
}
