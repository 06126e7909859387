import type { Environment } from "../../adapters/weights/places.ts";
import type { Logger } from "../../core/run-context.ts";
import type { WeightsDoor } from "./context.ts";

/** The weights of this machine; what looks after them is loaded when somebody asks. */
export function openWeightsLate(env: Environment, log: Logger): WeightsDoor {
	let opened: Promise<WeightsDoor> | undefined;
	const door = (): Promise<WeightsDoor> => {
		opened ??= import("./weights-door.ts").then(({ openWeights }) =>
			openWeights(env, log),
		);
		return opened;
	};
	return {
		list: async () => (await door()).list(),
		pull: async (name) => (await door()).pull(name),
		remove: async (name) => (await door()).remove(name),
		close: async () => (await opened)?.close(),
	};
}
