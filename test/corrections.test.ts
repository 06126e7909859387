import { readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { ROOT, runLunar, scratchFolder } from "./run-lunar.ts";

// What a user says where the object was not found rightly: --mask, --box, --object.

const folder = scratchFolder();
const FIXTURES = join(ROOT, "fixtures/eval");
/** 320 × 600 pixels as displayed, stored lying on its side: a cow above, an avocado below. */
const desk = join(folder, "desk.jpg");

beforeAll(async () => {
	const part = (name: string, side: number): Promise<Buffer> =>
		sharp(join(FIXTURES, name, "photo.png"))
			.resize(side)
			.toBuffer();
	const upright = await sharp({
		create: { width: 320, height: 600, channels: 3, background: "#c8ccd2" },
	})
		.composite([
			{ input: await part("spot", 320), left: 0, top: 40 },
			{ input: await part("avocado", 230), left: 40, top: 360 },
		])
		.png()
		.toBuffer();
	await sharp(upright)
		.rotate(-90)
		.jpeg({ quality: 92 })
		.withMetadata({ orientation: 6 })
		.toFile(desk);
});

async function generate(
	name: string,
	...args: string[]
): Promise<{ codes: string[]; report: Report; out: string }> {
	const out = join(folder, name);
	const { code, err } = await runLunar(
		[
			"generate",
			desk,
			"--quality",
			"fast",
			"--engine",
			"relief",
			"-o",
			out,
		].concat(args),
	);
	expect(err).not.toContain("error");
	expect(code).toBe(0);
	const report = JSON.parse(readFileSync(join(out, "report.json"), "utf8"));
	const codes = report.notices.map((notice: { code: string }) => notice.code);
	return { codes, report, out };
}

interface Report {
	foreground: { method: string }[];
	manifest: {
		options: Record<string, unknown>;
		inputs: { mask?: string }[];
	};
}

/** Box of the white of a mask file: left, top, right, bottom. */
async function boxOf(file: string): Promise<number[]> {
	const { data, info } = await sharp(file)
		.greyscale()
		.raw()
		.toBuffer({ resolveWithObject: true });
	const xs: number[] = [];
	const ys: number[] = [];
	for (let p = 0; p < data.length; p++)
		if (data[p] >= 128) {
			xs.push(p % info.width);
			ys.push(Math.floor(p / info.width));
		}
	const min = (values: number[]): number =>
		values.reduce((a, b) => Math.min(a, b));
	const max = (values: number[]): number =>
		values.reduce((a, b) => Math.max(a, b));
	return [min(xs), min(ys), max(xs), max(ys)];
}

describe("lunar generate: corrections", () => {
	it("takes the object in a box of the picture as it is displayed, and its own mask back", async () => {
		const boxed = await generate("boxed", "--box", "60,370,190,220");
		const mask = join(boxed.out, "masks/desk.png");
		const [, top, right, bottom] = await boxOf(mask);
		expect(top).toBeGreaterThanOrEqual(370);
		expect(right).toBeLessThanOrEqual(250);
		expect(bottom - top).toBeGreaterThan(100);
		expect(boxed.report.manifest.options.box).toEqual([60, 370, 190, 220]);
		const page = readFileSync(join(boxed.out, "report.html"), "utf8");
		expect(page).toContain("What was taken as the object");

		const masked = await generate("masked", "--mask", mask);
		expect(masked.report.foreground[0].method).toBe("given");
		expect(masked.report.manifest.inputs[0].mask).toMatch(/^[0-9a-f]{64}$/);
		expect(readFileSync(join(masked.out, "masks/desk.png"))).toEqual(
			readFileSync(mask),
		);
	}, 300_000);

	it.each<[string, string[]]>([
		["OPTION_INVALID", ["--box", "1,2,3"]],
		["OPTION_INVALID", ["--box", "0,0,50,50", "--object", "2"]],
		["OPTION_INVALID", ["--box", "0,0,50,50", "--mask", desk]],
		["OPTION_INVALID", ["--object", "2", "--background", "keep"]],
		["INPUT_NOT_FOUND", ["--mask", join(folder, "none.png")]],
		["MASK_INVALID", ["--mask", join(FIXTURES, "spot/photo.png")]],
		["BOX_INVALID", ["--box", "600,0,50,50"]],
	])("refuses with %s: %j", async (code, args) => {
		const { code: exit, out } = await runLunar([
			"generate",
			desk,
			"--json",
			"-o",
			join(folder, "refused"),
			...args,
		]);
		expect(exit).toBe(2);
		expect(out).toContain(`"code":"${code}"`);
	});
});
