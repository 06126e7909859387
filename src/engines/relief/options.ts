import { z } from "zod";

export interface ReliefOptions {
	/** Depth of the solid as a multiple of the inflated one. 0.1–3. Default 1. */
	readonly thickness: number;
	/** Relief of the front from the photo's fine brightness. 0–1. Default 0.3. */
	readonly detail: number;
	/** Whether objects with a mirrored outline become solids of revolution. Default auto. */
	readonly revolution: "auto" | "off";
	/** What is painted on the back. Default auto. */
	readonly backColor: "auto" | "soft" | "mirror";
	/** How far above the object the photo was taken, degrees. −90–90. Default 0. */
	readonly elevation: number;
	/** Pixels along the side of the working grid. 64–384. Default 192. */
	readonly grid: number;
}

export const reliefOptions: z.ZodType<ReliefOptions> = z.object({
	thickness: z
		.number()
		.min(0.1)
		.max(3)
		.default(1)
		.describe("Depth of the solid, as a multiple of a rounded one."),
	detail: z
		.number()
		.min(0)
		.max(1)
		.default(0.3)
		.describe(
			"How strongly fine brightness in the photo becomes relief on the front. Looks only: it is not measured depth.",
		),
	revolution: z
		.enum(["auto", "off"])
		.default("auto")
		.describe(
			"auto: an object whose outline is mirrored about an axis, upright or leaning, is turned on it, like a vase or a bottle. off: never.",
		),
	backColor: z
		.enum(["auto", "soft", "mirror"])
		.default("auto")
		.describe(
			"What is painted on the back. soft: the photo's large masses of colour, no second face. mirror: the photo straight through. auto: mirror for thin plates (thickness up to 0.25), else soft.",
		),
	elevation: z
		.number()
		.min(-90)
		.max(90)
		.default(0)
		.describe(
			"How far above the object the photo was taken, in degrees: the result is turned back by it, so that what stood upright stands. 0: level with it; 90: from above, it lies flat. Not used where the photo has a camera.",
		),
	grid: z
		.int()
		.min(64)
		.max(384)
		.default(192)
		.describe("Pixels along the side of the grid that the depth is solved on."),
});
