import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Image } from "../src/core/image.ts";
import { VIEW_NAMES, type ViewName } from "../src/core/view.ts";
import { sphere } from "../src/kernel/mesh/shapes.ts";
import {
	encode,
	folderWith,
	frontPng,
	PLATE,
	sideOf,
	sidePngs,
} from "./hostile-inputs.ts";
import {
	expectRefusal,
	expectSound,
	type Generated,
	generate,
} from "./hostile-run.ts";

const SIX = Object.fromEntries(
	VIEW_NAMES.map((name) => [name, sideOf(name, 240)]),
) as Record<ViewName, Image>;
const side = (name: ViewName): Image => SIX[name];

/** Left and right exchanged, top and bottom exchanged. */
function turned(
	{ width, height, data }: Image,
	flop: boolean,
	flip: boolean,
): Image {
	const out = new Uint8ClampedArray(data.length);
	for (let p = 0; p < width * height; p++) {
		const x = p % width;
		const y = (p - x) / width;
		const to = (flip ? height - 1 - y : y) * width + (flop ? width - 1 - x : x);
		out.set(data.subarray(p * 4, p * 4 + 4), to * 4);
	}
	return { width, height, data: out };
}

function sized(image: Image, width: number): Promise<Buffer> {
	return encode(image).resize(width).png().toBuffer();
}

/** What a user reads: the error, or the notices of the result. */
async function saidOf(work: Promise<Generated>): Promise<string> {
	const made = await work.catch((error: Error) => error);
	return made instanceof Error
		? `${(made as { code?: string }).code}: ${made.message}`
		: made.notices.map(({ code, message }) => `${code}: ${message}`).join("\n");
}

