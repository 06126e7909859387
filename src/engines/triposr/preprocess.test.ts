import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { LunarError } from "../../core/errors.ts";
import { createImage, createMask, type Image } from "../../core/image.ts";
import { resizeAntialias } from "../../kernel/image/resize-antialias.ts";
import { centreObject, conditionImage, onGrey } from "./preprocess.ts";

// Goldens: the official program's own arrays, see fixtures/triposr-tiny/README.md.
const golden = (name: string): Uint8Array<ArrayBuffer> =>
	new Uint8Array(
		readFileSync(
			new URL(`../../../fixtures/triposr-tiny/${name}`, import.meta.url),
		),
	);
const goldenFloats = (name: string): Float32Array =>
	new Float32Array(golden(name).buffer);

const SOURCE: Image = {
	width: 120,
	height: 90,
	data: new Uint8ClampedArray(golden("pre_input_rgba.u8.bin")),
};

describe("as the official program does it", () => {
	test("crop, square and air: every byte", () => {
		const square = centreObject(SOURCE, 0.85);
		expect([square.width, square.height]).toEqual([80, 80]);
		expect(Buffer.from(square.data)).toEqual(
			Buffer.from(golden("pre_foreground_rgba.u8.bin")),
		);
	});

	test("on grey: every byte", () => {
		const { rgb } = onGrey(centreObject(SOURCE, 0.85));
		expect(Buffer.from(rgb)).toEqual(
			Buffer.from(golden("pre_gray_rgb.u8.bin")),
		);
	});

	test("from picture and mask to the network's input, to 2e-7", () => {
		const mask = createMask(120, 90);
		for (let n = 0; n < mask.data.length; n++)
			mask.data[n] = SOURCE.data[n * 4 + 3];
		expectClose(
			conditionImage(SOURCE, mask, 64),
			goldenFloats("pre_cond_image.f32.bin"),
			2e-7,
		);
	});

	test("growing, not square, to 2e-7", () => {
		const bytes = golden("pre_small_rgb.u8.bin");
		expectClose(
			resizeAntialias(
				Float32Array.from(bytes, (v) => v / 255),
				28,
				40,
				3,
				64,
				64,
			),
			goldenFloats("pre_small_resized.f32.bin"),
			2e-7,
		);
	});
});

test("a mask that is everything leaves the picture whole", () => {
	const image = createImage(8, 8);
	for (let n = 0; n < 64; n++) image.data.set([n * 4, 10, 20, 255], n * 4);
	const mask = createMask(8, 8);
	mask.data.fill(255);
	const input = conditionImage(image, mask, 8);
	for (let n = 0; n < 64; n++)
		expect(input[n * 3]).toBeCloseTo((n * 4) / 255, 6);
});

test("soft edges of a found mask darken, those of a given alpha do not", () => {
	const at = (alpha: number): number => {
		const image = createImage(9, 9);
		image.data.fill(200);
		for (let n = 0; n < 81; n++) image.data[n * 4 + 3] = alpha;
		const mask = createMask(9, 9);
		mask.data.fill(128);
		return conditionImage(image, mask, 16)[(8 * 16 + 8) * 3];
	};
	expect(at(254)).toBeCloseTo((200 / 255) * 0.502 + 0.249, 2);
	expect(at(255)).toBeCloseTo((100 / 255) * 0.502 + 0.249, 2);
});

test("an object of a pixel is a typed error", () => {
	const image = createImage(20, 20);
	const mask = createMask(20, 20);
	for (const pixels of [[], [45], [45, 46]]) {
		mask.data.fill(0);
		for (const pixel of pixels) mask.data[pixel] = 255;
		try {
			conditionImage(image, mask, 16);
			expect.unreachable();
		} catch (error) {
			expect((error as LunarError).code).toBe("EMPTY_SHAPE");
		}
	}
});

function expectClose(
	got: Float32Array,
	wanted: Float32Array,
	tolerance: number,
): void {
	expect(got.length).toBe(wanted.length);
	let worst = 0;
	for (let n = 0; n < got.length; n++)
		worst = Math.max(worst, Math.abs(got[n] - wanted[n]));
	expect(worst).toBeLessThanOrEqual(tolerance);
}
