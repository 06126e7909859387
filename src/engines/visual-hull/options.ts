import { z } from "zod";

export const visualHullOptions: z.ZodType<VisualHullOptions> = z.object({
	tolerance: z
		.number()
		.min(-5)
		.max(20)
		.default(-0.1)
		.describe(
			"Pixels by which every silhouette is widened. Raise it when cameras are a little off and thin parts vanish. A hull is always a little too large: -0.1 takes some of that back at no visible cost.",
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

export interface VisualHullOptions {
	/** Pixels. −5 to 20. Default −0.1. */
	readonly tolerance: number;
	/** Share, 0–1. Default 0.5. */
	readonly minExplained: number;
}
