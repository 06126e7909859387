import type { AttentionForm, Device } from "../../neural/runtime.ts";

/** How a device is asked for, and in which forms a network may suit it: the first that computes rightly is taken. */
export interface DeviceRecipe {
	readonly device: Device;
	/** As onnxruntime calls it. */
	readonly provider: string;
	readonly forms: readonly AttentionForm[];
}

/**
 * From the fastest to the one that always works. WebGPU is not offered the fused attention: with onnxruntime 1.30 it
 * was 10 to 24 % wrong beyond some 17 tokens.
 */
export const DEVICES: readonly DeviceRecipe[] = [
	{ device: "cuda", provider: "cuda", forms: ["fused", "plain"] },
	{ device: "webgpu", provider: "webgpu", forms: ["plain"] },
	{ device: "cpu", provider: "cpu", forms: ["fused"] },
];
