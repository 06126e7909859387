import { z } from "zod";
import { LunarError } from "../core/errors.ts";
import type { AnyEngine } from "../engines/index.ts";
import type { AnyEngineInfo } from "../service/engine-info.ts";
import type { EngineCatalogue } from "../service/ports/engine-catalogue.ts";

/** Engines and all that they calculate with: a quarter of a second to load, which a server's start does not wait for. */
const loadEngines = (): Promise<typeof import("./wiring.ts")> =>
	import("./wiring.ts");

/** The engines of this program, as the service sees them. Loaded when they are asked for. */
export function createEngineCatalogue(): EngineCatalogue & {
	/** Ahead of the first question. */
	load(): Promise<unknown>;
} {
	return {
		load: loadEngines,
		async infos() {
			const { ENGINES } = await loadEngines();
			return Promise.all(ENGINES.map(infoOf));
		},
		async choose(viewCount) {
			const { chooseEngine } = await loadEngines();
			return (await chooseEngine(viewCount)).id;
		},
		async check(id, viewCount, options) {
			const { engineById } = await loadEngines();
			const engine = engineById(id);
			const [min, max] = engine.needs.views;
			if (viewCount < min || viewCount > max)
				throw new LunarError(
					"ENGINE_CANNOT_RUN",
					`${id} takes ${min === max ? min : `${min} to ${max}`} pictures, ${viewCount} were given`,
				);
			const known = Object.keys(schemaOf(engine).properties ?? {});
			const unknown = Object.keys(options).find((key) => !known.includes(key));
			if (unknown !== undefined)
				throw new LunarError(
					"OPTION_INVALID",
					`engineOptions.${unknown}: ${id} has ${known.length === 0 ? "no options" : `only ${known.join(", ")}`}`,
				);
			const wrong = engine.options.safeParse(options).error?.issues[0];
			if (wrong)
				throw new LunarError(
					"OPTION_INVALID",
					`engineOptions.${wrong.path.join(".")}: ${wrong.message}`,
				);
		},
	};
}

async function infoOf(engine: AnyEngine): Promise<AnyEngineInfo> {
	const { id, title, summary, needs, licence } = engine;
	const plain = {
		id,
		title,
		summary,
		...needs,
		licence,
		optionsSchema: schemaOf(engine),
	};
	try {
		const readiness = (await engine.readiness?.()) ?? { ready: true };
		if (readiness.ready) return { ...plain, status: "available" };
		const { reason, remedy } = readiness;
		return {
			...plain,
			status: needs.weights.length > 0 ? "needs-weights" : "error",
			reason,
			remedy,
		};
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		return { ...plain, status: "error", reason };
	}
}

function schemaOf(engine: AnyEngine): {
	readonly properties?: Readonly<Record<string, unknown>>;
} {
	return z.toJSONSchema(engine.options, {
		target: "draft-2020-12",
		io: "input",
	}) as { properties?: Record<string, unknown> };
}
