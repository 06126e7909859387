import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { collect, someHash } from "../requests.test-support.ts";
import type { BlobStorage } from "./blob-storage.ts";

export interface OpenedBlobs {
	readonly blobs: BlobStorage;
	/** What lies about that is no blob. */
	readonly leftovers: () => Promise<readonly string[]>;
	readonly close: () => Promise<void>;
}

/** What every BlobStorage does. */
export function blobStorageContract(
	name: string,
	open: () => Promise<OpenedBlobs>,
): void {
	describe(name, () => {
		let opened: OpenedBlobs;
		let blobs: BlobStorage;
		beforeEach(async () => {
			opened = await open();
			blobs = opened.blobs;
		});
		afterEach(async () => {
			expect(await opened.leftovers()).toEqual([]);
			await opened.close();
		});

		const read = async (
			...args: Parameters<BlobStorage["read"]>
		): Promise<string> =>
			Buffer.concat(await collect(await blobs.read(...args))).toString();

		test("bytes come back by their hash, wholly and in part", async () => {
			const put = await blobs.put(Buffer.from("hello"));
			expect(put).toEqual({
				sha256: createHash("sha256").update("hello").digest("hex"),
				sizeBytes: 5,
			});
			expect(await blobs.size(put.sha256)).toBe(5);
			expect(await read(put.sha256)).toBe("hello");
			expect(await read(put.sha256, { start: 1, end: 3 })).toBe("ell");
			expect(await readFile(await blobs.localPath(put.sha256), "utf8")).toBe(
				"hello",
			);
		});

		test("a stream of many chunks, and one of none", async () => {
			const parts = Array.from({ length: 50 }, () => randomBytes(10_000));
			const put = await blobs.put(streamOf(parts));
			expect(put.sizeBytes).toBe(500_000);
			expect(put.sha256).toBe(
				createHash("sha256").update(Buffer.concat(parts)).digest("hex"),
			);
			const empty = await blobs.put(streamOf([]));
			expect(empty.sizeBytes).toBe(0);
			expect(await read(empty.sha256)).toBe("");
		});

		test("the same bytes are kept once, also when put at the same time", async () => {
			const bytes = randomBytes(1000);
			const puts = await Promise.all(
				Array.from({ length: 8 }, () => blobs.put(bytes)),
			);
			const list = await collect(blobs.list());
			expect(list).toHaveLength(1);
			expect(list[0]).toMatchObject({
				sha256: puts[0].sha256,
				sizeBytes: 1000,
			});
			expect(Math.abs(Date.now() - list[0].modifiedAt)).toBeLessThan(60_000);
		});

		test("too much is refused, and nothing stays", async () => {
			await expect(
				blobs.put(streamOf([randomBytes(60), randomBytes(60)]), {
					maxBytes: 100,
				}),
			).rejects.toMatchObject({ code: "FILE_TOO_LARGE" });
			expect(await collect(blobs.list())).toEqual([]);
		});

		test("a stream that breaks leaves nothing", async () => {
			const broken = async function* (): AsyncIterable<Uint8Array> {
				yield randomBytes(10);
				throw new Error("cut");
			};
			await expect(blobs.put(broken())).rejects.toThrow("cut");
			expect(await collect(blobs.list())).toEqual([]);
		});

		test("removed is gone; twice does no harm; fresh ones may be kept", async () => {
			const { sha256 } = await blobs.put(Buffer.from("x"));
			expect(await blobs.remove(sha256, 60_000)).toBe(false);
			expect(await blobs.size(sha256)).toBe(1);
			expect(await blobs.remove(sha256)).toBe(true);
			expect(await blobs.remove(sha256)).toBe(true);
			expect(await blobs.size(sha256)).toBeUndefined();
			for (const ask of [blobs.read, blobs.localPath])
				await expect(ask(sha256)).rejects.toMatchObject({
					code: "BLOB_MISSING",
				});
		});

		test.each(["", "../../etc/passwd", "a".repeat(63), `${"a".repeat(64)}/`])(
			"%j is no blob",
			async (name) => {
				await expect(blobs.size(name)).rejects.toMatchObject({
					code: "BLOB_MISSING",
				});
				await expect(blobs.read(name)).rejects.toMatchObject({
					code: "BLOB_MISSING",
				});
			},
		);

		test("tells how much room there is", async () => {
			expect(await blobs.freeBytes()).toBeGreaterThan(0);
			expect(await blobs.size(someHash(7))).toBeUndefined();
		});
	});
}

async function* streamOf(
	parts: readonly Uint8Array[],
): AsyncIterable<Uint8Array> {
	yield* parts;
}
