import { describe, expect, it } from "vitest";
import { zip } from "../zip.ts";
import { bytesSource } from "./byte-source.ts";
import { readZipDirectory } from "./read-zip-directory.ts";

const text = (value: string) => new TextEncoder().encode(value);
const list = (bytes: Uint8Array) => readZipDirectory(bytesSource(bytes));
const sample = () =>
	zip([
		{ name: "a", bytes: text("first") },
		{ name: "b/c", bytes: text("second") },
	]);

describe("readZipDirectory", () => {
	it("finds the bytes of every file", async () => {
		const bytes = sample();
		const found = [...(await list(bytes)).values()].map((entry) => [
			entry.name,
			new TextDecoder().decode(
				bytes.subarray(entry.offset, entry.offset + entry.byteLength),
			),
		]);
		expect(found).toEqual([
			["a", "first"],
			["b/c", "second"],
		]);
	});

	it("understands ZIP64", async () => {
		const entries = await list(asZip64(sample()));
		expect(entries.get("b/c")?.byteLength).toBe(6);
	});

	it("finds its list behind a comment", async () => {
		const bytes = sample();
		const commented = new Uint8Array(bytes.length + 3);
		commented.set(bytes);
		commented[bytes.length - 2] = 3;
		expect((await list(commented)).size).toBe(2);
	});

	/** Byte 0 of the list's first record. */
	const central = (bytes: Uint8Array) =>
		new DataView(bytes.buffer).getUint32(bytes.length - 6, true);

	it.each([
		["compressed", 10, 8, "CHECKPOINT_REFUSED"],
		["encrypted", 8, 1, "CHECKPOINT_REFUSED"],
		["elsewhere than the list says", 42, 1, "CHECKPOINT_UNREADABLE"],
		["longer than the file", 26, 255, "CHECKPOINT_UNREADABLE"],
	])("refuses a file that is %s", async (_, field, value, code) => {
		const bytes = sample();
		bytes[central(bytes) + field] = value;
		await expect(list(bytes)).rejects.toHaveProperty("code", code);
	});

	it("refuses files that share bytes", async () => {
		const bytes = sample();
		const at = central(bytes);
		bytes[at + 20] = bytes[at + 24] = 44; // "first" now reaches into the second file
		await expect(list(bytes)).rejects.toHaveProperty(
			"code",
			"CHECKPOINT_REFUSED",
		);
	});

	it("refuses the same name twice", async () => {
		const bytes = zip([
			{ name: "a", bytes: text("1") },
			{ name: "a", bytes: text("2") },
		]);
		await expect(list(bytes)).rejects.toHaveProperty(
			"code",
			"CHECKPOINT_REFUSED",
		);
	});
});

/** The same archive, its first size and the places of its list moved into ZIP64 records. */
function asZip64(bytes: Uint8Array): Uint8Array {
	const view = new DataView(bytes.buffer);
	const end = bytes.length - 22;
	const start = view.getUint32(end + 16, true);
	const firstEnd = start + 46 + 1;
	const extra = new Uint8Array(4 + 16);
	const extraView = new DataView(extra.buffer);
	extraView.setUint16(0, 1, true);
	extraView.setUint16(2, 16, true);
	extraView.setBigUint64(4, BigInt(view.getUint32(start + 24, true)), true);
	extraView.setBigUint64(12, BigInt(view.getUint32(start + 20, true)), true);
	view.setUint32(start + 24, 0xffffffff, true);
	view.setUint32(start + 20, 0xffffffff, true);
	view.setUint16(start + 30, extra.length, true);
	const listBytes = end - start + extra.length;
	const tail = new Uint8Array(56 + 20 + 22);
	const tailView = new DataView(tail.buffer);
	tailView.setUint32(0, 0x06064b50, true);
	tailView.setBigUint64(32, 2n, true);
	tailView.setBigUint64(40, BigInt(listBytes), true);
	tailView.setBigUint64(48, BigInt(start), true);
	tailView.setUint32(56, 0x07064b50, true);
	tailView.setBigUint64(64, BigInt(start + listBytes), true);
	tailView.setUint32(76, 0x06054b50, true);
	tailView.setUint16(86, 0xffff, true);
	tailView.setUint32(88, 0xffffffff, true);
	tailView.setUint32(92, 0xffffffff, true);
	const out = new Uint8Array(start + listBytes + tail.length);
	out.set(bytes.subarray(0, firstEnd));
	out.set(extra, firstEnd);
	out.set(bytes.subarray(firstEnd, end), firstEnd + extra.length);
	out.set(tail, start + listBytes);
	return out;
}
