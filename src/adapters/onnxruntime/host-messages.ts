import type {
	Device,
	NeuralTensor,
	OnnxModel,
	ValueInfo,
} from "../../neural/runtime.ts";

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
			readonly feeds: Readonly<Record<string, NeuralTensor>>;
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
