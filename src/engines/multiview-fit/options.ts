import { z } from "zod";

export const PRESETS = ["fast", "balanced", "quality"] as const;

export const multiviewFitOptions: z.ZodType<MultiviewFitOptions> = z.object({
	preset: z
		.enum(PRESETS)
		.default("balanced")
		.describe(
			"How much work: fast (outlines and a thin plate), balanced (and colours), quality (finer, more steps). Left out: what the run's quality says.",
		),
	learned: z
		.boolean()
		.default(true)
		.describe(
			"Ask the package's own small networks: with fewer than 12 views where each view's surface is, as far as they are sure; with more where hollows are that stereo cannot tell from paint. Not with preset fast.",
		),
	minExplained: z
		.number()
		.min(0)
		.max(1)
		.default(0.5)
		.describe(
			"Share of each silhouette that the other views must leave standing. Below it the views contradict each other and the run stops.",
		),
});

export interface MultiviewFitOptions {
	/** Default balanced. */
	readonly preset: (typeof PRESETS)[number];
	/** Default true. */
	readonly learned: boolean;
	/** Share, 0–1. Default 0.5. */
	readonly minExplained: number;
}
