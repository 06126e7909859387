import { z } from "zod";
import {
	BACKGROUND_MODES,
	type BackgroundMode,
} from "../../../pipeline/background-modes.ts";
import type { ForegroundView } from "../context.ts";
import { uploadIdSchema } from "./common.ts";

export interface UploadView {
	readonly id: string;
	readonly sha256: string;
	readonly sizeBytes: number;
	readonly label: string;
	readonly mimeType: string;
	/** Pixels by the header; left out where it is not read before the job. */
	readonly width?: number;
	readonly height?: number;
	readonly url: string;
}

export const uploadParams: z.ZodType<{ id: string }> = z.object({
	id: uploadIdSchema,
});

export const uploadsSchema: z.ZodType<{
	readonly uploads: readonly UploadView[];
}> = z.object({
	uploads: z.array(
		z
			.object({
				id: uploadIdSchema,
				sha256: z.string(),
				sizeBytes: z.number(),
				label: z.string(),
				mimeType: z.string(),
				width: z.number().int().optional(),
				height: z.number().int().optional(),
				url: z.string(),
			})
			.meta({ id: "Upload" }),
	),
});

export interface AddressBody {
	readonly url: string;
}

export const addressSchema: z.ZodType<AddressBody> = z
	.strictObject({
		url: z
			.url({ protocol: /^https?$/ })
			.max(2000)
			.describe("Where the picture lies; asked once, with nothing of ours"),
	})
	.meta({ id: "UploadAddress" });

export interface ForegroundBody {
	readonly box?: [number, number, number, number] | undefined;
	readonly mask?: string | undefined;
	readonly object?: number | undefined;
	readonly background?: BackgroundMode | undefined;
}

const pixels = z.number().min(0).max(100_000);

export const foregroundAskSchema: z.ZodType<ForegroundBody> = z
	.strictObject({
		box: z
			.array(pixels)
			.length(4)
			.describe("x, y, width, height in pixels: only this part is looked at")
			.optional() as unknown as z.ZodType<
			[number, number, number, number] | undefined
		>,
		mask: uploadIdSchema
			.optional()
			.describe("An upload that is the mask: white is the object"),
		object: z
			.number()
			.int()
			.min(1)
			.max(99)
			.optional()
			.describe(
				"Which of several objects, from 1, as the warning numbers them",
			),
		background: z.enum(BACKGROUND_MODES).optional(),
	})
	.meta({ id: "ForegroundAsk" });

export const foregroundSchema: z.ZodType<
	Omit<ForegroundView, "maskSha256"> & { readonly maskUrl: string }
> = z
	.object({
		maskUrl: z.string().describe("PNG, white is the object"),
		method: z.string(),
		confidence: z.number().min(0).max(1),
		notices: z.array(
			z.object({
				code: z.string(),
				severity: z.enum(["info", "warning"]),
				message: z.string(),
				remedy: z.string().optional(),
				label: z.string().optional(),
			}),
		),
		bounds: z
			.array(z.number())
			.length(4)
			.describe("x, y, width, height in pixels") as unknown as z.ZodType<
			readonly [number, number, number, number]
		>,
	})
	.meta({ id: "Foreground" });
