import { z } from "zod";
import type { AnyEngineInfo } from "../../../service/engine-info.ts";

export const engineSchema: z.ZodType<AnyEngineInfo> = z
	.object({
		id: z.string(),
		title: z.string(),
		summary: z.string(),
		views: z
			.array(z.number())
			.length(2)
			.describe("Fewest and most pictures") as unknown as z.ZodType<
			readonly [number, number]
		>,
		weights: z.array(z.string()),
		memoryMB: z.number(),
		vramMB: z.number().optional(),
		licence: z.object({
			name: z.string(),
			commercial: z.enum(["yes", "no", "restricted"]),
			note: z.string().optional(),
		}),
		status: z.enum(["available", "needs-weights", "loaded", "error"]),
		reason: z.string().optional(),
		remedy: z.string().optional(),
		optionsSchema: z
			.unknown()
			.describe("JSON Schema (draft 2020-12) of the engine's own options"),
		typicalSeconds: z.number().optional(),
	})
	.meta({ id: "Engine" });
