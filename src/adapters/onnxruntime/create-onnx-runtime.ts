import { LunarError } from "../../core/errors.ts";
import { type Logger, SILENT_LOGGER } from "../../core/run-context.ts";
import { createGraph } from "../../neural/graph/graph.ts";
import { add } from "../../neural/graph/ops.ts";
import type {
	AttentionForm,
	LoadOptions,
	NeuralModel,
	NeuralProbe,
	NeuralRuntime,
	NeuralSession,
	NeuralTensor,
	NeuralTensors,
} from "../../neural/runtime.ts";
import { DEVICES, type DeviceRecipe } from "./devices.ts";
import type { HostAnswers } from "./host-messages.ts";
import { HostGone, HostProcess } from "./host-process.ts";
import { devicesThatStart, trustDevice } from "./trust-device.ts";

const WAKE_TIMEOUT_MS = 30_000;

export interface OnnxRuntimeOptions {
	/** Milliseconds without work after which the process and its models are let go. Default 300 000. */
	readonly idleMs?: number;
	/** The package to load: another build of onnxruntime-node, say with CUDA. Default `onnxruntime-node`. */
	readonly packageName?: string;
	readonly devices?: readonly DeviceRecipe[];
	/** Told of every process that is started. */
	readonly onStart?: (pid: number) => void;
}

interface Choice {
	readonly recipe: DeviceRecipe;
	readonly form: AttentionForm;
}

/**
 * The neural runtime on onnxruntime. Everything native happens in one process of its own, started when first needed,
 * let go when idle, replaced when it dies; sessions live through all of that.
 */
