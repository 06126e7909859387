import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { planOutput } from "./output-plan.ts";

describe("planOutput", () => {
	it.each([
		[
			undefined,
			undefined,
			{
				folder: resolve("out/cow"),
				prefix: "",
				stem: "model",
				formats: ["glb"],
			},
		],
		[
			"here",
			"obj, PLY,obj",
			{
				folder: resolve("here"),
				prefix: "",
				stem: "model",
				formats: ["obj", "ply"],
			},
		],
		[
			"a/shoe.glb",
			undefined,
			{ folder: resolve("a"), prefix: "shoe.", stem: "shoe", formats: ["glb"] },
		],
		[
			"shoe.OBJ",
			"glb,obj",
			{
				folder: resolve("."),
				prefix: "shoe.",
				stem: "shoe",
				formats: ["obj", "glb"],
			},
		],
		[
			"v1.2",
			undefined,
			{ folder: resolve("v1.2"), prefix: "", stem: "model", formats: ["glb"] },
		],
	])("-o %s --format %s", (destination, formats, expected) => {
		expect(planOutput(destination, formats, "cow")).toEqual(expected);
	});

	it("makes a safe folder name of any title", () => {
		expect(planOutput(undefined, undefined, "../a b/ü?").folder).toBe(
			resolve("out/a-b-ü-"),
		);
		expect(planOutput(undefined, undefined, "...").folder).toBe(
			resolve("out/model"),
		);
	});

	it.each([
		["x.fbx", undefined],
		["x", "glb,fbx"],
		["x", " , "],
	])("refuses -o %s --format %s", (destination, formats) => {
		expect(() => planOutput(destination, formats, "cow")).toThrow(
			expect.objectContaining({ code: "OPTION_INVALID" }),
		);
	});
});
