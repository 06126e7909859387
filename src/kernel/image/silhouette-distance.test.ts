import { describe, expect, test } from "vitest";
import { createMask, type Mask } from "../../core/image.ts";
import { createRandom } from "../../core/run-context.ts";
import {
	sampleSilhouetteDistance,
	silhouetteDistance,
} from "./silhouette-distance.ts";

/** Anti-aliased disc: coverage falls linearly over one pixel. */
function disc(
	width: number,
	height: number,
	x: number,
	y: number,
	r: number,
): Mask {
	const mask = createMask(width, height);
	for (let j = 0; j < height; j++)
		for (let i = 0; i < width; i++) {
			const d = Math.hypot(i + 0.5 - x, j + 0.5 - y) - r;
			mask.data[j * width + i] = Math.round(
				255 * Math.min(1, Math.max(0, 0.5 - d)),
			);
		}
	return mask;
}

describe("silhouetteDistance", () => {
	test("is the distance to a disc, to a tenth of a pixel", () => {
		const sd = silhouetteDistance(disc(120, 90, 61.3, 44.8, 30.2));
		let atRim = 0;
		let anywhere = 0;
		for (let v = 2; v < 88; v += 0.37)
			for (let u = 2; u < 118; u += 0.37) {
				const expected = Math.hypot(u - 61.3, v - 44.8) - 30.2;
				const error = Math.abs(sampleSilhouetteDistance(sd, u, v) - expected);
				if (Math.abs(expected) < 1) atRim = Math.max(atRim, error);
				if (expected > -28) anywhere = Math.max(anywhere, error);
			}
		expect(atRim).toBeLessThan(0.1);
		expect(anywhere).toBeLessThan(0.15);
	});

	test("with a reach it is the same near the outline and inside, and far beyond", () => {
		const mask = disc(120, 90, 41.3, 44.8, 20.2);
		const whole = silhouetteDistance(mask).data;
		const near = silhouetteDistance(mask, { reach: 5 }).data;
		let far = 0;
		for (let n = 0; n < whole.length; n++) {
			if (whole[n] <= 5) expect(near[n]).toBe(whole[n]);
			else expect(near[n]).toBeGreaterThan(5);
			if (near[n] !== whole[n]) far++;
		}
		expect(far).toBeGreaterThan(whole.length / 2);
		const [empty] = silhouetteDistance(createMask(8, 8), { reach: 2 }).data;
		expect(empty).toBe(silhouetteDistance(createMask(8, 8)).data[0]);
	});

	test("agrees with brute force over outline points on random masks, seed 7", () => {
		const random = createRandom(7);
		const mask = createMask(24, 17);
		for (let n = 0; n < mask.data.length; n++)
			mask.data[n] = random() < 0.8 ? 0 : 255;
		const sd = silhouetteDistance(mask);
		for (let y = 0; y < 17; y++)
			for (let x = 0; x < 24; x++) {
				// Crossings between neighbours lie at their middle in a hard mask.
				let nearest = Number.POSITIVE_INFINITY;
				for (let j = 0; j < 17; j++)
					for (let i = 0; i < 24; i++)
						for (const [di, dj] of [
							[1, 0],
							[0, 1],
						]) {
							if (i + di > 23 || j + dj > 16) continue;
							if (mask.data[j * 24 + i] === mask.data[(j + dj) * 24 + i + di])
								continue;
							nearest = Math.min(
								nearest,
								Math.hypot(x - i - di / 2, y - j - dj / 2),
							);
						}
				const value = sd.data[y * 24 + x];
				expect(value < 0).toBe(mask.data[y * 24 + x] === 255);
				// Segments join crossings, so the true distance is a little less.
				expect(Math.abs(value)).toBeLessThanOrEqual(nearest + 0.02);
				expect(Math.abs(value)).toBeGreaterThan(nearest - 0.36);
			}
	});

	test("goes on rising outside the picture", () => {
		const sd = silhouetteDistance(disc(60, 60, 30, 30, 20));
		expect(sd.touches).toEqual({
			left: false,
			right: false,
			top: false,
			bottom: false,
		});
		expect(sampleSilhouetteDistance(sd, 160, 30)).toBeGreaterThan(95);
		expect(sampleSilhouetteDistance(sd, -70, -70)).toBeGreaterThan(95);
		expect(sampleSilhouetteDistance(sd, 59.6, 30)).toBeCloseTo(
			sampleSilhouetteDistance(sd, 59.4, 30),
			0,
		);
	});

	test("rules nothing out beyond a side the object touches", () => {
		const sd = silhouetteDistance(disc(60, 60, 60, 30, 20));
		expect(sd.touches.right).toBe(true);
		expect(sampleSilhouetteDistance(sd, 90, 30)).toBeLessThan(0);
		expect(sampleSilhouetteDistance(sd, 90, 5)).toBeLessThan(0);
		expect(sampleSilhouetteDistance(sd, 90, -200)).toBeGreaterThan(0);
		expect(sampleSilhouetteDistance(sd, -5, 30)).toBeGreaterThan(0);
	});

	test("reduces large masks and still answers in their pixels", () => {
		const sd = silhouetteDistance(disc(2500, 1700, 1203, 844, 500));
		expect(sd.step).toBe(3);
		for (const [u, v] of [
			[1203 + 500, 844],
			[1203, 844 - 500],
			[1203 + 300, 844 + 400],
		])
			expect(Math.abs(sampleSilhouetteDistance(sd, u, v))).toBeLessThan(0.3);
		expect(sampleSilhouetteDistance(sd, 1203 + 600, 844)).toBeCloseTo(100, 0);
	});

	test("masks with no outline are far in or far out everywhere", () => {
		const empty = silhouetteDistance(createMask(8, 8));
		expect(sampleSilhouetteDistance(empty, 3, 3)).toBeGreaterThan(50);
		const mask = createMask(8, 8);
		mask.data.fill(255);
		const full = silhouetteDistance(mask);
		expect(sampleSilhouetteDistance(full, 30, -20)).toBeLessThan(-50);
		expect(() => silhouetteDistance({ ...mask, width: 9 })).toThrow(RangeError);
	});
});
