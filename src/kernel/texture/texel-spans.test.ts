import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { centreSpans, createTexelSpans, touchedSpans } from "./texel-spans.ts";

describe("texel spans", () => {
	it("shares the centres of a fan fairly: every one inside exactly once", () => {
		// A fan round (8.5, 8.5), itself a texel centre, to the corners of the square.
		const rim = [0, 0, 9, 0, 17, 0, 17, 8.5, 17, 17, 4, 17, 0, 17, 0, 8.5];
		const counts = new Uint8Array(17 * 17);
		const spans = createTexelSpans(17);
		for (let k = 0; k < rim.length; k += 2) {
			const next = (k + 2) % rim.length;
			const rows = centreSpans(
				spans,
				8.5,
				8.5,
				rim[k],
				rim[k + 1],
				rim[next],
				rim[next + 1],
				17,
				17,
			);
			for (let r = 0; r < rows; r++)
				for (let x = spans.bounds[2 * r]; x < spans.bounds[2 * r + 1]; x++)
					counts[(spans.top + r) * 17 + x]++;
		}
		expect(counts.every((c) => c === 1)).toBe(true);
	});

	it("touches at least the texels of dense random points inside, seed 11", () => {
		const random = createRandom(11);
		let missed = 0;
		const spans = createTexelSpans(16);
		for (let trial = 0; trial < 200; trial++) {
			const p = Array.from({ length: 6 }, () => 16 * random());
			const rows = touchedSpans(
				spans,
				p[0],
				p[1],
				p[2],
				p[3],
				p[4],
				p[5],
				16,
				16,
			);
			for (let n = 0; n < 50; n++) {
				let a = random();
				let b = random();
				if (a + b > 1) {
					a = 1 - a;
					b = 1 - b;
				}
				const x = p[0] + a * (p[2] - p[0]) + b * (p[4] - p[0]);
				const y = p[1] + a * (p[3] - p[1]) + b * (p[5] - p[1]);
				const r = Math.floor(y) - spans.top;
				if (
					!(r >= 0 && r < rows) ||
					spans.bounds[2 * r] > Math.floor(x) ||
					spans.bounds[2 * r + 1] <= Math.floor(x)
				)
					missed++;
			}
		}
		expect(missed).toBe(0);
	});

	it("covers only centres inside, like a brute force test, seed 5", () => {
		const random = createRandom(5);
		let wrong = 0;
		const spans = createTexelSpans(24);
		for (let trial = 0; trial < 200; trial++) {
			const p = Array.from({ length: 6 }, () => 30 * random() - 3);
			const rows = centreSpans(
				spans,
				p[0],
				p[1],
				p[2],
				p[3],
				p[4],
				p[5],
				24,
				24,
			);
			for (let y = 0; y < 24; y++)
				for (let x = 0; x < 24; x++) {
					const side = (i: number, j: number): number =>
						(p[j] - p[i]) * (y + 0.5 - p[i + 1]) -
						(p[j + 1] - p[i + 1]) * (x + 0.5 - p[i]);
					const sides = [side(0, 2), side(2, 4), side(4, 0)];
					// Corners are snapped by 1/512: leave out what is that near.
					if (sides.some((s) => Math.abs(s) < 0.2)) continue;
					const inside = sides.every((s) => s > 0) || sides.every((s) => s < 0);
					const r = y - spans.top;
					const covered =
						r >= 0 &&
						r < rows &&
						x >= spans.bounds[2 * r] &&
						x < spans.bounds[2 * r + 1];
					if (covered !== inside) wrong++;
				}
		}
		expect(wrong).toBe(0);
	});
});
