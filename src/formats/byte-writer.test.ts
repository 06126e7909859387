import { describe, expect, it } from "vitest";
import { createRandom } from "../core/run-context.ts";
import { ByteWriter } from "./byte-writer.ts";

function written(write: (out: ByteWriter) => void): string {
	const out = new ByteWriter(1);
	write(out);
	return new TextDecoder().decode(out.finish());
}

describe("ByteWriter", () => {
	it.each([
		[0, "0"],
		[-0, "0"],
		[1, "1"],
		[-1, "-1"],
		[0.5, "0.5"],
		[-0.25, "-0.25"],
		[123456.75, "123456.75"],
		[0.0000001, "1e-7"],
		[1e-9, "0"],
		[1 / 3, "0.3333333"],
		[0.99999999, "1"],
		[10.0000001, "10.0000001"],
		[1234567890, "1234567890"],
	])("writes %d as %s", (value, expected) => {
		expect(written((out) => out.number(value))).toBe(expected);
	});

	it.each([0, 9, 10, 99, 100, 65535, 4294967295])("writes %d", (value) => {
		expect(written((out) => out.integer(value))).toBe(String(value));
	});

	it("keeps 100,000 random floats to seven digits (seed 5)", () => {
		const random = createRandom(5);
		for (let k = 0; k < 100_000; k++) {
			const value = Math.fround((random() - 0.5) * 10 ** (random() * 16 - 7));
			const text = written((out) => out.number(value));
			const limit = Math.max(1e-7, Math.abs(value) * 1e-7);
			if (!(Math.abs(Number(text) - value) <= limit))
				expect(text).toBe(String(value));
		}
	});
});
