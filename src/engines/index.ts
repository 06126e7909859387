import type { Engine } from "../core/engine.ts";
import { LunarError } from "../core/errors.ts";
import type { NeuralTools } from "../neural/tools.ts";
import { multiviewFit } from "./multiview-fit/engine.ts";
import { novaPrior } from "./nova-prior/engine.ts";
import { relief } from "./relief/engine.ts";
import { tripoSr } from "./triposr/engine.ts";
import { visualHull } from "./visual-hull/engine.ts";

// biome-ignore lint/suspicious/noExplicitAny: each engine has options of its own
export type AnyEngine = Engine<any>;

/** Every engine, the preferred ones first. Add yours with one line. */
export function createEngines(tools: NeuralTools): readonly AnyEngine[] {
	return [multiviewFit, visualHull, tripoSr(tools), novaPrior, relief];
}

/** The engine of that name. */
export function findEngine(
	engines: readonly AnyEngine[],
	id: string,
): AnyEngine {
	const engine = engines.find((candidate) => candidate.id === id);
	if (engine) return engine;
	const known = engines.map((candidate) => candidate.id).join(", ");
	throw new LunarError(
		"ENGINE_UNKNOWN",
		`there is no engine "${id}"; there are ${known}`,
	);
}

/** The first engine that takes this many views and has what it needs on this machine. */
export async function preferredEngine(
	engines: readonly AnyEngine[],
	viewCount: number,
): Promise<AnyEngine> {
	for (const engine of engines) {
		const [min, max] = engine.needs.views;
		if (viewCount < min || viewCount > max) continue;
		const readiness = await engine.readiness?.();
		if (readiness === undefined || readiness.ready) return engine;
	}
	throw new LunarError(
		viewCount === 0 ? "NO_INPUT" : "TOO_MANY_INPUTS",
		`no engine takes ${viewCount} views; the largest takes ${Math.max(...engines.map(({ needs }) => needs.views[1]))}`,
	);
}
