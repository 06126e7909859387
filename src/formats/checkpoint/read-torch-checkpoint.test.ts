import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { zip } from "../zip.ts";
import { bytesSource } from "./byte-source.ts";
import type { TensorEntry } from "./checkpoint.ts";
import { tinyBytes, tinyPath } from "./fixtures.test-support.ts";
import { openCheckpoint, readFloats } from "./open-checkpoint.ts";
import { readCheckpointContents } from "./read-contents.ts";
import { readTensorData } from "./read-tensor-data.ts";

const read = (bytes: Uint8Array) => readCheckpointContents(bytesSource(bytes));

describe("readTorchCheckpoint", () => {
	const expected = JSON.parse(
		readFileSync(tinyPath("reader_expected.json"), "utf8"),
	) as Record<string, { dtype: string; shape: number[]; values: number[] }>;

	it.each(Object.keys(expected))("reads the variant %s", async (name) => {
		const bytes = tinyBytes("reader_torch213.ckpt");
		const { tensors } = await read(bytes);
		const entry = tensors.get(name) as TensorEntry;
		expect(entry.shape).toEqual(expected[name].shape);
		const data = await readTensorData(bytesSource(bytes), entry);
		expect(Array.from(data, Number)).toEqual(expected[name].values);
		expect(entry.contiguous).toBe(name !== "transposed");
	});

	it("finds the state dictionary and leaves its neighbours out", async () => {
		const { tensors } = await read(tinyBytes("reader_torch213.ckpt"));
		expect([...tensors.keys()]).toEqual(Object.keys(expected));
		const tied = [tensors.get("tied_a"), tensors.get("tied_b")];
		expect(tied[0]?.offset).toBe(tied[1]?.offset);
	});

	it("agrees with safetensors, number for number", async () => {
		const torch = await openCheckpoint(tinyPath("model.ckpt"));
		const safe = await openCheckpoint(tinyPath("model.safetensors"));
		expect([...torch.tensors.keys()].sort()).toEqual(
			[...safe.tensors.keys()].sort(),
		);
		for (const [name, entry] of torch.tensors) {
			expect(entry.shape).toEqual(safe.tensors.get(name)?.shape);
			expect(await readFloats(torch, name)).toEqual(
				await readFloats(safe, name),
			);
		}
	});

	it("refuses a pickle that names a function, by its name, and runs nothing", async () => {
		await expect(
			read(tinyBytes("reader_forbidden_global.ckpt")),
		).rejects.toMatchObject({
			code: "CHECKPOINT_REFUSED",
			message: expect.stringContaining("posix.system"),
		});
	});

	it("refuses the format from before 1.6", async () => {
		await expect(
			read(tinyBytes("reader_legacy_nonzip.ckpt")),
		).rejects.toMatchObject({
			code: "CHECKPOINT_REFUSED",
			message: expect.stringContaining("before 1.6"),
		});
	});

	it.each([
		["an instruction that builds objects", "\x80\x02\x81.", "REFUSED"],
		["a file without tensors", "\x80\x02}.", "MISMATCH"],
		["a pickle without an end", "\x80\x02}", "UNREADABLE"],
		["nothing at all", "", "UNREADABLE"],
		["a mark that is missing", "\x80\x02u.", "UNREADABLE"],
		["text longer than the file", "\x80\x02X\xff\xff\xff\xff.", "UNREADABLE"],
		["a call of something unnamed", "\x80\x02}(tR.", "REFUSED"],
		["a later protocol", "\x80\x09}.", "REFUSED"],
		[
			"a name that hides behind STACK_GLOBAL",
			"\x80\x04\x8c\x02os\x8c\x06system\x93.",
			"REFUSED",
		],
	])("%s gives a typed error", async (_, pickle, code) => {
		const archive = zip([
			{ name: "a/data.pkl", bytes: Uint8Array.from(pickle, charCode) },
		]);
		await expect(read(archive)).rejects.toMatchObject({
			code: `CHECKPOINT_${code}`,
		});
	});

	it("refuses big-endian numbers", async () => {
		const archive = zip([
			{ name: "a/data.pkl", bytes: Uint8Array.from("\x80\x02}.", charCode) },
			{ name: "a/byteorder", bytes: new TextEncoder().encode("big") },
		]);
		await expect(read(archive)).rejects.toMatchObject({
			code: "CHECKPOINT_REFUSED",
		});
	});

	it("does not blow up a tensor that repeats one number", async () => {
		const bytes = new Uint8Array(16);
		const entry: TensorEntry = {
			name: "bomb",
			dtype: "f32",
			shape: [2 ** 20, 2 ** 20],
			strides: [0, 0],
			offset: 0,
			byteLength: 4,
			contiguous: false,
		};
		await expect(
			readTensorData(bytesSource(bytes), entry),
		).rejects.toMatchObject({ code: "CHECKPOINT_REFUSED" });
	});
});

describe("damaged weight files", () => {
	const files = [
		"reader_torch213.ckpt",
		"reader_forbidden_global.ckpt",
		"torus_decoder.ckpt",
	];

	it.each(files)("%s, cut anywhere, gives a typed error", async (name) => {
		const bytes = tinyBytes(name);
		for (let length = 0; length < bytes.length; length += 37)
			await expect(read(bytes.subarray(0, length))).rejects.toHaveProperty(
				"code",
				expect.stringMatching(/^CHECKPOINT_/),
			);
	});

	it.each([...files, "safetensors"])(
		"%s with flipped bytes is read or refused, seed 5",
		async (name) => {
			const random = createRandom(5);
			const original =
				name === "safetensors" ? tinySafetensors() : tinyBytes(name);
			for (let round = 0; round < 1500; round++) {
				const bytes = original.slice();
				for (let flips = 1 + Math.floor(random() * 3); flips > 0; flips--)
					bytes[Math.floor(random() * bytes.length)] = random() * 256;
				await readAll(bytes);
			}
		},
	);

	async function readAll(bytes: Uint8Array): Promise<void> {
		try {
			const { tensors } = await read(bytes);
			for (const entry of tensors.values())
				await readTensorData(bytesSource(bytes), entry);
		} catch (error) {
			expect(error).toHaveProperty(
				"code",
				expect.stringMatching(/^CHECKPOINT_/),
			);
		}
	}
});

function tinySafetensors(): Uint8Array {
	const header = new TextEncoder().encode(
		'{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"BF16","shape":[],"data_offsets":[24,26]}}',
	);
	const bytes = new Uint8Array(8 + header.length + 26);
	new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
	bytes.set(header, 8);
	return bytes;
}

function charCode(char: string): number {
	return char.charCodeAt(0);
}
