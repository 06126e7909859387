import type { z } from "zod";
import { LunarError } from "../core/errors.ts";
import { kebabCase } from "./kebab-case.ts";

/** Runs a schema over options; what is wrong becomes OPTION_INVALID with flag names. */
export function checkOptions<T>(schema: z.ZodType<T>, options: unknown): T {
	const result = schema.safeParse(options);
	if (result.success) return result.data;
	throw new LunarError("OPTION_INVALID", explainZod(result.error, options));
}

/** "--faces 50: Too small: expected number to be >=100". */
export function explainZod(error: z.ZodError, options: unknown): string {
	return error.issues
		.map((issue) => {
			const key = String(issue.path[0] ?? "");
			const given = (options as Record<string, unknown> | undefined)?.[key];
			return `--${kebabCase(key)} ${String(given)}: ${issue.message}`;
		})
		.join("; ");
}
