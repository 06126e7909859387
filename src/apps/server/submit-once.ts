import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { Job } from "../../service/job.ts";
import type { BlobStorage } from "../../service/ports/blob-storage.ts";
import type { ServerContext } from "./context.ts";
import { createQuota } from "./quota.ts";

declare module "fastify" {
	interface FastifyContextConfig {
		/** Idempotency-Key is heeded: what was sent before is not refused for lack of room. */
		readonly once?: boolean;
	}
}

/** Headers of every request that makes jobs. */
export const onceHeaders: z.ZodType<{
	readonly "idempotency-key"?: string | undefined;
}> = z.object({
	"idempotency-key": z
		.string()
		.regex(/^[\x21-\x7e]{1,200}$/, "must be 1 to 200 visible ASCII characters")
		.optional()
		.describe(
			"Same key and same body: the same job, for 24 hours; same key and other body: 409. Sent while the first is still in work, it waits for that",
		),
});

/** Whose jobs they become, and under which key. */
export interface By {
	readonly owner: string;
	readonly idempotencyKey?: string;
	readonly bodyHash?: string;
}

/** The way of all new jobs: a request that was sent before gets its jobs back, another one has to fit into the quotas. */
export interface SubmitOnce {
	/** Whether the key of this request has made jobs before, with whatever body. */
	isRepeat(request: FastifyRequest): Promise<boolean>;
	/** Where the pictures of this request go: those of a repeat are only looked at. */
	blobsFor(request: FastifyRequest): Promise<Pick<BlobStorage, "put">>;
	/** `body`: what makes two requests the same. `make` is not called for a repeat. */
	run(
		request: FastifyRequest,
		asked: { readonly body: unknown; readonly count: number },
		make: (by: By) => Promise<readonly Job[]>,
	): Promise<{ readonly jobs: readonly Job[]; readonly isRepeat: boolean }>;
}

export function createSubmitOnce(context: ServerContext): SubmitOnce {
	const { service } = context;
	const quota = createQuota(context);
	/** The newest request of each key that is in work. */
	const inWork = new Map<string, Promise<unknown>>();

	/** One after the other for each key: the second finds what the first has made. */
	const inTurn = async <T>(
		name: string,
		work: () => Promise<T>,
	): Promise<T> => {
		const turn = (inWork.get(name) ?? Promise.resolve()).then(work, work);
		inWork.set(name, turn);
		try {
			return await turn;
		} finally {
			if (inWork.get(name) === turn) inWork.delete(name);
		}
	};

	const isRepeat: SubmitOnce["isRepeat"] = async (request) => {
		const idempotencyKey = keyOf(request);
		if (idempotencyKey === undefined) return false;
		const { owner } = request.caller;
		return (await service.known({ owner, idempotencyKey })) !== undefined;
	};

	return {
		isRepeat,
		async blobsFor(request) {
			return (await isRepeat(request)) ? { put: hashOnly } : service.blobs;
		},
		async run(request, { body, count }, make) {
			const { caller } = request;
			const { owner } = caller;
			const create = (by: By): Promise<readonly Job[]> =>
				quota.within(caller, count, () => make(by));
			const idempotencyKey = keyOf(request);
			if (idempotencyKey === undefined)
				return { jobs: await create({ owner }), isRepeat: false };
			const by = { owner, idempotencyKey, bodyHash: hashOf(body) };
			return inTurn(`${owner} ${idempotencyKey}`, async () => {
				const known = await service.known(by);
				return known
					? { jobs: known, isRepeat: true }
					: { jobs: await create(by), isRepeat: false };
			});
		},
	};
}

function keyOf({ headers }: FastifyRequest): string | undefined {
	const key = headers["idempotency-key"];
	return typeof key === "string" ? key : undefined;
}

/** Takes bytes as a storage does, and keeps none. */
async function hashOnly(
	bytes: AsyncIterable<Uint8Array> | Uint8Array,
): ReturnType<BlobStorage["put"]> {
	const hash = createHash("sha256");
	let sizeBytes = 0;
	for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) {
		hash.update(chunk);
		sizeBytes += chunk.length;
	}
	return { sha256: hash.digest("hex"), sizeBytes };
}

function hashOf(body: unknown): string {
	return createHash("sha256")
		.update(JSON.stringify(sorted(body)))
		.digest("hex");
}

/** Keys in order, so that two clients that write the same thing differently mean the same. */
function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([key, inner]) => [key, sorted(inner)]),
	);
}
