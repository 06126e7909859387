import { z } from "zod";
import { LunarError } from "../../../core/errors.ts";
import { WEBHOOK_EVENTS } from "../../../service/job.ts";
import type { WebhookDelivery } from "../../../service/ports/webhook-outbox.ts";
import { redactUrl } from "../../../service/redact.ts";
import { ownerFilter } from "../caller.ts";
import type { App, ServerContext } from "../context.ts";
import { ERROR_ANSWERS, jobIdSchema } from "../schemas/common.ts";
import { ownJob } from "./jobs.ts";

const STATES = ["waiting", "delivered", "given-up"] as const;

type DeliveryView = Omit<WebhookDelivery, "secret" | "receiver">;

const deliverySchema: z.ZodType<DeliveryView> = z
	.object({
		id: z.string(),
		jobId: z.string(),
		type: z.enum(WEBHOOK_EVENTS),
		url: z.string(),
		form: z.enum(["standard", "callback"]),
		body: z.string(),
		createdAt: z.number(),
		state: z.enum(STATES),
		nextTryAt: z.number().optional(),
		tries: z.array(
			z.object({
				at: z.number(),
				durationMs: z.number(),
				status: z.number().optional(),
				error: z.string().optional(),
			}),
		),
	})
	.meta({ id: "WebhookDelivery" });

/** What receivers were told, and telling them again. */
export function registerWebhooks(app: App, context: ServerContext): void {
	const { outbox, now } = context;

	app.get(
		"/v1/webhooks/deliveries",
		{
			config: { scope: "read" },
			schema: {
				tags: ["webhooks"],
				summary: "Deliveries, newest first; all jobs' for admins",
				querystring: z.object({
					job: jobIdSchema.optional(),
					state: z.enum(STATES).optional(),
					limit: z.coerce.number().int().min(1).max(500).default(100),
				}),
				response: {
					200: z.object({ deliveries: z.array(deliverySchema) }),
					...ERROR_ANSWERS,
				},
			},
		},
		async (request) => {
			const { job, state, limit } = request.query;
			if (job !== undefined) await ownJob(context, job, request.caller);
			else if (ownerFilter(request.caller) !== undefined)
				throw new LunarError(
					"FORBIDDEN",
					"without ?job= this needs an API key with the scope admin",
				);
			const found = await outbox.list(
				{
					...(job === undefined ? {} : { jobId: job }),
					...(state === undefined ? {} : { state }),
				},
				limit,
			);
			return { deliveries: found.map(show) };
		},
	);

	app.post(
		"/v1/webhooks/deliveries/:id/replay",
		{
			config: { scope: "admin" },
			schema: {
				tags: ["webhooks"],
				summary: "Send one again, soon",
				params: z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) }),
				response: { 202: deliverySchema, ...ERROR_ANSWERS },
			},
		},
		async (request, reply) => {
			const delivery = await outbox.replay(request.params.id, now());
			if (delivery === undefined)
				throw new LunarError(
					"NOT_FOUND",
					`there is no delivery ${request.params.id}`,
				);
			return reply.code(202).send(show(delivery));
		},
	);
}

/** Without secrets, also those in the address. */
function show(delivery: WebhookDelivery): DeliveryView {
	const { id, jobId, type, form, body, createdAt, state, nextTryAt, tries } =
		delivery;
	return {
		id,
		jobId,
		type,
		url: redactUrl(delivery.url),
		form,
		body,
		createdAt,
		state,
		...(nextTryAt === undefined ? {} : { nextTryAt }),
		tries,
	};
}
