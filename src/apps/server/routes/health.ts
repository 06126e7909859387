import { z } from "zod";
import { VERSION } from "../../../pipeline/version.ts";
import type { App, ServerContext } from "../context.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";

/** For those who watch the process. Open to all: they tell nothing else. */
export function registerHealth(
	app: App,
	{ unready, now }: ServerContext,
	stopping: AbortSignal,
): void {
	app.get(
		"/health",
		{
			config: { rateLimit: false },
			schema: {
				tags: ["operation"],
				summary: "Whether the process lives",
				response: {
					200: z.object({
						status: z.literal("ok"),
						version: z.string(),
						now: z.number(),
					}),
					...ERROR_ANSWERS,
				},
			},
		},
		async () => ({ status: "ok" as const, version: VERSION, now: now() }),
	);

	const readiness = z.object({
		status: z.enum(["ready", "not-ready"]),
		reasons: z.array(z.string()),
	});
	app.get(
		"/ready",
		{
			config: { rateLimit: false },
			schema: {
				tags: ["operation"],
				summary: "Whether work should be sent here now",
				response: { ...ERROR_ANSWERS, 200: readiness, 503: readiness },
			},
		},
		async (_, reply) => {
			const reasons = stopping.aborted
				? ["the server is stopping"]
				: [...(await unready())];
			if (reasons.length === 0)
				return { status: "ready" as const, reasons: [] };
			return reply.code(503).send({ status: "not-ready" as const, reasons });
		},
	);
}
