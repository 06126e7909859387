import { expect, it } from "vitest";
import { close, dilate, erode, open } from "./morphology.ts";

const parse = (rows: string[]) =>
	Uint8Array.from(rows.join(""), (c) => (c === "#" ? 1 : 0));
const draw = (set: Uint8Array, width: number) =>
	Array.from({ length: set.length / width }, (_, y) =>
		[...set.subarray(y * width, (y + 1) * width)]
			.map((v) => (v ? "#" : "."))
			.join(""),
	);

it("grows by a disc, not a square", () => {
	const dot = parse([".....", ".....", "..#..", ".....", "....."]);
	expect(draw(dilate(dot, 5, 5, 2), 5)).toEqual([
		"..#..",
		".###.",
		"#####",
		".###.",
		"..#..",
	]);
	expect(draw(dilate(dot, 5, 5, 1.5), 5)).toEqual([
		".....",
		".###.",
		".###.",
		".###.",
		".....",
	]);
});

it("shrinks, but not from the border of the picture", () => {
	const half = parse(["###..", "###..", "###.."]);
	expect(draw(erode(half, 5, 3, 1), 5)).toEqual(["##...", "##...", "##..."]);
});

it("opening drops a hair, closing fills a crack", () => {
	const hair = parse([".......", ".####..", ".######", ".####..", "......."]);
	expect(open(hair, 7, 5, 1)[2 * 7 + 6]).toBe(0);
	const crack = parse(["######", "###.##", "######"]);
	expect(draw(close(crack, 6, 3, 1), 6)).toEqual([
		"######",
		"######",
		"######",
	]);
});
