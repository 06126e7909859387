import { describe, expect, it } from "vitest";
import { bytesSource } from "./byte-source.ts";
import { tinyPath } from "./fixtures.test-support.ts";
import { openCheckpoint, readFloats } from "./open-checkpoint.ts";
import { readSafetensors } from "./read-safetensors.ts";

/** A file of this header and as many zero bytes. */
function file(
	header: unknown,
	dataBytes: number,
	claimed?: bigint,
): Uint8Array {
	const text = new TextEncoder().encode(
		typeof header === "string" ? header : JSON.stringify(header),
	);
	const bytes = new Uint8Array(8 + text.length + dataBytes);
	new DataView(bytes.buffer).setBigUint64(
		0,
		claimed ?? BigInt(text.length),
		true,
	);
	bytes.set(text, 8);
	return bytes;
}

const tensor = (shape: unknown, begin: number, end: number, dtype = "F32") => ({
	dtype,
	shape,
	data_offsets: [begin, end],
});

describe("readSafetensors", () => {
	it("lists tensors and where they lie", async () => {
		const bytes = file(
			{
				__metadata__: { origin: "test" },
				b: tensor([2], 4, 12),
				a: tensor([], 0, 4),
			},
			12,
		);
		const { tensors, metadata } = await readSafetensors(bytesSource(bytes));
		expect(metadata).toEqual({ origin: "test" });
		expect(tensors.get("b")).toMatchObject({
			shape: [2],
			offset: bytes.length - 8,
			byteLength: 8,
		});
		expect(tensors.get("a")?.shape).toEqual([]);
	});

	it("widens half precision", async () => {
		const half = await openCheckpoint(tinyPath("model_fp16.safetensors"));
		const full = await openCheckpoint(tinyPath("model.safetensors"));
		const name = "backbone.proj_in.weight";
		const [a, b] = [await readFloats(half, name), await readFloats(full, name)];
		expect(half.tensors.get(name)?.dtype).toBe("f16");
		expect(
			Math.max(...a.map((value, i) => Math.abs(value - b[i]) / Math.abs(b[i]))),
		).toBeLessThan(2 ** -11);
	});

	it.each([
		["a header longer than the file", file("{}", 0, 10n)],
		["a header of 2⁶³ bytes", file("{}", 0, 2n ** 63n)],
		["no JSON", file("{nope", 0)],
		["a list", file("[]", 0)],
		["an overlap", file({ a: tensor([2], 0, 8), b: tensor([2], 4, 12) }, 12)],
		["a gap", file({ a: tensor([1], 0, 4), b: tensor([1], 8, 12) }, 12)],
		["bytes behind the tensors", file({ a: tensor([1], 0, 4) }, 8)],
		["a cut file", file({ a: tensor([4], 0, 16) }, 12)],
		["a place of the wrong size", file({ a: tensor([2], 0, 4) }, 4)],
		["a negative size", file({ a: tensor([-1, -1], 0, 4) }, 4)],
		["a broken size", file({ a: tensor([0.5, 2], 0, 4) }, 4)],
		[
			"a product beyond all files",
			file({ a: tensor([2 ** 40, 2 ** 40], 0, 4) }, 4),
		],
		["a tensor that is a number", file({ a: 3 }, 0)],
	])("%s gives a typed error", async (_, bytes) => {
		await expect(readSafetensors(bytesSource(bytes))).rejects.toHaveProperty(
			"code",
			"CHECKPOINT_UNREADABLE",
		);
	});

	it("names a number type it does not know", async () => {
		await expect(
			readSafetensors(
				bytesSource(file({ a: tensor([1], 0, 1, "F8_E4M3") }, 1)),
			),
		).rejects.toMatchObject({
			code: "CHECKPOINT_REFUSED",
			message: expect.stringContaining("F8_E4M3"),
		});
	});
});
