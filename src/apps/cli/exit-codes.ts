import type { ErrorKind } from "../../core/errors.ts";

/** What the shell sees. Listed in `lunar --help`. */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
	"invalid-input": 2,
	unavailable: 3,
	"resource-limit": 4,
	"not-found": 5,
	conflict: 6,
	denied: 7,
	"too-many": 8,
	internal: 70,
	cancelled: 130,
};
