import { expect, it } from "vitest";
import { createRandom } from "../../../core/run-context.ts";
import { fitColorMixture, mixtureCost } from "./color-mixture.ts";
import {
	GRABCUT_DEFAULTS,
	grabCut,
	MAYBE_BACKGROUND,
	MAYBE_FOREGROUND,
	SURE_BACKGROUND,
} from "./grabcut.ts";

const SIZE = 64;

/** A two-coloured disc on a two-coloured, noisy ground (seed 5). */
function scene(): { colors: Float32Array; truth: Uint8Array } {
	const random = createRandom(5);
	const colors = new Float32Array(SIZE * SIZE * 3);
	const truth = new Uint8Array(SIZE * SIZE);
	for (let y = 0; y < SIZE; y++)
		for (let x = 0; x < SIZE; x++) {
			const p = y * SIZE + x;
			const inside = Math.hypot(x - 30, y - 34) < 17;
			truth[p] = inside ? 1 : 0;
			const base = inside
				? x < 30
					? [60, 50, 20]
					: [40, -40, 30]
				: y < 30
					? [70, 0, -10]
					: [30, 10, -35];
			for (let c = 0; c < 3; c++)
				colors[p * 3 + c] = base[c] + (random() - 0.5) * 14;
		}
	return { colors, truth };
}

function iou(a: Uint8Array, b: Uint8Array): number {
	let both = 0;
	let either = 0;
	for (let i = 0; i < a.length; i++) {
		if (a[i] && b[i]) both++;
		if (a[i] || b[i]) either++;
	}
	return both / either;
}

it("finds the disc from a rough box, the same every time", () => {
	const { colors, truth } = scene();
	const seeds = new Uint8Array(SIZE * SIZE);
	for (let y = 0; y < SIZE; y++)
		for (let x = 0; x < SIZE; x++) {
			const edge = Math.min(x, y, SIZE - 1 - x, SIZE - 1 - y);
			seeds[y * SIZE + x] =
				edge < 4
					? SURE_BACKGROUND
					: edge < 12
						? MAYBE_BACKGROUND
						: MAYBE_FOREGROUND;
		}
	const found = grabCut(colors, SIZE, SIZE, seeds);
	expect(iou(found, truth)).toBeGreaterThan(0.985);
	expect(grabCut(colors, SIZE, SIZE, seeds)).toEqual(found);
});

it("a strong bias empties it, hard seeds hold", () => {
	const { colors } = scene();
	const seeds = new Uint8Array(SIZE * SIZE).fill(MAYBE_FOREGROUND);
	seeds.fill(SURE_BACKGROUND, 0, SIZE);
	const bias = new Float32Array(SIZE * SIZE).fill(1000);
	expect(grabCut(colors, SIZE, SIZE, seeds, { bias })).toEqual(
		new Uint8Array(SIZE * SIZE),
	);
	expect(GRABCUT_DEFAULTS.iterations).toBeGreaterThan(0);
});

it("mixture: far colours cost more, the fitted mean costs least", () => {
	const { colors } = scene();
	const pixels = Int32Array.from({ length: SIZE * 15 }, (_, i) => i); // top ground only
	const mixture = fitColorMixture(colors, pixels, 3);
	expect(
		mixture.weights.subarray(0, mixture.count).reduce((a, b) => a + b),
	).toBeCloseTo(1, 9);
	const out = new Float32Array(2);
	mixtureCost(
		mixture,
		new Float32Array([70, 0, -10, 40, -40, 30]),
		Int32Array.of(0, 1),
		out,
	);
	expect(out[1]).toBeGreaterThan(out[0] + 50);
});

it("a flat picture and a single colour do not break it", () => {
	const flat = new Float32Array(SIZE * SIZE * 3).fill(50);
	const seeds = new Uint8Array(SIZE * SIZE).fill(MAYBE_FOREGROUND);
	seeds.fill(SURE_BACKGROUND, 0, SIZE * 4);
	expect(grabCut(flat, SIZE, SIZE, seeds).length).toBe(SIZE * SIZE);
	expect(() => grabCut(flat, SIZE, SIZE - 1, seeds)).toThrow(RangeError);
});
