import { LunarError } from "../../core/errors.ts";
import { megabytes, PICTURE_LIMITS } from "./limits.ts";

/** Throws REQUEST_TOO_LARGE when the files of one request are too large together. */
export function checkRequestSize(
	sizesBytes: readonly number[],
	limitBytes: number = PICTURE_LIMITS.requestBytes,
): void {
	let total = 0;
	for (const size of sizesBytes) total += size;
	if (total > limitBytes)
		throw new LunarError(
			"REQUEST_TOO_LARGE",
			`${sizesBytes.length} files have ${megabytes(total)} together, the limit is ${megabytes(limitBytes)}`,
		);
}
