import { expect, it } from "vitest";
import { scoreMask } from "./mask-score.ts";

const N = 60;
/** A disc 40 Lab units lighter than its ground. */
function disc(
	cx: number,
	cy: number,
	r: number,
): { lab: Float32Array; set: Uint8Array } {
	const lab = new Float32Array(N * N * 3);
	const set = new Uint8Array(N * N);
	for (let p = 0; p < set.length; p++)
		if (Math.hypot((p % N) - cx, Math.floor(p / N) - cy) < r) {
			set[p] = 1;
			lab[p * 3] = 40;
		}
	return { lab, set };
}

it("a clear disc in the middle scores high on everything", () => {
	const { lab, set } = disc(30, 30, 15);
	const s = scoreMask(lab, set, N, N);
	expect(s.areaShare).toBeCloseTo((Math.PI * 225) / 3600, 2);
	expect(s.edge).toBeGreaterThan(0.95);
	expect(s.borderShare).toBe(0);
	expect(s.raggedness).toBeGreaterThan(0.6);
	expect(s.raggedness).toBeLessThan(1.5);
	expect(s.centrality).toBeGreaterThan(0.7);
});

it("a wrong outline has no contrast, a corner no centrality", () => {
	const { lab } = disc(30, 30, 15);
	expect(scoreMask(lab, disc(30, 30, 22).set, N, N).edge).toBeLessThan(0.2);
	const corner = scoreMask(lab, disc(0, 0, 20).set, N, N);
	expect(corner.centrality).toBeLessThan(0.3);
	expect(corner.borderShare).toBeGreaterThan(0.1);
	expect(scoreMask(lab, new Uint8Array(N * N), N, N).edge).toBe(0);
});
