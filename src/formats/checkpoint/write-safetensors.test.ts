import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openCheckpoint, readTensor } from "./open-checkpoint.ts";
import { writeSafetensors } from "./write-safetensors.ts";

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "lunar-safetensors-"));
});
afterAll(() => rm(folder, { recursive: true }));

it("what is written is read back, large tensors at multiples of 64 bytes", async () => {
	const file = join(folder, "a.safetensors");
	const floats = Float32Array.from({ length: 32 }, (_, i) => i / 3);
	await writeSafetensors(
		file,
		[
			{
				name: "odd",
				dtype: "i8",
				shape: [3],
				bytes: () => Uint8Array.of(1, 2, 255),
			},
			{
				name: "even",
				dtype: "f32",
				shape: [4, 8],
				bytes: () => new Uint8Array(floats.buffer),
			},
			{ name: "none", dtype: "f32", shape: [0], bytes: () => new Uint8Array() },
		],
		{ origin: "test" },
	);
	const checkpoint = await openCheckpoint(file);
	expect(checkpoint.metadata).toEqual({ origin: "test" });
	expect(await readTensor(checkpoint, "odd")).toEqual(Int8Array.of(1, 2, -1));
	expect(await readTensor(checkpoint, "even")).toEqual(floats);
	expect(checkpoint.tensors.get("even")?.offset).toSatisfy(
		(offset: number) => offset % 64 === 0,
	);
	expect(checkpoint.tensors.get("none")?.shape).toEqual([0]);
});

it("leaves nothing behind when it fails", async () => {
	const own = await mkdtemp(join(folder, "own-"));
	await expect(
		writeSafetensors(
			join(own, "b.safetensors"),
			[
				{
					name: "short",
					dtype: "f32",
					shape: [2],
					bytes: () => new Uint8Array(4),
				},
			],
			{},
		),
	).rejects.toThrow(RangeError);
	expect(await readdir(own)).toEqual([]);
});
