import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { RunOptionsInput } from "../src/pipeline/options.ts";
import {
	encode,
	FIGURE,
	folderWith,
	frontBeforeWall,
	frontPng,
	PLATE,
	rawPng,
	sideOf,
	withAnimationMark,
} from "./hostile-inputs.ts";
import {
	expectRefusal,
	expectSound,
	type Generated,
	generate,
} from "./hostile-run.ts";

/** One file through the whole path. */
function generateFrom(
	content: Uint8Array | string,
	options: RunOptionsInput = {},
): Promise<Generated> {
	return generate(`${folderWith({ "photo.png": content })}/photo.png`, options);
}

/** Share of pixels where two masks of one size differ. */
function maskDifference(a: Generated, b: Generated): number {
	const [one, two] = [a.cutouts[0].mask, b.cutouts[0].mask];
	expect([one.width, one.height]).toEqual([two.width, two.height]);
	let different = 0;
	for (let p = 0; p < one.data.length; p++)
		if (one.data[p] >= 128 !== two.data[p] >= 128) different++;
	return different / one.data.length;
}

describe("files that are no picture, or no whole one", () => {
	it.each<[string, string | Uint8Array, string, RegExp]>([
		["zero bytes", "", "FILE_EMPTY", /photo\.png has 0 bytes/],
		["a text", "hello, world\n", "PICTURE_UNSUPPORTED", /no known picture/],
		["HTML", "<!doctype html><p>404", "PICTURE_UNSUPPORTED", /an HTML page/],
		[
			"SVG",
			"<svg xmlns='http://www.w3.org/2000/svg'/>",
			"PICTURE_UNSUPPORTED",
			/an SVG/,
		],
		["PDF", "%PDF-1.7\n", "PICTURE_UNSUPPORTED", /a PDF/],
		["a model", "glTF\x02\0\0\0", "PICTURE_UNSUPPORTED", /a GLB model/],
		["a ZIP", "PK\x03\x04....", "PICTURE_UNSUPPORTED", /a ZIP/],
		[
			"random bytes",
			Uint8Array.from({ length: 999 }, (_, k) => k * 97),
			"PICTURE_UNSUPPORTED",
			/no known/,
		],
	])("refuses %s named .png", async (_, content, code, message) => {
		const error = await expectRefusal(
			generateFrom(content),
			code as never,
			message,
		);
		expect(error.message).toContain("photo.png");
	});

	it.each(["png", "jpeg", "webp"] as const)(
		"refuses a %s cut short at any place",
		async (format) => {
			const whole = await frontBeforeWall().toFormat(format).toBuffer();
			for (const share of [0.02, 0.3, 0.9])
				await expectRefusal(
					generateFrom(whole.subarray(0, Math.ceil(whole.length * share))),
					["PICTURE_CORRUPT", "PICTURE_UNSUPPORTED"],
					/photo\.png/,
				);
		},
	);

	it("refuses a header of 20 000 × 20 000 with the limit, at once", async () => {
		const startedMs = performance.now();
		await expectRefusal(
			generateFrom(rawPng(20_000, 20_000, new Uint8Array(64))),
			"PICTURE_TOO_MANY_PIXELS",
			/20000 × 20000 pixels.*50 megapixels/,
		);
		expect(performance.now() - startedMs).toBeLessThan(30_000);
	});

	it("survives a bomb: 49 megapixels of one grey in 50 KB", async () => {
		const before = process.memoryUsage.rss();
		await expectRefusal(
			generateFrom(rawPng(7000, 7000, new Uint8Array(7001 * 7000))),
			"NO_FOREGROUND",
			/photo\.png/,
		);
		expect(process.memoryUsage.rss() - before).toBeLessThan(700e6);
	});

	it.each([1, 15])("refuses a picture %i pixels high", async (height) => {
		await expectRefusal(
			generateFrom(rawPng(1, height, new Uint8Array(height * 2))),
			"PICTURE_TOO_SMALL",
			new RegExp(`1 × ${height} pixels, the limit is 16`),
		);
	});
});

