import type { NeuralRuntime } from "./runtime.ts";

/** What engines with a network are handed: something that runs it, and where its weights are. */
export interface NeuralTools {
	readonly runtime: NeuralRuntime;
	/** By name in the manifest. `lists` answers quickly and may believe a damaged file. */
	findWeights(name: string, use: "run" | "lists"): Promise<WeightFiles>;
	/** For files made from weights once: weights in 8 bits. May not exist yet. */
	readonly cacheFolder: string;
}

export interface WeightFiles {
	readonly isReady: boolean;
	/** Absolute paths by file name, links resolved. */
	readonly files: Readonly<Record<string, string>>;
	/** One sentence on what is missing or wrong. */
	readonly problem?: string;
}
