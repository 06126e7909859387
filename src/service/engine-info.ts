/** What is told of an engine to those who choose one. */
export interface AnyEngineInfo {
	readonly id: string;
	readonly title: string;
	readonly summary: string;
	readonly views: readonly [min: number, max: number];
	readonly weights: readonly string[];
	readonly memoryMB: number;
	readonly vramMB?: number;
	readonly licence: {
		readonly name: string;
		readonly commercial: "yes" | "no" | "restricted";
		readonly note?: string;
	};
	readonly status: "available" | "needs-weights" | "loaded" | "error";
	/** Why it cannot run, and what to do. */
	readonly reason?: string;
	readonly remedy?: string;
	/** JSON Schema (draft 2020-12) of the engine's own options, defaults included. */
	readonly optionsSchema: unknown;
	/** Median of finished runs on this machine, where there were any. */
	readonly typicalSeconds?: number;
}
