import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkOptions } from "../check-options.ts";
import { describeFlags, flagsOf, optionsFrom, parseFlags } from "./flags.ts";

const schema = z.object({
	faceCount: z.number().int().min(100).optional().describe("How many"),
	level: z.enum(["low", "high"]).default("low").describe("How much"),
	texture: z.boolean().default(true).describe("A texture"),
	verbose: z.boolean().default(false).describe("More words"),
	size: z
		.union([z.literal(1), z.literal(2)])
		.optional()
		.describe("One of"),
});
const flags = flagsOf(schema);

describe("flags of a schema", () => {
	it("has one flag per option, in the schema's words", () => {
		expect(flags.map(({ name, type, value }) => [name, type, value])).toEqual([
			["face-count", "number", "N"],
			["level", "string", "low|high"],
			["texture", "boolean", undefined],
			["verbose", "boolean", undefined],
			["size", "number", "1|2"],
		]);
		expect(describeFlags(flags)).toContain("--no-texture");
		expect(describeFlags(flags)).toContain("How much (default low)");
	});

	it("reads a command line back into the options", () => {
		const { values, positionals } = parseFlags(
			["a.png", "--face-count", "200", "--no-texture", "--size=2", "b.png"],
			flags,
		);
		expect(positionals).toEqual(["a.png", "b.png"]);
		const options = optionsFrom(schema, values);
		expect(options).toEqual({ faceCount: 200, texture: false, size: 2 });
		expect(checkOptions(schema, options)).toEqual({
			faceCount: 200,
			level: "low",
			texture: false,
			verbose: false,
			size: 2,
		});
	});

	it.each<[string[], RegExp]>([
		[
			["--face-cout", "1"],
			/unknown option --face-cout; did you mean --face-count/,
		],
		[["--face", "1"], /unknown option --face; did you mean --face-count/],
		[["--completely-else"], /unknown option --completely-else$/],
		[["--face-count", "many"], /--face-count takes a number, not "many"/],
		[["--face-count"], /argument/],
	])("explains %j", (args, message) => {
		expect(() => parseFlags(args, flags)).toThrow(
			expect.objectContaining({
				code: "OPTION_INVALID",
				message: expect.stringMatching(message),
			}),
		);
	});

	it("reads several numbers, signs and all", () => {
		const box = flagsOf(
			z.object({ box: z.tuple([z.number(), z.number()]).optional() }),
		);
		expect(parseFlags(["--box=-5, 7.5"], box).values.box).toEqual([-5, 7.5]);
		for (const text of ["1,", "1,x", ""])
			expect(() => parseFlags([`--box=${text}`], box)).toThrow(
				expect.objectContaining({ code: "OPTION_INVALID" }),
			);
	});

	it.each([
		[{ faceCount: 5 }, /--face-count 5/],
		[{ level: "most" }, /--level most/],
		[{ size: 3 }, /--size 3/],
	])("names the flag and the value of %j", (options, message) => {
		expect(() => checkOptions(schema, options)).toThrow(
			expect.objectContaining({
				code: "OPTION_INVALID",
				message: expect.stringMatching(message),
			}),
		);
	});
});
