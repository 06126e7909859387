import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { blobStorageContract } from "../../service/ports/blob-storage.contract.ts";
import { openDiskBlobs } from "./blob-storage.ts";

blobStorageContract("blobs on disk", async () => {
	const folder = mkdtempSync(join(tmpdir(), "lunar-blobs-"));
	return {
		blobs: await openDiskBlobs(folder),
		leftovers: async () => readdirSync(join(folder, "staged")),
		close: async () => rmSync(folder, { recursive: true }),
	};
});

test("what a process left half written an hour ago is swept", async () => {
	const folder = mkdtempSync(join(tmpdir(), "lunar-blobs-"));
	await openDiskBlobs(folder);
	const [old, young] = ["old", "young"].map((name) =>
		join(folder, "staged", name),
	);
	await writeFile(old, "x");
	await writeFile(young, "x");
	const before = Date.now() / 1000 - 4000;
	await utimes(old, before, before);
	await openDiskBlobs(folder);
	expect(readdirSync(join(folder, "staged"))).toEqual(["young"]);
	rmSync(folder, { recursive: true });
});

test("a blob that is put once more counts as fresh", async () => {
	const folder = mkdtempSync(join(tmpdir(), "lunar-blobs-"));
	const blobs = await openDiskBlobs(folder);
	const { sha256 } = await blobs.put(Buffer.from("x"));
	const path = await blobs.localPath(sha256);
	await utimes(path, 1, 1);
	await blobs.put(Buffer.from("x"));
	expect(statSync(path).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
	rmSync(folder, { recursive: true });
});

test.skipIf(process.getuid?.() === 0)(
	"a folder that may not be written is named",
	async () => {
		const folder = mkdtempSync(join(tmpdir(), "lunar-blobs-"));
		const blobs = await openDiskBlobs(folder);
		chmodSync(join(folder, "staged"), 0o500);
		await expect(blobs.put(Buffer.from("x"))).rejects.toMatchObject({
			code: "STORE_UNWRITABLE",
		});
		chmodSync(join(folder, "staged"), 0o700);
		rmSync(folder, { recursive: true });
	},
);
