import { describe, expect, it } from "vitest";
import { safeRelativePath } from "./safe-relative-path.ts";

describe("safeRelativePath", () => {
	it.each([
		["a.png", "a.png"],
		["./train/r_0", "train/r_0"],
		["a//b/./c.png", "a/b/c.png"],
		["with space/ü.png", "with space/ü.png"],
		[".hidden/..a", ".hidden/..a"],
	])("keeps %s", (path, expected) => {
		expect(safeRelativePath(path)).toBe(expected);
	});

	it.each([
		"",
		".",
		"/etc/passwd",
		"../a.png",
		"a/../../b",
		"a/..",
		".. /a",
		"...",
		"..\\a",
		"a\\b.png",
		"C:a.png",
		"C:/a.png",
		"c:\\a.png",
		"\\\\host\\share",
		"//host/share",
		"file:///etc/passwd",
		"https://example.com/a.png",
		"data:text/plain,hi",
		"a.png\0.txt",
		"a\nb",
		"~/a",
		"a.png:stream",
		"x".repeat(2000),
	])("refuses %j", (path) => {
		expect(safeRelativePath(path)).toBeUndefined();
	});
});