describe("odd but readable files give the result of the plain one", () => {
	const plain = frontPng().then((png) => generateFrom(png, { texture: true }));

	it("the plain one is right", async () => {
		expectSound(await plain, { silhouetteIou: 0.95 });
		expect((await plain).report.foreground[0].method).toBe("alpha");
		expect((await plain).codes).toEqual([]);
	});

	it("named .jpg", async () => {
		const folder = folderWith({ "photo.jpg": await frontPng() });
		const made = await generate(`${folder}/photo.jpg`);
		expect(maskDifference(made, await plain)).toBe(0);
	});

	it.each<[string, (png: Buffer) => Promise<Buffer> | Buffer, number]>([
		["16-bit", (png) => sharp(png).toColourspace("rgb16").png().toBuffer(), 0],
		["palette", (png) => sharp(png).png({ palette: true }).toBuffer(), 0.01],
		[
			"grey and alpha",
			(png) => sharp(png).toColourspace("b-w").png().toBuffer(),
			0,
		],
		["WebP", (png) => sharp(png).webp({ quality: 95 }).toBuffer(), 0.003],
		["GIF", (png) => sharp(png).gif().toBuffer(), 0.01],
		["AVIF", (png) => sharp(png).avif({ quality: 95 }).toBuffer(), 0.01],
		["TIFF", (png) => sharp(png).tiff({ compression: "lzw" }).toBuffer(), 0],
		[
			"ICC profile",
			(png) => sharp(png).withIccProfile("p3").png().toBuffer(),
			0,
		],
		[
			"trailing rubbish",
			(png) => Buffer.concat([png, Buffer.from("PK\x03\x04<script>")]),
			0,
		],
	])("%s", async (_, change, tolerance) => {
		const made = await generateFrom(await change(await frontPng()));
		expect(maskDifference(made, await plain)).toBeLessThanOrEqual(tolerance);
		expectSound(made, { silhouetteIou: 0.94 });
	});

	it.each(["gif", "webp", "apng"] as const)(
		"the first frame of an animated %s, and says so",
		async (format) => {
			const first = sideOf("front");
			const frames = Buffer.from([...first.data, ...sideOf("left").data]);
			const animated =
				format === "apng"
					? withAnimationMark(await frontPng())
					: await sharp(frames, {
							raw: { width: 420, height: 840, channels: 4, pageHeight: 420 },
						})
							.toFormat(format, { quality: 95, delay: [50, 50] })
							.toBuffer();
			const made = await generateFrom(animated);
			expect(maskDifference(made, await plain)).toBeLessThan(0.01);
			expect(made.codes).toContain("picture-first-frame");
		},
	);

	it("CMYK JPEG and grey JPEG before a wall", async () => {
		const wall = await generateFrom(
			await frontBeforeWall().jpeg({ quality: 95 }).toBuffer(),
		);
		for (const space of ["cmyk", "b-w"] as const) {
			const made = await generateFrom(
				await frontBeforeWall()
					.toColourspace(space)
					.jpeg({ quality: 95 })
					.toBuffer(),
			);
			expect(maskDifference(made, wall)).toBeLessThan(0.02);
			expectSound(made, { silhouetteIou: 0.93 });
		}
	});

	it("all eight EXIF orientations", async () => {
		const upright = await encode(sideOf("front", 420))
			.extend({ left: 64, background: "#0000" })
			.png()
			.toBuffer();
		const expected = await generateFrom(upright);
		for (let orientation = 1; orientation <= 8; orientation++) {
			// What a camera held that way would have stored.
			const stored = sharp(upright);
			if ([2, 4, 5, 7].includes(orientation)) stored.flop();
			const turned = sharp(await stored.png().toBuffer()).rotate(
				[0, 0, 0, 180, 180, 270, 270, 90, 90][orientation],
			);
			const bytes = await turned.withMetadata({ orientation }).png().toBuffer();
			const made = await generateFrom(bytes);
			expect(maskDifference(made, expected)).toBe(0);
			expect(made.report.mesh.volume).toBe(expected.report.mesh.volume);
		}
	});
});

