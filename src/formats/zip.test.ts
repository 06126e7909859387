import { unzipSync } from "three/addons/libs/fflate.module.js";
import { describe, expect, it } from "vitest";
import { crc32, zip } from "./zip.ts";

const text = (s: string): Uint8Array => new TextEncoder().encode(s);
const FILES = [
	{ name: "a.txt", bytes: text("hello") },
	{
		name: "folder/ü.bin",
		bytes: Uint8Array.from({ length: 1000 }, (_, i) => i),
	},
	{ name: "empty", bytes: new Uint8Array(0) },
];

describe("zip", () => {
	it.each([1, 4, 64])("is read by fflate, aligned to %d", (alignment) => {
		const archive = zip(FILES, { alignment });
		const read = unzipSync(archive);
		expect(Object.keys(read)).toEqual(FILES.map((file) => file.name));
		for (const { name, bytes } of FILES) expect(read[name]).toEqual(bytes);
	});

	it("begins every content at a multiple of 64, whatever the lengths of the names", () => {
		for (let length = 1; length <= 70; length++) {
			const archive = zip(
				[
					{ name: "n".repeat(length), bytes: text("abc") },
					{ name: "second", bytes: text("de") },
				],
				{ alignment: 64 },
			);
			const view = new DataView(archive.buffer);
			let at = 0;
			for (let k = 0; k < 2; k++) {
				expect(view.getUint32(at, true)).toBe(0x04034b50);
				const start =
					at +
					30 +
					view.getUint16(at + 26, true) +
					view.getUint16(at + 28, true);
				expect(start % 64).toBe(0);
				at = start + view.getUint32(at + 18, true);
			}
		}
	});

	it("knows the check value of CRC-32", () => {
		expect(crc32(text("123456789"))).toBe(0xcbf43926);
	});

	it("gives the same bytes for the same files", () => {
		expect(zip(FILES)).toEqual(zip(FILES));
	});
});
