import { z } from "zod";

export interface NovaPriorOptions {
	/** Whether the result is turned so that the object stands, by the height the picture seems taken from. Default true. */
	readonly level: boolean;
	/** Depth as a multiple of the predicted one. 0.2–3. Default 1. */
	readonly thickness: number;
	/** How far thin and doubtful parts follow the thick ones they join. 0–4. Default 1. */
	readonly smoothness: number;
	/** Pixels along the side of the grid that the depths are joined on. 96–256. Default 160. */
	readonly grid: number;
}

export const novaPriorOptions: z.ZodType<NovaPriorOptions> = z.object({
	level: z
		.boolean()
		.default(true)
		.describe(
			"Turns the result so that the object stands, by the height that the picture seems to be taken from.",
		),
	thickness: z
		.number()
		.min(0.2)
		.max(3)
		.default(1)
		.describe("Depth of the solid, as a multiple of the predicted one."),
	smoothness: z
		.number()
		.min(0)
		.max(4)
		.default(1)
		.describe(
			"How far thin and doubtful parts follow the thick ones they join.",
		),
	grid: z
		.int()
		.min(96)
		.max(256)
		.default(160)
		.describe(
			"Pixels along the side of the grid that the depths are joined on.",
		),
});
