import type { ErrorCode, ErrorKind } from "../core/errors.ts";
import type { Job, JobError } from "./job.ts";

/** Attempts that an error of this kind is worth, at most what the job allows. */
const ATTEMPTS: Readonly<Record<ErrorKind, number>> = {
	"invalid-input": 1,
	unavailable: 10,
	"resource-limit": 2,
	cancelled: 1,
	"not-found": 1,
	conflict: 1,
	denied: 1,
	"too-many": 10,
	internal: 2,
};

/** Asking again changes nothing before a person has done something. */
const HOPELESS: readonly ErrorCode[] = [
	"WEIGHTS_MISSING",
	"WEIGHTS_CORRUPT",
	"RUNTIME_MISSING",
	"BLOB_MISSING",
	"TIME_LIMIT",
	"ASSET_INVALID",
	"MESH_NOT_CLOSED",
];

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;

/** Milliseconds until the next attempt, doubled each time; undefined: it failed for good. */
export function retryDelayMs(
	error: Pick<JobError, "code" | "kind">,
	attempt: number,
	request: Pick<Job["request"], "maxAttempts">,
): number | undefined {
	if (HOPELESS.includes(error.code)) return undefined;
	const worth = ATTEMPTS[error.kind as ErrorKind];
	if (attempt >= Math.min(worth, request.maxAttempts)) return undefined;
	return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
}

/** Whether another engine may do better: this one cannot run here, or broke. */
export function callsForFailover({
	code,
	kind,
}: Pick<JobError, "code" | "kind">): boolean {
	return (
		code === "ENGINE_CANNOT_RUN" ||
		kind === "unavailable" ||
		kind === "resource-limit" ||
		kind === "internal"
	);
}
