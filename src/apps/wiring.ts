import { createOnnxRuntime } from "../adapters/onnxruntime/create-onnx-runtime.ts";
import { findWeights } from "../adapters/weights/find-weights.ts";
import { weightPlaces } from "../adapters/weights/places.ts";
import {
	type AnyEngine,
	createEngines,
	findEngine,
	preferredEngine,
} from "../engines/index.ts";
import type { NeuralRuntime } from "../neural/runtime.ts";

// What is plugged into what, in one place: runtime → engines. Nothing starts before it is used.

/** Runs networks, in a process of its own that starts with the first network. */
export const RUNTIME: NeuralRuntime = createOnnxRuntime();

/** Every engine, the preferred ones first. */
export const ENGINES: readonly AnyEngine[] = createEngines({
	runtime: RUNTIME,
	async findWeights(name, use) {
		const { status, ...found } = await findWeights(name, process.env, {
			depth: use === "run" ? "once" : "size",
		});
		return { isReady: status === "ready", ...found };
	},
	cacheFolder: weightPlaces(process.env).cacheFolder,
});

/** The engine of that name. Throws ENGINE_UNKNOWN. */
export function engineById(id: string): AnyEngine {
	return findEngine(ENGINES, id);
}

/** The first engine that takes this many views and can run here. */
export function chooseEngine(viewCount: number): Promise<AnyEngine> {
	return preferredEngine(ENGINES, viewCount);
}
