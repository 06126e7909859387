import { z } from "zod";
import { ERRORS, type ErrorCode } from "../../../core/errors.ts";
import type { App, ServerContext, WeightsView } from "../context.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";

const weightsSchema: z.ZodType<WeightsView> = z
	.object({
		name: z.string(),
		title: z.string(),
		files: z.array(z.object({ path: z.string(), sizeBytes: z.number() })),
		sizeBytes: z.number(),
		licence: z.string(),
		commercial: z.enum(["yes", "no", "restricted"]),
		status: z.enum(["ready", "missing", "partial", "corrupt", "downloading"]),
		progress: z.number().min(0).max(1).optional(),
		problem: z.string().optional(),
		error: z
			.object({
				code: z.enum(Object.keys(ERRORS) as [ErrorCode]),
				message: z.string(),
			})
			.optional(),
	})
	.meta({ id: "Weights" });
const weightsParams = z.object({
	name: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/),
});

/** Files that learned engines need. */
export function registerWeights(app: App, { weights }: ServerContext): void {
	app.get(
		"/v1/weights",
		{
			config: { scope: "read" },
			schema: {
				tags: ["engines"],
				summary: "What learned engines need, and what of it is here",
				response: {
					200: z.object({ weights: z.array(weightsSchema) }),
					...ERROR_ANSWERS,
				},
			},
		},
		async () => ({ weights: [...(await weights.list())] }),
	);

	app.post(
		"/v1/weights/:name/pull",
		{
			config: { scope: "admin" },
			schema: {
				tags: ["engines"],
				summary: "Start a download; GET /v1/weights tells how far it is",
				params: weightsParams,
				response: { 202: weightsSchema, ...ERROR_ANSWERS },
			},
		},
		async (request, reply) =>
			reply.code(202).send(await weights.pull(request.params.name)),
	);

	app.delete(
		"/v1/weights/:name",
		{
			config: { scope: "admin" },
			schema: {
				tags: ["engines"],
				summary: "Remove the files; a running download ends",
				params: weightsParams,
				response: { 204: z.null().describe("Removed"), ...ERROR_ANSWERS },
			},
		},
		async (request, reply) => {
			await weights.remove(request.params.name);
			return reply.code(204).send(null);
		},
	);
}
