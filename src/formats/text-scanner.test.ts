import { describe, expect, it } from "vitest";
import { createRandom } from "../core/run-context.ts";
import { TextScanner } from "./text-scanner.ts";

const scan = (text: string): TextScanner =>
	new TextScanner(new TextEncoder().encode(text));

describe("TextScanner", () => {
	it.each([
		"0",
		"-0.5",
		"+3",
		".25",
		"5.",
		"1e3",
		"1E-3",
		"-1.5e+2",
		"12345678901234567890",
		"0.00000000000000000001",
		"1e400",
		"1e-400",
		"00012",
	])("reads %s", (text) => {
		const value = scan(`${text} `).number();
		const expected = Number(text);
		if (Number.isFinite(expected))
			expect(Math.abs(value - expected)).toBeLessThanOrEqual(
				Math.abs(expected) * 1e-15,
			);
		else expect(value).toBe(expected);
	});

	it.each(["", "-", ".", "abc", "e5", "--1"])("stands still at %j", (text) => {
		const at = scan(text);
		expect(at.number()).toBeNaN();
		expect(at.at).toBe(0);
	});

	it("reads random floats as Number does, to float precision (seed 6)", () => {
		const random = createRandom(6);
		for (let k = 0; k < 20_000; k++) {
			const value = (random() - 0.5) * 10 ** (random() * 40 - 20);
			const text =
				k % 2 ? value.toExponential(Math.floor(random() * 17)) : String(value);
			const seen = scan(text).number();
			if (Math.fround(seen) !== Math.fround(Number(text)))
				expect(Math.abs(seen - Number(text))).toBeLessThanOrEqual(
					Math.abs(Number(text)) * 1e-15,
				);
		}
	});

	it("follows a line over a backslash and stops at its end", () => {
		const at = scan("1 \\\r\n 2 \\\n3\n4");
		expect([at.number(), at.number(), at.number()]).toEqual([1, 2, 3]);
		expect(at.atLineEnd()).toBe(true);
		expect(at.number()).toBeNaN();
		at.skipLine();
		expect(at.number()).toBe(4);
		expect(at.atLineEnd()).toBe(true);
		expect(at.done).toBe(true);
	});
});
