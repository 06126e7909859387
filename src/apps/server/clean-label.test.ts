import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	cleanLabel,
	contentDisposition,
	distinctLabel,
} from "./clean-label.ts";

describe("cleanLabel", () => {
	it.each([
		["shoe.png", "shoe.png"],
		["../../etc/passwd", "passwd"],
		["C:\\Users\\me\\shoe.png", "shoe.png"],
		["/abs/olute.png", "olute.png"],
		["..", "x"],
		["", "x"],
		["a\0b\r\nSet-Cookie: c.png", "abSet-Cookie: c.png"],
		["\u202egnp.exe", "gnp.exe"],
		[" \t ", "x"],
		["Schuh — größe.png", "Schuh — größe.png"],
	])("%j becomes %j", (given, expected) => {
		expect(cleanLabel(given, "x")).toBe(expected);
	});

	it("keeps the extension of a long name", () => {
		const label = cleanLabel(`${"ü".repeat(400)}.jpeg`, "x");
		expect(label.length).toBe(120);
		expect(label.endsWith(".jpeg")).toBe(true);
	});

	it("is never a path, never empty, and clean twice is clean once", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary" }), (name) => {
				const label = cleanLabel(name, "x");
				expect(label).not.toMatch(/[/\\\0\r\n]|^\.*$/);
				expect(cleanLabel(label, "x")).toBe(label);
			}),
		);
	});
});

describe("distinctLabel", () => {
	it("counts before the extension", () => {
		const taken = new Set(["a.png", "a (2).png", "b"]);
		expect(distinctLabel("a.png", taken)).toBe("a (3).png");
		expect(distinctLabel("b", taken)).toBe("b (2)");
		expect(distinctLabel("c.png", taken)).toBe("c.png");
	});
});

describe("contentDisposition", () => {
	it("gives ASCII and UTF-8", () => {
		expect(contentDisposition("attachment", 'a"ß%.glb')).toBe(
			"attachment; filename=\"a___.glb\"; filename*=UTF-8''a%22%C3%9F%25.glb",
		);
	});

	it("is one safe header for any name", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary" }), (name) => {
				const header = contentDisposition("inline", name);
				expect(header).toMatch(
					/^inline; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\x21-\x7e]*$/,
				);
				expect(
					() => new Headers({ "content-disposition": header }),
				).not.toThrow();
			}),
		);
	});
});
