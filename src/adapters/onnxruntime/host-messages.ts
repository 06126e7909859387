import type {
	Device,
	NeuralTensor,
	OnnxModel,
	ValueInfo,
} from "../../neural/runtime.ts";

/** A tensor whose numbers lie in the scratch file. */
export interface PlacedTensor {
	readonly type: TensorType;
	readonly offset: number;
	readonly byteLength: number;
	readonly shape: readonly number[];
}

/** As onnxruntime calls the numbers of an array. */
export type TensorType = "float32" | "int32" | "int64" | "uint8";

export const PLACED_ARRAYS: Readonly<
	Record<TensorType, new (buffer: ArrayBuffer) => NeuralTensor["data"]>
> = {
	float32: Float32Array,
	int32: Int32Array,
	int64: BigInt64Array,
	uint8: Uint8Array,
};

/** The file descriptor that the scratch file has in the process that computes. */
export const SCRATCH_FD = 4;

/** What the process that computes is asked. Plain data: it crosses processes. */
export type HostRequest =
	| { readonly type: "devices" }
	| {
			readonly type: "load";
			readonly model: OnnxModel;
			/** As onnxruntime calls it: `cpu`, `webgpu`, `cuda`. */
			readonly provider: string;
			readonly memory: "lean" | "fast";
			/** 0: as many as there are cores. */
			readonly threads: number;
	  }
	| {
			readonly type: "run";
			readonly session: number;
			readonly feeds: Readonly<Record<string, NeuralTensor | PlacedTensor>>;
	  }
	| { readonly type: "release"; readonly session: number };

export interface HostAnswers {
	readonly devices: readonly Device[];
	readonly load: {
		readonly session: number;
		readonly inputs: readonly ValueInfo[];
		readonly outputs: readonly ValueInfo[];
	};
	readonly run: {
		readonly outputs: Record<string, NeuralTensor>;
		readonly durationMs: number;
	};
	readonly release: null;
}

export type HostMessage =
	| { readonly id: number; readonly value: HostAnswers[HostRequest["type"]] }
	| {
			readonly id: number;
			readonly error: {
				readonly code: "RUNTIME_MISSING" | "RUNTIME_FAILED";
				readonly message: string;
			};
	  };

export function tensorType(data: NeuralTensor["data"]): TensorType {
	if (data instanceof Float32Array) return "float32";
	if (data instanceof Int32Array) return "int32";
	return data instanceof BigInt64Array ? "int64" : "uint8";
}
