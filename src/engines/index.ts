import type { Engine } from "../core/engine.ts";
import { LunarError } from "../core/errors.ts";
import { multiviewFit } from "./multiview-fit/engine.ts";
import { relief } from "./relief/engine.ts";
import { visualHull } from "./visual-hull/engine.ts";

/** Every engine, the preferred ones first. Add yours with one line. */
// biome-ignore lint/suspicious/noExplicitAny: each engine has options of its own
export const ENGINES: readonly Engine<any>[] = [
	multiviewFit,
	visualHull,
	relief,
];

/** The engine of that name. */
// biome-ignore lint/suspicious/noExplicitAny: each engine has options of its own
export function engineById(id: string): Engine<any> {
	const engine = ENGINES.find((candidate) => candidate.id === id);
	if (engine) return engine;
	const known = ENGINES.map((candidate) => candidate.id).join(", ");
	throw new LunarError(
		"ENGINE_UNKNOWN",
		`there is no engine "${id}"; there are ${known}`,
	);
}

/** The first engine that takes this many views. */
// biome-ignore lint/suspicious/noExplicitAny: each engine has options of its own
export function chooseEngine(viewCount: number): Engine<any> {
	const engine = ENGINES.find(
		({ needs: { views } }) => viewCount >= views[0] && viewCount <= views[1],
	);
	if (engine) return engine;
	throw new LunarError(
		viewCount === 0 ? "NO_INPUT" : "TOO_MANY_INPUTS",
		`no engine takes ${viewCount} views; the largest takes ${Math.max(...ENGINES.map(({ needs }) => needs.views[1]))}`,
	);
}
