import { z } from "zod";
import {
	ERRORS,
	type ErrorCode,
	type ErrorKind,
} from "../../../core/errors.ts";
import { ERROR_STATUSES, type Problem } from "../problem.ts";

const KINDS = [
	"invalid-input",
	"unavailable",
	"resource-limit",
	"cancelled",
	"not-found",
	"conflict",
	"denied",
	"too-many",
	"internal",
] as const satisfies readonly ErrorKind[];

export const problemSchema: z.ZodType<Problem> = z
	.object({
		type: z.string().describe("Relative to the server; one per code"),
		title: z.string(),
		status: z.number().int(),
		detail: z.string().describe("Names the value seen and the limit"),
		code: z.enum(Object.keys(ERRORS) as [ErrorCode]),
		kind: z.enum(KINDS),
		hint: z.string().describe("What to do about it"),
		step: z.string().optional(),
		errors: z
			.array(
				z.object({
					field: z.string(),
					message: z.string(),
					limit: z.union([z.string(), z.number()]).optional(),
					seen: z
						.union([z.string(), z.number(), z.boolean(), z.null()])
						.optional(),
				}),
			)
			.optional(),
		instance: z.string().describe("Id of the request, as in the log"),
	})
	.meta({ id: "Problem", description: "RFC 9457 problem details" });

/** Answers that every route may give when something is wrong. */
export const ERROR_ANSWERS: Readonly<Record<number, unknown>> =
	Object.fromEntries(
		ERROR_STATUSES.map((status) => [
			status,
			{
				description: "Problem details",
				content: { "application/problem+json": { schema: problemSchema } },
			},
		]),
	);

/** Bytes: a picture, a model, a page. */
export function bytesAnswer(description: string, type: string): unknown {
	return {
		description,
		content: {
			[type]: { schema: z.any().meta({ type: "string", format: "binary" }) },
		},
	};
}

export const jobIdSchema: z.ZodType<string> = z
	.string()
	.regex(/^job_[0-9A-HJKMNP-TV-Z]{26}$/);
export const jobParams: z.ZodType<{ id: string }> = z.object({
	id: jobIdSchema,
});
export const uploadIdSchema: z.ZodType<string> = z
	.string()
	.regex(/^upl_[0-9a-f]{64}$/);

/** ?a=1&a=2 or ?a=1,2. */
export function listOf<T>(item: z.ZodType<T, string>): z.ZodType<T[], unknown> {
	return z.preprocess(
		(value) =>
			value === undefined
				? []
				: [value].flat().flatMap((text) => String(text).split(",")),
		z.array(item).max(50),
	);
}

/** "true" or "false" in a query or a form. */
export const flagSchema: z.ZodType<boolean, "true" | "false" | "1" | "0"> = z
	.enum(["true", "false", "1", "0"])
	.transform((text) => text === "true" || text === "1");
