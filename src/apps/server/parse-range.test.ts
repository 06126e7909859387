import { expect, it } from "vitest";
import { parseRange } from "./parse-range.ts";

it.each([
	["bytes=0-0", { start: 0, end: 0 }],
	["bytes=2-", { start: 2, end: 9 }],
	["bytes=2-100", { start: 2, end: 9 }],
	["bytes=-3", { start: 7, end: 9 }],
	["bytes=-100", { start: 0, end: 9 }],
	["bytes=10-", "bad"],
	["bytes=-0", "bad"],
	["bytes=5-2", undefined],
	["bytes=0-1,3-4", undefined],
	["bytes=a-b", undefined],
	["bytes=-", undefined],
	["items=0-1", undefined],
	["bytes=99999999999999999999-", undefined],
	[undefined, undefined],
])("%s of 10 bytes is %j", (header, expected) => {
	expect(parseRange(header, 10)).toEqual(expected);
});

it("says of an empty file that nothing can be had", () => {
	expect(parseRange("bytes=0-", 0)).toBe("bad");
	expect(parseRange("bytes=-5", 0)).toBe("bad");
});
