import { describe, expect, test } from "vitest";
import { ERRORS, type ErrorCode } from "../core/errors.ts";
import { callsForFailover, retryDelayMs } from "./retry-policy.ts";

const error = (code: ErrorCode): { code: ErrorCode; kind: string } => ({
	code,
	kind: ERRORS[code][0],
});
const delays = (code: ErrorCode, maxAttempts: number): (number | undefined)[] =>
	[1, 2, 3, 4].map((attempt) =>
		retryDelayMs(error(code), attempt, { maxAttempts }),
	);

describe("another attempt", () => {
	test("comes after twice as long each time, as often as the job allows", () => {
		expect(delays("HOST_LOST", 3)).toEqual([1000, 2000, undefined, undefined]);
		expect(delays("DISK_FULL", 10)).toEqual([1000, 2000, 4000, 8000]);
		expect(retryDelayMs(error("HOST_LOST"), 9, { maxAttempts: 10 })).toBe(
			256_000,
		);
	});

	test("comes once where the same is likely to happen again", () => {
		expect(delays("OUT_OF_MEMORY", 10).filter(Boolean)).toEqual([1000]);
		expect(delays("BUG", 10).filter(Boolean)).toEqual([1000]);
	});

	test("never comes for bad input, whatever the code", () => {
		for (const [code, [kind]] of Object.entries(ERRORS))
			if (kind === "invalid-input")
				expect(delays(code as ErrorCode, 10).filter(Boolean)).toEqual([]);
	});

	test.each(["WEIGHTS_MISSING", "TIME_LIMIT", "CANCELLED"] as const)(
		"never comes for %s",
		(code) => expect(delays(code, 10).filter(Boolean)).toEqual([]),
	);
});

test("another engine is called for trouble with the engine, not with the picture", () => {
	for (const code of [
		"WEIGHTS_MISSING",
		"ENGINE_CANNOT_RUN",
		"OUT_OF_MEMORY",
		"TIME_LIMIT",
		"HOST_LOST",
		"BUG",
	] as const)
		expect(callsForFailover(error(code)), code).toBe(true);
	for (const code of ["NO_FOREGROUND", "PICTURE_CORRUPT", "CANCELLED"] as const)
		expect(callsForFailover(error(code)), code).toBe(false);
});
