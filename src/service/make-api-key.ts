import { createHash, randomBytes } from "node:crypto";
import type { ApiKey, KeyScope } from "./ports/key-store.ts";

/** What whoever makes a key decides. */
export interface NewApiKey {
	readonly name: string;
	readonly scopes: readonly KeyScope[];
	readonly expiresAt?: number | undefined;
	readonly requestsPerMinute?: number | undefined;
	readonly concurrentJobs?: number | undefined;
	readonly storageBytes?: number | undefined;
}

/** A new key, to be shown once, and the record of it, to be kept. */
export function makeApiKey(
	wanted: NewApiKey,
	now: number,
): { readonly key: string; readonly record: ApiKey } {
	const key = `lunar_${randomBytes(32).toString("base64url")}`;
	const given = Object.fromEntries(
		Object.entries(wanted).filter(([, value]) => value !== undefined),
	) as NewApiKey;
	return {
		key,
		record: {
			...(given as Omit<ApiKey, "id" | "hash" | "createdAt">),
			id: `key_${randomBytes(9).toString("hex")}`,
			hash: hashApiKey(key),
			createdAt: now,
		},
	};
}

/** How keys are kept and looked up. They are 256 random bits: a plain hash cannot be turned back. */
export function hashApiKey(key: string): string {
	return createHash("sha256").update(key).digest("hex");
}
