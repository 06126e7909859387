import type { Logger } from "../core/run-context.ts";

/** Where a network runs. */
export type Device = "cpu" | "webgpu" | "cuda";

/** `fused` is one operator for the whole of attention; `plain` spells it out in products and a softmax. */
export type AttentionForm = "fused" | "plain";

export interface NeuralTensor {
	readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
	readonly shape: readonly number[];
}

export type NeuralTensors = Readonly<Record<string, NeuralTensor>>;

/** A network ready to be loaded: ONNX in memory, or an ONNX file. */
export interface OnnxModel {
	readonly onnx: Uint8Array | string;
	/** The folder of the files that its external initializers name; absolute, links resolved. */
	readonly weightsFolder?: string;
}

/** A network that the runtime may build in the form which suits a device. */
export interface NeuralModel {
	/** For the log and for errors. */
	readonly name: string;
	build(form: AttentionForm): OnnxModel;
	/** What suits it where the caller does not say. Default `lean`. */
	readonly memory?: "lean" | "fast";
	/**
	 * A cut of the same network, same operators and sizes, and its input: what a device must compute like the CPU
	 * before it is trusted. Without one only the CPU is used.
	 */
	readonly probe?: NeuralProbe;
}

export interface NeuralProbe {
	build(form: AttentionForm): OnnxModel;
	readonly feeds: NeuralTensors;
	/** Largest relative L2 error of any output. Default 1e-3. */
	readonly tolerance?: number;
}

export interface LoadOptions {
	/** Default `auto`: the fastest that passes the probe. */
	readonly device?: "auto" | Device;
	/** `lean` leaves weights in the mapped file; `fast` repacks them, for twice the memory. Default: as the model has it. */
	readonly memory?: "lean" | "fast";
	/** Threads inside one operator. Default: all cores. */
	readonly threads?: number;
	readonly signal?: AbortSignal;
	readonly log?: Logger;
}

export interface ValueInfo {
	readonly name: string;
	/** A string is a size known only when the network runs. */
	readonly shape: readonly (number | string)[];
}

export interface NeuralSession {
	readonly device: Device;
	readonly inputs: readonly ValueInfo[];
	readonly outputs: readonly ValueInfo[];
	/** Runs the network. An abort ends the process that computes, so it takes effect at once. */
	run(
		feeds: NeuralTensors,
		options?: { signal?: AbortSignal },
	): Promise<Record<string, NeuralTensor>>;
	dispose(): Promise<void>;
}

/** Loads and runs networks away from this thread. */
export interface NeuralRuntime {
	load(model: NeuralModel, options?: LoadOptions): Promise<NeuralSession>;
	dispose(): Promise<void>;
}
