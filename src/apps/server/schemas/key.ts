import { z } from "zod";
import type { NewApiKey } from "../../../service/make-api-key.ts";
import { type ApiKey, KEY_SCOPES } from "../../../service/ports/key-store.ts";

/** A key as it is shown: without its hash. */
export type KeyView = Omit<ApiKey, "hash">;

const limits = {
	requestsPerMinute: z.number().int().positive().optional(),
	concurrentJobs: z.number().int().positive().optional(),
	storageBytes: z.number().int().positive().optional(),
};
const time = z.number().int().min(0).max(8.64e15);

export const newKeySchema: z.ZodType<NewApiKey> = z
	.strictObject({
		name: z.string().trim().min(1).max(100),
		scopes: z.array(z.enum(KEY_SCOPES)).min(1).max(3),
		expiresAt: time.optional(),
		...limits,
	})
	.meta({ id: "NewKey" });

const keyShape = {
	id: z.string(),
	name: z.string(),
	scopes: z.array(z.enum(KEY_SCOPES)),
	createdAt: time,
	lastUsedAt: time.optional(),
	expiresAt: time.optional(),
	...limits,
};

export const keySchema: z.ZodType<KeyView> = z
	.object(keyShape)
	.meta({ id: "Key" });

export const madeKeySchema: z.ZodType<KeyView & { readonly key: string }> = z
	.object({
		key: z.string().describe("Kept nowhere: note it now"),
		...keyShape,
	})
	.meta({ id: "MadeKey" });
