import { asLunarError, LunarError } from "../core/errors.ts";
import type { JobError } from "./job.ts";

/** Anything thrown, as a job keeps it. */
export function jobErrorOf(thrown: unknown): JobError {
	return asLunarError(thrown).toJSON();
}

export function timeLimit(seconds: number, which: string): LunarError {
	return new LunarError(
		"TIME_LIMIT",
		`the run took longer than ${seconds} s, its ${which} limit`,
	);
}
