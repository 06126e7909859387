import type { AnyEngineInfo } from "../engine-info.ts";

/** The engines there are, to those who may not import them. */
export interface EngineCatalogue {
	/** With `typicalSeconds` and whether it is loaded left out. */
	infos(): Promise<readonly AnyEngineInfo[]>;
	/** The engine that 'auto' would take for this many pictures. Throws NO_INPUT or TOO_MANY_INPUTS. */
	choose(viewCount: number): Promise<string>;
	/** Throws ENGINE_UNKNOWN, ENGINE_CANNOT_RUN (number of pictures) or OPTION_INVALID. */
	check(
		engine: string,
		viewCount: number,
		options: Readonly<Record<string, unknown>>,
	): Promise<void>;
}
