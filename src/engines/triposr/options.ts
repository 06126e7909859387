import { z } from "zod";

export const PRECISIONS = ["fp32", "int8"] as const;

export interface TripoSrOptions {
	/** Density at which the surface lies, 0.1–1000. Default 25. */
	readonly densityThreshold: number;
	/** How the network computes. Default fp32. */
	readonly precision: (typeof PRECISIONS)[number];
	/** Evaluate the field everywhere. Default false. */
	readonly dense: boolean;
}

export const tripoSrOptions: z.ZodType<TripoSrOptions> = z.object({
	densityThreshold: z
		.number()
		.min(0.1)
		.max(1000)
		.default(25)
		.describe("Density at which the surface lies: higher is thinner"),
	precision: z
		.enum(PRECISIONS)
		.default("fp32")
		.describe(
			"fp32 (exact) or int8 (about twice as fast, its error is checked and reported)",
		),
	dense: z
		.boolean()
		.default(false)
		.describe(
			"Evaluate every point of the grid: slow, to prove that nothing is missed otherwise",
		),
});
