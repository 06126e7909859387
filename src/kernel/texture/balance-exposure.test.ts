import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { balanceExposure } from "./balance-exposure.ts";
import { levelViews } from "./level-views.ts";
import type { VertexSamples } from "./sample-vertices.ts";

const VIEWS = 4;
const RING = 1200;

/**
 * A ring of vertices of many colours that four views see, each a half of it and each half shared with
 * two others. `shade` says what view v makes of the linear colour c of channel k at vertex i.
 */
function ring(
	seed: number,
	shade: (c: number, v: number, k: number, i: number) => number,
): VertexSamples {
	const random = createRandom(seed);
	const color = new Float32Array(3 * VIEWS * RING);
	const weight = new Float32Array(VIEWS * RING);
	for (let i = 0; i < RING; i++) {
		const paint = [0, 1, 2].map(() => 0.03 * 20 ** random());
		for (let v = 0; v < VIEWS; v++) {
			const around = (i / RING - v / VIEWS + 1) % 1;
			if (around >= 0.5) continue;
			weight[v * RING + i] = Math.sin(2 * Math.PI * around) ** 2;
			for (let k = 0; k < 3; k++)
				color[3 * (v * RING + i) + k] =
					shade(paint[k], v, k, i) * (1 + 0.04 * (random() - 0.5));
		}
	}
	const start = Uint32Array.from({ length: RING + 1 }, (_, i) => 2 * i);
	const ends = new Uint32Array(2 * RING);
	for (let i = 0; i < RING; i++) {
		ends[2 * i] = (i + 1) % RING;
		ends[2 * i + 1] = (i + RING - 1) % RING;
	}
	return {
		viewCount: VIEWS,
		vertexCount: RING,
		srcToDst: Uint32Array.from({ length: RING }, (_, i) => i),
		color,
		weight,
		start,
		ends,
		length: new Float32Array(2 * RING).fill(1),
	};
}

const GAINS = [0.85, 1.2, 1.05, 1 / (0.85 * 1.2 * 1.05)]; // geometric mean 1

describe("balancing exposure", () => {
	it.each([1, 2, 3])("finds the gains of four views, seed %i", (seed) => {
		const { gains, brightness, tint, before, after } = balanceExposure(
			ring(seed, (c, v) => GAINS[v] * c),
		);
		expect([brightness.believed, tint.believed]).toEqual([true, false]);
		for (let v = 0; v < VIEWS; v++)
			expect(gains[3 * v] * GAINS[v]).toBeCloseTo(1, 1.7);
		expect(after).toBeLessThan(0.3 * before);
	});

	it("finds a white balance of its own in one view", () => {
		const warm = [1.15, 1, 0.85];
		const { gains, tint } = balanceExposure(
			ring(1, (c, v, k) => (v === 2 ? warm[k] * c : c)),
		);
		expect(tint.believed).toBe(true);
		// Only ratios between views can be known.
		expect(gains[6] / gains[8] / (gains[0] / gains[2])).toBeCloseTo(
			0.85 / 1.15,
			1.5,
		);
	});

	it("leaves equal pictures as they are", () => {
		const { gains, applied } = balanceExposure(ring(1, (c) => c));
		expect(applied).toBe(false);
		expect(gains.every((gain) => gain === 1)).toBe(true);
	});

	it("does not take gloss for exposure: light added, not multiplied", () => {
		const { applied } = balanceExposure(
			ring(1, (c, v) => c + (v === 1 ? 0.04 : 0)),
		);
		expect(applied).toBe(false);
	});

	it("says nothing about a lone view", () => {
		const samples = ring(1, (c) => c);
		expect(
			balanceExposure({
				...samples,
				viewCount: 1,
				color: samples.color.subarray(0, 3 * RING),
				weight: samples.weight.subarray(0, RING),
			}).applied,
		).toBe(false);
	});
});

describe("levelling views", () => {
	/** Largest step of the best view's colour, times its factor, from one vertex to the next; paint is even. */
	function largestStep(
		samples: VertexSamples,
		factorOf: (view: number, vertex: number) => number,
	): number {
		let worst = 0;
		let last = Number.NaN;
		for (let i = 0; i < RING; i++) {
			let best = 0;
			for (let v = 1; v < VIEWS; v++)
				if (samples.weight[v * RING + i] > samples.weight[best * RING + i])
					best = v;
			const value = samples.color[3 * (best * RING + i)] * factorOf(best, i);
			if (i > 0) worst = Math.max(worst, Math.abs(value - last) / last);
			last = value;
		}
		return worst;
	}

	it("leaves no step where the best view changes", () => {
		const samples = ring(1, (_, v) => 0.3 * GAINS[v]);
		const { factor } = levelViews(samples, undefined);
		expect(largestStep(samples, () => 1)).toBeGreaterThan(0.2);
		// What is left is the noise of 2 %.
		expect(largestStep(samples, (v, i) => factor[v][3 * i])).toBeLessThan(0.06);
	});

	it("does not spread a misplaced colour to its neighbours", () => {
		const spot = 375; // view 1 looks straight at it
		const samples = ring(1, (_, v, __, i) =>
			v === 1 && i === spot ? 0.9 : 0.03,
		);
		const { factor } = levelViews(samples, undefined);
		for (const i of [spot - 2, spot + 2])
			expect(factor[1][3 * i]).toBeCloseTo(1, 1);
	});

	it("fades a view in from the border of what it sees", () => {
		const { fade } = levelViews(
			ring(1, (c) => c),
			undefined,
		);
		expect(fade[0][0]).toBeLessThan(0.2);
		expect(fade[0][2]).toBeGreaterThan(fade[0][1]);
		expect(fade[0][RING / 4]).toBe(1);
		expect(fade[0][(3 * RING) / 4]).toBe(0);
	});
});
