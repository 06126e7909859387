import { z } from "zod";
import { LunarError } from "../../../core/errors.ts";
import { makeApiKey } from "../../../service/make-api-key.ts";
import { type ApiKey, KEY_SCOPES } from "../../../service/ports/key-store.ts";
import type { App, ServerContext } from "../context.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import {
	type KeyView,
	keySchema,
	madeKeySchema,
	newKeySchema,
} from "../schemas/key.ts";

/** API keys, and what the caller's own may do. */
export function registerKeys(
	app: App,
	{ keys, config, now }: ServerContext,
	keysRequired: boolean,
): void {
	app.get(
		"/v1/me",
		{
			config: { scope: "open" },
			schema: {
				tags: ["keys"],
				summary: "Who the server takes you for, and what you may do",
				response: {
					200: z.object({
						owner: z.string().describe("Empty without a key"),
						name: z.string().optional(),
						scopes: z.array(z.enum(KEY_SCOPES)),
						limits: z.object({
							requestsPerMinute: z.number(),
							concurrentJobs: z.number().optional(),
							storageBytes: z.number().optional(),
							maxFileBytes: z.number(),
							maxRequestBytes: z.number(),
							maxFiles: z.number(),
						}),
						keysRequired: z.boolean(),
					}),
					...ERROR_ANSWERS,
				},
			},
		},
		async ({ caller }) => {
			const { key } = caller;
			const storageBytes =
				key?.storageBytes ?? config.limits.storageBytesPerKey;
			return {
				owner: caller.owner,
				...(key ? { name: key.name } : {}),
				scopes: [...caller.scopes],
				limits: {
					requestsPerMinute:
						key?.requestsPerMinute ?? config.limits.requestsPerMinute,
					...(key
						? {
								concurrentJobs: key.concurrentJobs ?? config.limits.jobsPerKey,
								...(storageBytes === undefined ? {} : { storageBytes }),
							}
						: {}),
					maxFileBytes: config.uploads.maxFileBytes,
					maxRequestBytes: config.uploads.maxRequestBytes,
					maxFiles: config.uploads.maxFiles,
				},
				keysRequired,
			};
		},
	);

	app.get(
		"/v1/keys",
		{
			config: { scope: "admin" },
			schema: {
				tags: ["keys"],
				summary: "All keys, without what opens them",
				response: {
					200: z.object({ keys: z.array(keySchema) }),
					...ERROR_ANSWERS,
				},
			},
		},
		async () => ({ keys: (await keys.list()).map(show) }),
	);

	app.post(
		"/v1/keys",
		{
			config: { scope: "admin" },
			schema: {
				tags: ["keys"],
				summary: "Make a key; it is shown this once",
				body: newKeySchema,
				response: {
					201: madeKeySchema,
					...ERROR_ANSWERS,
				},
			},
		},
		async (request, reply) => {
			const { key, record } = makeApiKey(request.body, now());
			await keys.add(record);
			return reply.code(201).send({ key, ...show(record) });
		},
	);

	app.delete(
		"/v1/keys/:id",
		{
			config: { scope: "admin" },
			schema: {
				tags: ["keys"],
				summary: "Remove a key; its jobs stay",
				params: z.object({ id: z.string().regex(/^key_[0-9A-Za-z_-]{1,64}$/) }),
				response: { 204: z.null().describe("Removed"), ...ERROR_ANSWERS },
			},
		},
		async (request, reply) => {
			if (!(await keys.remove(request.params.id)))
				throw new LunarError(
					"NOT_FOUND",
					`there is no key ${request.params.id}`,
				);
			return reply.code(204).send(null);
		},
	);
}

function show({ hash: _, ...key }: ApiKey): KeyView {
	return key;
}
