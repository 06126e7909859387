import { expect, it } from "vitest";
import { createImage } from "../../core/image.ts";
import { edgeMatte } from "./edge-matte.ts";
import { resizeImage } from "./resize.ts";
import { linearToSrgb, SRGB_TO_LINEAR } from "./srgb.ts";

const SIZE = 240;
const RADIUS = 80.3;

/** Exact enough coverage of a disc: 8 × 8 samples a pixel. */
function coverage(x: number, y: number): number {
	let hits = 0;
	for (let j = 0; j < 8; j++)
		for (let i = 0; i < 8; i++)
			if (
				Math.hypot(x + (i + 0.5) / 8 - 120.2, y + (j + 0.5) / 8 - 119.7) <
				RADIUS
			)
				hits++;
	return hits / 64;
}

/** A red disc mixed in linear light over white. */
function scene() {
	const image = createImage(SIZE, SIZE);
	const truth = new Float32Array(SIZE * SIZE);
	const red = [SRGB_TO_LINEAR[200], SRGB_TO_LINEAR[30], SRGB_TO_LINEAR[40]];
	for (let y = 0; y < SIZE; y++)
		for (let x = 0; x < SIZE; x++) {
			const a = coverage(x, y);
			const p = y * SIZE + x;
			truth[p] = a;
			for (let c = 0; c < 3; c++)
				image.data[p * 4 + c] = linearToSrgb(red[c] * a + 1 - a);
			image.data[p * 4 + 3] = 255;
		}
	return { image, truth };
}

it("finds sub-pixel coverage from a set at a third of the size, and cleans the rim's colour", () => {
	const { image, truth } = scene();
	const n = SIZE / 3;
	const small = resizeImage(image, n, n);
	const set = new Uint8Array(n * n);
	for (let p = 0; p < set.length; p++)
		set[p] =
			Math.hypot((p % n) + 0.5 - 40.07, Math.floor(p / n) + 0.5 - 39.9) <
			RADIUS / 3
				? 1
				: 0;
	const { mask, image: clean } = edgeMatte(image, set, n, n, small);
	let worst = 0;
	let total = 0;
	let rim = 0;
	for (let p = 0; p < truth.length; p++) {
		const error = Math.abs(mask.data[p] / 255 - truth[p]);
		worst = Math.max(worst, error);
		total += error;
		if (mask.data[p] > 10 && mask.data[p] < 245) {
			rim++;
			expect(clean.data[p * 4 + 1]).toBeLessThan(70); // no white left in the red
		}
	}
	expect(rim).toBeGreaterThan(200);
	expect(worst).toBeLessThan(0.12);
	expect(total / truth.length).toBeLessThan(0.002);
});

it("without any contrast it falls back to the set's own smooth outline", () => {
	const image = createImage(120, 120);
	image.data.fill(128);
	const set = new Uint8Array(60 * 60);
	for (let p = 0; p < set.length; p++) set[p] = p % 60 < 30 ? 1 : 0;
	const { mask } = edgeMatte(image, set, 60, 60, resizeImage(image, 60, 60));
	expect(mask.data[60 * 120 + 50]).toBe(255);
	expect(mask.data[60 * 120 + 70]).toBe(0);
	const edge = mask.data[60 * 120 + 59] + mask.data[60 * 120 + 60];
	expect(Math.abs(edge - 255)).toBeLessThan(10);
});
