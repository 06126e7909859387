import type { Config } from "./config.ts";
import type { Job } from "./job.ts";
import type { RunLimits } from "./run-engine.ts";

/** 'triposr=3600/4000': soft and hard limit in seconds. */
export const ENGINE_LIMIT: RegExp =
	/^([a-z0-9-]+)=(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/;

/** How long an engine may work on a job: what the job says, else what the operator says of the engine, or of all. */
export function createEngineLimits({
	softLimitSeconds,
	hardLimitSeconds,
	engineLimits,
}: Pick<
	Config["hosts"],
	"softLimitSeconds" | "hardLimitSeconds" | "engineLimits"
>): (engine: string, request: Job["request"]) => RunLimits {
	const byEngine = new Map<string, RunLimits>();
	for (const text of engineLimits) {
		const [, engine, soft, hard] = ENGINE_LIMIT.exec(text) ?? [];
		if (engine !== undefined)
			byEngine.set(engine, {
				softLimitSeconds: Number(soft),
				hardLimitSeconds: Number(hard),
			});
	}
	return (engine, request) => {
		// A job that asked for nothing has got what is for all.
		const isOwn =
			request.softLimitSeconds !== softLimitSeconds ||
			request.hardLimitSeconds !== hardLimitSeconds;
		return isOwn ? request : (byEngine.get(engine) ?? request);
	};
}
