import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { plainRequest, someHash } from "../requests.test-support.ts";
import type { JobStore } from "./job-store.ts";
import type { ApiKey, KeyStore } from "./key-store.ts";

export interface OpenedKeys {
	readonly keys: KeyStore;
	/** Of the same database. */
	readonly jobs: JobStore;
	readonly close: () => Promise<void>;
}

/** What every KeyStore does. */
export function keyStoreContract(
	name: string,
	open: () => Promise<OpenedKeys>,
): void {
	describe(name, () => {
		let opened: OpenedKeys;
		let keys: KeyStore;
		beforeEach(async () => {
			opened = await open();
			keys = opened.keys;
		});
		afterEach(() => opened.close());
		const key: ApiKey = {
			id: "key_1",
			name: "shop",
			hash: "h",
			scopes: ["read", "submit"],
			createdAt: 5,
			requestsPerMinute: 10,
		};

		test("a key is found by its hash, until it is removed", async () => {
			await keys.add({ ...key, id: "key_2", hash: "other", createdAt: 9 });
			await keys.add(key);
			expect(await keys.findByHash("h")).toEqual(key);
			expect(await keys.findByHash("x")).toBeUndefined();
			await keys.touch("key_1", 77);
			expect(await keys.findByHash("h")).toEqual({ ...key, lastUsedAt: 77 });
			expect((await keys.list()).map(({ id }) => id)).toEqual([
				"key_1",
				"key_2",
			]);
			expect(await keys.remove("key_1")).toBe(true);
			expect(await keys.remove("key_1")).toBe(false);
			expect(await keys.findByHash("h")).toBeUndefined();
		});

		test("an owner pays once for each blob", async () => {
			const input = { sizeBytes: 100, label: "a" };
			for (const [id, sha256, owner] of [
				["1", someHash(1), "key_1"],
				["2", someHash(1), "key_1"],
				["3", someHash(2), "key_1"],
				["4", someHash(3), "other"],
			])
				await opened.jobs.add([
					{
						id,
						owner,
						request: plainRequest({ inputs: [{ ...input, sha256 }] }),
						workHash: "",
						sizeClass: "",
					},
				]);
			expect(await keys.usedBytes("key_1")).toBe(200);
			expect(await keys.usedBytes("nobody")).toBe(0);
		});
	});
}
