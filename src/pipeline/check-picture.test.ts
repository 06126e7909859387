import { describe, expect, it } from "vitest";
import { createImage, createMask } from "../core/image.ts";
import type { Cutout } from "../core/photo.ts";
import { createRandom } from "../core/run-context.ts";
import { checkPicture } from "./check-picture.ts";

const SIZE = 512;

/** Discs of fine noise about a level, on black. */
function cutout(
	discs: readonly [x: number, y: number, r: number][],
	options: { level?: number; noise?: number; cell?: number } = {},
): Cutout {
	const { level = 128, noise = 60, cell = 2 } = options;
	const image = createImage(SIZE, SIZE);
	const mask = createMask(SIZE, SIZE);
	const random = createRandom(3);
	const grid = Float32Array.from(
		{ length: SIZE * SIZE },
		() => (random() - 0.5) * 2 * noise,
	);
	for (let y = 0; y < SIZE; y++)
		for (let x = 0; x < SIZE; x++) {
			const p = y * SIZE + x;
			// Bilinear noise: a large cell is what a blurred picture looks like.
			const u = x / cell;
			const v = y / cell;
			const i = Math.floor(u);
			const j = Math.floor(v);
			const at = (a: number, b: number) => grid[(b % SIZE) * SIZE + (a % SIZE)];
			const top = at(i, j) + (at(i + 1, j) - at(i, j)) * (u - i);
			const low = at(i, j + 1) + (at(i + 1, j + 1) - at(i, j + 1)) * (u - i);
			const value = level + top + (low - top) * (v - j);
			image.data.set([value, value, value, 255], p * 4);
			if (discs.some(([cx, cy, r]) => Math.hypot(x - cx, y - cy) < r))
				mask.data[p] = 255;
		}
	return {
		photo: {
			image,
			label: "a.png",
			source: {
				sha256: "",
				sizeBytes: 1,
				format: "png",
				width: SIZE,
				height: SIZE,
			},
		},
		mask,
		method: "alpha",
		confidence: 1,
	};
}

const codes = (c: Cutout) => checkPicture(c).map((n) => n.code);

describe("checkPicture", () => {
	it("has nothing to say about a good picture", () => {
		expect(codes(cutout([[256, 256, 180]]))).toEqual([]);
	});

	it("each warning has a remedy and names the picture", () => {
		for (const notice of checkPicture(
			cutout(
				[
					[0, 256, 60],
					[300, 256, 55],
				],
				{ level: 4, noise: 1 },
			),
		)) {
			expect(notice.remedy).toBeTruthy();
			expect(notice.label).toBe("a.png");
			expect(notice.message).toContain("a.png");
		}
	});

	it.each([
		["object-cut-off", cutout([[60, 256, 150]])],
		[
			"several-objects",
			cutout([
				[130, 256, 110],
				[390, 256, 90],
			]),
		],
		["object-tiny", cutout([[256, 256, 40]])],
		["picture-dark", cutout([[256, 256, 180]], { level: 12, noise: 10 })],
		["picture-bright", cutout([[256, 256, 180]], { level: 262, noise: 12 })],
		["picture-blurred", cutout([[256, 256, 180]], { cell: 40 })],
	] as const)("says %s and nothing else", (code, made) => {
		expect(codes(made)).toEqual([code]);
	});

	it("small crumbs are not a second object, one flat colour is not blur", () => {
		expect(
			codes(
				cutout([
					[256, 256, 150],
					[440, 440, 15],
				]),
			),
		).toEqual([]);
		expect(codes(cutout([[256, 256, 180]], { noise: 1 }))).toEqual([]);
	});

	it("the whole picture as object is not cut off", () => {
		const whole = { ...cutout([[256, 256, 999]]), method: "keep" } as const;
		expect(codes(whole)).toEqual([]);
	});
});
