import type { ZodType } from "zod";
import type { RunContext } from "./run-context.ts";
import type { Shape } from "./shape.ts";
import type { View } from "./view.ts";

/** A way from views to a shape. One folder each under `engines/`. */
export interface Engine<Options = unknown> {
	/** Same as its folder. */
	readonly id: string;
	readonly title: string;
	/** One sentence for lists. */
	readonly summary: string;
	/** One schema feeds CLI flags, HTTP validation, OpenAPI and the studio's form. Every option has a default. */
	readonly options: ZodType<Options>;
	readonly needs: EngineNeeds;
	readonly licence: EngineLicence;
	/** The lens that a lone photo without a camera is taken to come from. Default: the pipeline's. */
	readonly lens?: EngineLens;
	/** Whether what it needs is on this machine. Left out: always. Cheap enough for lists. */
	readiness?(): Promise<EngineReadiness>;
	/** Warm-up and cool-down, where there is something to load. */
	load?(ctx: RunContext): Promise<void>;
	unload?(): Promise<void>;
	/**
	 * Reconstructs the object. `views` is inside `needs.views`.
	 * Deterministic: the same views, options and seed give the same shape.
	 * Calls `ctx.checkpoint` at least every 200 ms of work.
	 */
	reconstruct(
		views: readonly View[],
		options: Options,
		ctx: RunContext,
	): Promise<Shape>;
}

export interface EngineNeeds {
	readonly views: readonly [min: number, max: number];
	/** Names of weight files in the manifest; empty for engines that need none. */
	readonly weights: readonly string[];
	readonly memoryMB: number;
	readonly vramMB?: number;
}

/** A camera before the object, and how much of its picture the object fills. */
export interface EngineLens {
	/** From the middle of the object, world units. */
	readonly distance: number;
	readonly fovYRadians: number; // of the square crop
	/** The object's longer side over the crop's, 0–1. */
	readonly fill: number;
}

export type EngineReadiness =
	| { readonly ready: true }
	| {
			readonly ready: false;
			readonly reason: string;
			/** What the user can do. */
			readonly remedy: string;
	  };

export interface EngineLicence {
	readonly name: string;
	readonly commercial: "yes" | "no" | "restricted";
	readonly note?: string;
}