export function createOnnxRuntime(
	options: OnnxRuntimeOptions = {},
): NeuralRuntime {
	const devices = options.devices ?? DEVICES;
	const idleMs = options.idleMs ?? 300_000;
	let host: HostProcess | undefined;
	let idleTimer: NodeJS.Timeout | undefined;
	/** Found missing once: not asked for again. */
	const absent = new Set<DeviceRecipe>();

	const ready = (): HostProcess => {
		clearTimeout(idleTimer);
		if (host?.alive !== true) {
			host = new HostProcess(options.packageName ?? "onnxruntime-node");
			if (host.pid !== undefined) options.onStart?.(host.pid);
		}
		return host;
	};
	const rest = (): void => {
		clearTimeout(idleTimer);
		if (host?.alive !== true || !host.idle) return;
		idleTimer = setTimeout(() => host?.kill("idle"), idleMs).unref();
	};

	/** Does something on the process that an abort or a time limit ends. A process ended for others' sake is replaced. */
	const onHost = async <T>(
		work: (host: HostProcess) => Promise<T>,
		signal?: AbortSignal,
		timeoutMs?: number,
	): Promise<T> => {
		for (;;) {
			throwIfAborted(signal);
			const used = ready();
			const abort = (): void => used.kill("cancelled");
			signal?.addEventListener("abort", abort, { once: true });
			let late = false;
			const timer =
				timeoutMs === undefined
					? undefined
					: setTimeout(() => {
							late = true;
							used.kill("too slow");
						}, timeoutMs);
			try {
				return await work(used);
			} catch (error) {
				throwIfAborted(signal);
				if (!(error instanceof HostGone)) throw error;
				if (late)
					throw new LunarError(
						"RUNTIME_FAILED",
						`no answer in ${timeoutMs} ms`,
					);
				if (!error.wanted)
					throw new LunarError(
						"RUNTIME_CRASHED",
						`the process that computes is gone: ${error.message}`,
					);
			} finally {
				clearTimeout(timer);
				signal?.removeEventListener("abort", abort);
				rest();
			}
		}
	};

	const choose = async (
		model: NeuralModel,
		{ device: wanted = "auto", signal, threads, memory }: LoadOptions,
		log: Logger,
	): Promise<Choice> => {
		const cpu = devices.find(({ device }) => device === "cpu") as DeviceRecipe;
		const onCpu: Choice = { recipe: cpu, form: cpu.forms[0] };
		if (wanted === "cpu") return onCpu;
		const { probe } = model;
		if (probe === undefined) return onCpu;
		const asked = wanted !== "auto";
		const present = await onHost((h) => h.ask({ type: "devices" }), signal);
		const possible = devices.filter(
			(recipe) =>
				recipe.device !== "cpu" &&
				(!asked || wanted === recipe.device) &&
				!absent.has(recipe) &&
				(present as readonly string[]).includes(recipe.provider),
		);
		const candidates = await devicesThatStart(
			possible,
			({ provider }) =>
				onHost((h) => wake(h, provider), signal, WAKE_TIMEOUT_MS),
			{ asked, log },
		);
		throwIfAborted(signal);
		for (const recipe of possible)
			if (!candidates.includes(recipe)) absent.add(recipe);
		if (candidates.length === 0) {
			if (asked) log.warn(`${wanted} is not there: the CPU is used instead`);
			return onCpu;
		}
		const trusted = await trustDevice(
			candidates,
			probe,
			(recipe, form, { repeat, timeoutMs }) =>
				onHost(
					(h) => runProbe(h, probe, { recipe, form }, repeat, threads, memory),
					signal,
					timeoutMs,
				),
			{ cpu, asked, log },
		);
		throwIfAborted(signal);
		if (trusted === undefined && asked)
			log.warn(
				`${wanted} is not fit for ${model.name}: the CPU is used instead`,
			);
		return trusted ?? onCpu;
	};

	const load = async (
		model: NeuralModel,
		loadOptions: LoadOptions = {},
	): Promise<NeuralSession> => {
		const log = loadOptions.log ?? SILENT_LOGGER;
		const { recipe, form } = await choose(model, loadOptions, log);
		let loaded:
			| { readonly on: HostProcess; readonly as: Promise<HostAnswers["load"]> }
			| undefined;
		/** The session on this process, loaded there if it is new. */
		const sessionOn = (used: HostProcess): Promise<HostAnswers["load"]> => {
			if (loaded?.on !== used) {
				const as = used.ask<"load">({
					type: "load",
					model: model.build(form),
					provider: recipe.provider,
					memory: loadOptions.memory ?? model.memory ?? "lean",
					threads: loadOptions.threads ?? 0,
				});
				loaded = { on: used, as };
				as.catch(() => {
					loaded = undefined;
				});
			}
			return loaded.as;
		};
		const { inputs, outputs } = await onHost(sessionOn, loadOptions.signal);
		log.debug(`${model.name} loaded`, { device: recipe.device, form });
		return {
			device: recipe.device,
			inputs,
			outputs,
			run: (feeds: NeuralTensors, { signal } = {}) =>
				onHost<Record<string, NeuralTensor>>(async (used) => {
					const { session } = await sessionOn(used);
					return (await used.run(session, feeds)).outputs;
				}, signal),
			async dispose() {
				const current = loaded;
				loaded = undefined;
				if (current?.on.alive !== true) return;
				const session = await current.as.catch(() => undefined);
				if (session === undefined) return;
				await current.on
					.ask<"release">({ type: "release", session: session.session })
					.catch(() => {}); // it ended meanwhile, and the session with it
				rest();
			},
		};
	};

	return {
		load,
		async dispose() {
			clearTimeout(idleTimer);
			host?.kill("no longer needed");
		},
	};
}

/** Loads one sum on a device. */
async function wake(host: HostProcess, provider: string): Promise<void> {
	const g = createGraph("wake", "plain");
	const x = g.input("x", [1]);
	g.output("y", add(g, "wake", x, x));
	const { session } = await host.ask<"load">({
		type: "load",
		model: g.finish(),
		provider,
		memory: "lean",
		threads: 1,
	});
	await host.ask<"release">({ type: "release", session });
}

async function runProbe(
	host: HostProcess,
	probe: NeuralProbe,
	{ recipe, form }: Choice,
	repeat: boolean,
	threads = 0,
	memory: "lean" | "fast" = "lean",
): Promise<HostAnswers["run"]> {
	const { session } = await host.ask<"load">({
		type: "load",
		model: probe.build(form),
		provider: recipe.provider,
		memory,
		threads,
	});
	const { feeds } = probe;
	let result = await host.run(session, feeds);
	// The first run of a device compiles its programs; the second tells how fast it is.
	if (repeat) result = await host.run(session, feeds);
	await host.ask<"release">({ type: "release", session });
	return result;
}

function throwIfAborted(signal: AbortSignal | undefined): void {
	if (signal?.aborted)
		throw new LunarError("CANCELLED", "the run was cancelled");
}
