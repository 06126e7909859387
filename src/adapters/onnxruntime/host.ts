import { readSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { InferenceSession, Tensor } from "onnxruntime-common";
import type { NeuralTensor, ValueInfo } from "../../neural/runtime.ts";
import {
	type HostAnswers,
	type HostMessage,
	type HostRequest,
	PLACED_ARRAYS,
	type PlacedTensor,
	SCRATCH_FD,
	tensorType,
} from "./host-messages.ts";

// The process that computes. onnxruntime's calls are synchronous, so it answers one request after the other and hears
// nothing meanwhile: whoever started it ends it by a signal, at any moment. argv: the name of the runtime's package.

type Runtime = typeof import("onnxruntime-node");

const [, , packageName] = process.argv;
const sessions = new Map<number, InferenceSession>();
let loading: Promise<Runtime> | undefined;
let sessionCount = 0;
let queue = Promise.resolve();

endWithParent();
process.on("message", (message: { id: number; request: HostRequest }) => {
	queue = queue.then(() => answer(message.id, message.request));
});

async function answer(id: number, request: HostRequest): Promise<void> {
	let message: HostMessage;
	try {
		message = { id, value: await handle(request) };
	} catch (error) {
		message = {
			id,
			error: {
				code:
					error instanceof MissingRuntime
						? "RUNTIME_MISSING"
						: "RUNTIME_FAILED",
				message: error instanceof Error ? error.message : String(error),
			},
		};
	}
	process.send?.(message);
}

async function handle(
	request: HostRequest,
): Promise<HostAnswers[HostRequest["type"]]> {
	switch (request.type) {
		case "devices": {
			const ort = await runtime();
			return ort
				.listSupportedBackends()
				.map(({ name }) => name)
				.filter(
					(name) => name === "cpu" || name === "webgpu" || name === "cuda",
				);
		}
		case "load":
			return load(request);
		case "run":
			return run(request.session, request.feeds);
		case "release":
			await sessions.get(request.session)?.release();
			sessions.delete(request.session);
			return null;
	}
}

async function load(
	request: Extract<HostRequest, { type: "load" }>,
): Promise<HostAnswers["load"]> {
	const ort = await runtime();
	const { onnx, weightsFolder } = request.model;
	const options: InferenceSession.SessionOptions = {
		executionProviders: [request.provider],
		intraOpNumThreads: request.threads,
		logSeverityLevel: 3,
		extra: {
			session: {
				...(weightsFolder === undefined
					? {}
					: { model_external_initializers_file_folder_path: weightsFolder }),
				// Packing copies every weight; without it they stay in the mapped file.
				disable_prepacking: request.memory === "lean" ? "1" : "0",
			},
		},
	};
	// One signature takes a path, another takes bytes.
	const session =
		typeof onnx === "string"
			? await ort.InferenceSession.create(onnx, options)
			: await ort.InferenceSession.create(onnx, options);
	sessions.set(++sessionCount, session);
	return {
		session: sessionCount,
		inputs: session.inputMetadata.map(infoOf),
		outputs: session.outputMetadata.map(infoOf),
	};
}

async function run(
	id: number,
	feeds: Readonly<Record<string, NeuralTensor | PlacedTensor>>,
): Promise<HostAnswers["run"]> {
	const ort = await runtime();
	const session = sessions.get(id);
	if (session === undefined) throw new Error(`there is no session ${id}`);
	const inputs: Record<string, Tensor> = {};
	for (const [name, tensor] of Object.entries(feeds)) {
		const data = "data" in tensor ? tensor.data : fetchPlaced(tensor);
		inputs[name] = new ort.Tensor(tensorType(data), data, tensor.shape);
	}
	const startedMs = performance.now();
	const results = await session.run(inputs);
	const durationMs = performance.now() - startedMs;
	const outputs: Record<string, NeuralTensor> = {};
	for (const [name, value] of Object.entries(results)) {
		const { data, dims } = value as Tensor;
		outputs[name] = { data: data as NeuralTensor["data"], shape: dims };
	}
	return { outputs, durationMs };
}

function fetchPlaced({
	type,
	offset,
	byteLength,
}: PlacedTensor): NeuralTensor["data"] {
	const buffer = new ArrayBuffer(byteLength);
	const bytes = new Uint8Array(buffer);
	for (let done = 0; done < byteLength; ) {
		const count = readSync(
			SCRATCH_FD,
			bytes,
			done,
			byteLength - done,
			offset + done,
		);
		if (count === 0) throw new Error("the input is cut short");
		done += count;
	}
	return new PLACED_ARRAYS[type](buffer);
}

function infoOf(value: InferenceSession.ValueMetadata): ValueInfo {
	return { name: value.name, shape: value.isTensor ? value.shape : [] };
}

class MissingRuntime extends Error {}

function runtime(): Promise<Runtime> {
	loading ??= import(packageName).catch((error: unknown) => {
		throw new MissingRuntime(
			`${packageName} cannot be loaded: ${error instanceof Error ? error.message : error}`,
		);
	});
	return loading;
}

/** Ends this process with the one that started it, also in the middle of a native call. */
function endWithParent(): void {
	const end = (): void => void process.kill(process.pid, "SIGKILL");
	process.on("disconnect", end);
	// Standard input never carries anything; it ends when the other side does. A thread waits for that, because this one
	// hears nothing during a native call. Where a pipe cannot be waited on, `disconnect` alone has to do.
	new Worker(
		`let ended = true;
		try { require("node:fs").readSync(0, Buffer.alloc(1)); }
		catch (error) { ended = error.code !== "EAGAIN"; }
		if (ended) process.kill(process.pid, "SIGKILL");`,
		{ eval: true },
	).unref();
}
