import { z } from "zod";
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