describe("foregrounds", () => {
	const flat = (background: string, width = 300, height = 300) =>
		sharp({ create: { width, height, channels: 4, background } })
			.png()
			.toBuffer();
	/** Painted with the alpha given at each pixel. */
	const withAlpha = (
		alpha: (x: number, y: number) => number,
		width = 300,
		height = width,
	) => {
		const data = new Uint8ClampedArray(width * height * 4);
		for (let p = 0; p < width * height; p++) {
			const x = p % width;
			const y = Math.floor(p / width);
			data.set(
				[
					90 + ((x * 37 + y * 91) % 120),
					120,
					60 + ((x * 11) % 90),
					alpha(x, y),
				],
				p * 4,
			);
		}
		return encode({ width, height, data }).png().toBuffer();
	};
	const disc = (cx: number, cy: number, r: number) => (x: number, y: number) =>
		Math.hypot(x + 0.5 - cx, y + 0.5 - cy) < r ? 255 : 0;

	it("refuses a picture that is transparent everywhere", async () => {
		await expectRefusal(
			generateFrom(await flat("#ff000000")),
			"NO_FOREGROUND",
			/photo\.png is transparent everywhere/,
		);
	});

	it.each(["#ffffff", "#000000", "#8040c0"])(
		"refuses an opaque picture of nothing but %s",
		async (colour) => {
			await expectRefusal(
				generateFrom(await flat(colour)),
				"NO_FOREGROUND",
				/nothing in photo\.png stands out/,
			);
		},
	);

	it("looks for the object itself where alpha means nothing", async () => {
		const opaque = await frontBeforeWall().ensureAlpha().raw().toBuffer();
		for (const alpha of [255, 254, 200]) {
			const data = new Uint8ClampedArray(opaque);
			for (let i = 3; i < data.length; i += 4) data[i] = alpha;
			const made = await generateFrom(
				await encode({ width: 420, height: 420, data }).png().toBuffer(),
			);
			expect(made.report.foreground[0].method).not.toBe("alpha");
			expectSound(made, { silhouetteIou: 0.93 });
		}
	});

	it("refuses an object of one pixel and names its share and the limit", async () => {
		await expectRefusal(
			generateFrom(
				await withAlpha((x, y) => (x === 150 && y === 150 ? 255 : 0)),
			),
			"NO_FOREGROUND",
			/covers 0\.001 % of photo\.png, the limit is 0\.05 %/,
		);
	});

	it.each<[string, (x: number, y: number) => number, string[]]>([
		["cut by one border", disc(40, 150, 90), ["object-cut-off"]],
		["touching all four borders", disc(150, 150, 190), ["object-cut-off"]],
		[
			"several",
			(x, y) => Math.max(disc(80, 90, 60)(x, y), disc(215, 210, 60)(x, y)),
			["several-objects"],
		],
		["tiny", disc(150, 150, 15), ["object-tiny"]],
		[
			"filling the picture",
			(x, y) => (x + y > 80 ? 255 : 0),
			["object-cut-off"],
		],
	])(
		"makes a solid of an object that is %s, and says so",
		async (_, alpha, codes) => {
			const made = await generateFrom(await withAlpha(alpha));
			expectSound(made, { silhouetteIou: 0.85 });
			expect(made.codes).toEqual(expect.arrayContaining(codes));
			for (const notice of made.notices)
				if (notice.severity === "warning")
					expect(notice.remedy?.length).toBeGreaterThan(10);
		},
	);

	it.each<[number, number]>([
		[3000, 40],
		[40, 3000],
	])("makes a solid of a picture of %i × %i", async (width, height) => {
		const made = await generateFrom(
			await withAlpha(
				(x, y) =>
					Math.abs(x / width - 0.5) < 0.45 && Math.abs(y / height - 0.5) < 0.3
						? 255
						: 0,
				width,
				height,
			),
			{ resolution: 160 },
		);
		expectSound(made, { silhouetteIou: 0.7 });
		expect(made.codes).toContain("picture-small");
	});

	it("ends soon on a checkerboard of thousands of specks", async () => {
		const startedMs = performance.now();
		const specks = await withAlpha((x, y) => (x & y & 4) * 63, 600);
		const made = await generateFrom(specks, { texture: true });
		expectSound(made, { silhouetteIou: 0 });
		expect(made.codes).toContain("several-objects");
		expect(performance.now() - startedMs).toBeLessThan(60_000);
	});

	it("ends soon on noise, and does not claim to have found much", async () => {
		const data = new Uint8ClampedArray(400 * 400 * 4);
		for (let i = 0, state = 1; i < data.length; i++) {
			state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
			data[i] = i % 4 === 3 ? 255 : state >>> 24;
		}
		const bytes = await encode({ width: 400, height: 400, data })
			.png()
			.toBuffer();
		const made = await generateFrom(bytes).catch((error) => error);
		if (made instanceof Error)
			await expectRefusal(Promise.reject(made), "NO_FOREGROUND", /photo\.png/);
		else expect(made.codes).toContain("mask-weak");
	});

	it.each<
		[string, (figure: ReturnType<typeof encode>) => ReturnType<typeof encode>]
	>([
		["picture-blurred", (figure) => figure.blur(9)],
		[
			"picture-dark",
			(figure) => figure.linear([0.08, 0.08, 0.08, 1], [0, 0, 0, 0]),
		],
		[
			"picture-bright",
			(figure) => figure.linear([1, 1, 1, 1], [230, 230, 230, 0]),
		],
	])("says %s, with a remedy", async (code, change) => {
		const bytes = await change(encode(sideOf("front", 512, FIGURE)))
			.png()
			.toBuffer();
		const made = await generateFrom(bytes);
		expect(made.codes).toContain(code);
		for (const { message, remedy } of made.notices) {
			expect(message).toContain("photo.png");
			expect(remedy).toBeTruthy();
		}
	});

	it("says picture-small", async () => {
		const made = await generateFrom(await frontPng(96));
		expect(made.codes).toContain("picture-small");
		expectSound(made, { silhouetteIou: 0.85 });
	});

	it("says several-objects for two parts apart", async () => {
		const bytes = await encode(sideOf("front", 420, PLATE))
			.png()
			.toBuffer();
		expect((await generateFrom(bytes)).codes).toContain("several-objects");
	});
});
