import type { JobState } from "../api/types.ts";

export const JOB_STATES = [
	"queued",
	"running",
	"succeeded",
	"failed",
	"cancelled",
] as const satisfies readonly JobState[];
