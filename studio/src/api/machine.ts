import { request, requestJson } from "./http.ts";
import type {
	AnyEngineInfo,
	JsonSchema,
	MachineStatus,
	Weights,
} from "./types.ts";

export async function getEngines(
	signal?: AbortSignal,
): Promise<readonly AnyEngineInfo[]> {
	const { engines } = await requestJson<{ engines: AnyEngineInfo[] }>(
		"/v1/engines",
		signal ? { signal } : {},
	);
	return engines;
}

export function getOptionsSchema(signal?: AbortSignal): Promise<JsonSchema> {
	return requestJson("/v1/options", signal ? { signal } : {});
}

export function getMachine(signal?: AbortSignal): Promise<MachineStatus> {
	return requestJson("/v1/machine", signal ? { signal } : {});
}

export async function getWeights(
	signal?: AbortSignal,
): Promise<readonly Weights[]> {
	const { weights } = await requestJson<{ weights: Weights[] }>(
		"/v1/weights",
		signal ? { signal } : {},
	);
	return weights;
}

export async function pullWeights(name: string): Promise<void> {
	await request(`/v1/weights/${encodeURIComponent(name)}/pull`, {
		method: "POST",
	});
}

export async function removeWeights(name: string): Promise<void> {
	await request(`/v1/weights/${encodeURIComponent(name)}`, {
		method: "DELETE",
	});
}