describe("named views", () => {
	it("the plain six are right", async () => {
		const made = await generate(folderWith(await sidePngs(VIEW_NAMES, side)), {
			texture: true,
		});
		expectSound(made, { silhouetteIou: 0.93 });
		expect(made.codes.filter((code) => code.startsWith("views"))).toEqual([]);
	});

	it("mixed sizes and very different resolutions are right too", async () => {
		const folder = folderWith({
			"front.png": await sized(SIX.front, 1500),
			"right.png": await sized(SIX.right, 90),
			"back.png": await sized(SIX.back, 333),
			"top.png": await sized(SIX.top, 700),
		});
		const made = await generate(folder);
		expectSound(made, { silhouetteIou: 0.9 });
		expect(made.codes).toContain("picture-small");
	});

	it.each<[string, Partial<Record<ViewName, Image>>, RegExp]>([
		[
			"another object's back",
			{ back: sideOf("back", 240, PLATE) },
			/view-left-out: back\.png .*fits nowhere/,
		],
		[
			"a mirrored right side",
			{ right: turned(SIX.right, true, false) },
			/view-left-out: right\.png .*mirrored/,
		],
		[
			"an upside-down back",
			{ back: turned(SIX.back, true, true) },
			/view-left-out: back\.png .*turned by 180°/,
		],
		[
			"front and top swapped",
			{ front: SIX.top, top: SIX.front },
			/views-exchanged: front\.png and top\.png/,
		],
		[
			"left and right swapped",
			{ left: SIX.right, right: SIX.left },
			/views-exchanged: right\.png and left\.png/,
		],
	])("names the view where the six hold %s", async (_, wrong, said) => {
		const folder = folderWith(
			await sidePngs(VIEW_NAMES, (name) => wrong[name] ?? SIX[name]),
		);
		expect(await saidOf(generate(folder))).toMatch(said);
	});

	it("refuses silhouettes that never meet", async () => {
		// At the left of one picture and at the right of the other, seen from the same axis.
		const blob = (cx: number): Image => {
			const data = new Uint8ClampedArray(300 * 300 * 4);
			for (let p = 0; p < 300 * 300; p++)
				if (Math.hypot((p % 300) - cx, Math.floor(p / 300) - 150) < 40)
					data.set([200, 90, 40, 255], p * 4);
			return { width: 300, height: 300, data };
		};
		const image = Buffer.from(await encode(blob(60)).png().toBuffer());
		const pose = (eye: number[]) => [
			[1, 0, 0, eye[0]],
			[0, 1, 0, eye[1]],
			[0, 0, 1, eye[2]],
		];
		const folder = folderWith({
			"a.png": image,
			"b.png": image,
			"cameras.json": JSON.stringify({
				width: 300,
				height: 300,
				focal: 400,
				views: [
					{ file: "a.png", c2w: pose([0, 0, 2.5]) },
					{ file: "b.png", c2w: pose([3, 0, 2.5]) },
				],
			}),
		});
		await expectRefusal(
			generate(folder),
			"EMPTY_SHAPE",
			/no point .* inside all 2 silhouettes/,
		);
	});

	it.each<[ViewName, ViewName]>([
		["front", "back"],
		["front", "right"],
		["top", "front"],
	])("%s and %s alone make a solid", async (a, b) => {
		const made = await generate(folderWith(await sidePngs([a, b], side)));
		expectSound(made, { silhouetteIou: 0.9 });
		expect(made.codes.includes("hull-unbounded")).toBe(b === "back");
	});

	it("does not call an object tiny that is only short seen end-on", async () => {
		const rod = sphere(24, 32, 0.1);
		for (let p = 2; p < rod.positions.length; p += 3) rod.positions[p] *= 4.5;
		const mesh = {
			...rod,
			colors: new Float32Array((rod.positions.length / 3) * 4).fill(0.4),
		};
		const made = await generate(
			folderWith(
				await sidePngs(["front", "right"], (name) => sideOf(name, 500, mesh)),
			),
		);
		expectSound(made, { silhouetteIou: 0.85 });
		expect(made.codes).not.toContain("object-tiny");
	});

	it("tells a picture that was given for two sides", async () => {
		const png = await frontPng(240);
		const folder = folderWith({
			"front.png": png,
			"back.png": png,
			"right.png": await sized(SIX.right, 240),
		});
		const made = await generate(folder);
		const repeated = made.notices.find(
			({ code }) => code === "picture-repeated",
		);
		expect(repeated?.message).toContain("front.png");
		expect(repeated?.message).toContain("back.png");
		expect(repeated?.remedy).toBeTruthy();
	});

	it("takes one file for two sides, given twice by the same path", async () => {
		const folder = folderWith(await sidePngs(["front"], side));
		const path = join(folder, "front.png");
		const made = await generate({ named: { front: path, back: path } });
		expect(made.codes).toContain("picture-repeated");
		expectSound(made, { silhouetteIou: 0.8 });
	});

	it("refuses a side given twice, and pictures without a side", async () => {
		const png = await frontPng(96);
		await expectRefusal(
			generate(folderWith({ "front.png": png, "shoe-front.png": png })),
			"VIEW_NAME_DUPLICATE",
			/front\.png and shoe-front\.png are given as front/,
		);
		await expectRefusal(
			generate(folderWith({ "a.png": png, "b.png": png })),
			"NO_INPUT",
			/a\.png.*needs a side/,
		);
		await expectRefusal(
			generate(folderWith({ "a.png": png, "front.png": png })),
			"NO_INPUT",
			/a\.png.*needs a side/,
		);
	});

	it("says which pictures of a folder were left out", async () => {
		const folder = folderWith(await sidePngs(["front", "right"], side));
		writeFileSync(join(folder, "holiday.png"), await frontPng(96));
		const made = await generate(folder);
		expect(made.report.perView).toHaveLength(2);
		expect(
			made.notices.find(({ code }) => code === "picture-left-out")?.message,
		).toContain("holiday.png");
	});

	it("refuses one empty view by name", async () => {
		const empty = {
			width: 240,
			height: 240,
			data: new Uint8ClampedArray(240 * 240 * 4),
		};
		const folder = folderWith(
			await sidePngs(VIEW_NAMES, (name) =>
				name === "left" ? empty : SIX[name],
			),
		);
		await expectRefusal(
			generate(folder),
			"NO_FOREGROUND",
			/left\.png is transparent everywhere/,
		);
	});
});
