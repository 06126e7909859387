import { LunarError } from "../../core/errors.ts";
import { megabytes } from "../../formats/picture/limits.ts";
import type { Caller } from "./caller.ts";
import type { ServerContext } from "./context.ts";

export interface Quota {
	/** Runs the work unless the caller's share of the queue or of the disk is used up. */
	within<T>(caller: Caller, count: number, work: () => Promise<T>): Promise<T>;
}

/** Limits per key: jobs queued and running at once, bytes kept. */
export function createQuota({ service, config, keys }: ServerContext): Quota {
	/** Submissions on their way, by owner: two at once may not both take the last place. */
	const onTheWay = new Map<string, number>();
	return {
		async within(caller, count, work) {
			const { owner, key } = caller;
			const before = onTheWay.get(owner) ?? 0;
			onTheWay.set(owner, before + count);
			try {
				const limit = key?.concurrentJobs ?? config.limits.jobsPerKey;
				if (owner !== "") {
					const { total } = await service.list(
						{ owner, states: ["queued", "running"] },
						1,
					);
					if (total + before + count > limit)
						throw new LunarError(
							"QUOTA_EXCEEDED",
							`${total + before} jobs of this key are queued or running, ${count} more were sent, the limit is ${limit}`,
						);
				}
				const bytesLimit =
					key?.storageBytes ?? config.limits.storageBytesPerKey;
				if (owner !== "" && bytesLimit !== undefined) {
					const used = await keys.usedBytes(owner);
					if (used >= bytesLimit)
						throw new LunarError(
							"QUOTA_EXCEEDED",
							`the jobs of this key keep ${megabytes(used)}, the limit is ${megabytes(bytesLimit)}`,
						);
				}
				return await work();
			} finally {
				const left = (onTheWay.get(owner) ?? 0) - count;
				if (left > 0) onTheWay.set(owner, left);
				else onTheWay.delete(owner);
			}
		},
	};
}
