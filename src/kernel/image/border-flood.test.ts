import { expect, it } from "vitest";
import { borderFlood } from "./border-flood.ts";
import { fitBorderModel, surfaceColor } from "./border-model.ts";

const N = 64;

/** A ground that brightens to the right, a dark disc, and a soft shadow beside it. */
function scene(): { lab: Float32Array; disc: Uint8Array; shadow: Uint8Array } {
	const lab = new Float32Array(N * N * 3);
	const disc = new Uint8Array(N * N);
	const shadow = new Uint8Array(N * N);
	for (let p = 0; p < N * N; p++) {
		const x = p % N;
		const y = Math.floor(p / N);
		lab[p * 3] = 70 + x * 0.3;
		lab[p * 3 + 2] = 8;
		const below = Math.hypot((x - 32) / 2, y - 46);
		if (below < 12) {
			const shade = Math.min(16, (12 - below) * 2);
			lab[p * 3] -= shade;
			lab[p * 3 + 2] *= lab[p * 3] / (70 + x * 0.3);
			shadow[p] = shade > 6 ? 1 : 0;
		}
		if (Math.hypot(x - 32, y - 30) < 12) {
			lab[p * 3] = 30;
			lab[p * 3 + 1] = 40;
			disc[p] = 1;
			shadow[p] = 0;
		}
	}
	return { lab, disc, shadow };
}

it("the model follows a sloping ground and knows its noise", () => {
	const { lab } = scene();
	const model = fitBorderModel(lab, N, N, 1);
	expect(model.sigma).toBeLessThan(0.5);
	expect(model.inlierShare).toBe(1);
	const color = new Float64Array(3);
	surfaceColor(model.surfaces[0], 0, 0, color);
	expect(color[0]).toBeCloseTo(79.6, 0);
});

it("two grounds need two surfaces", () => {
	const lab = new Float32Array(N * N * 3);
	for (let p = 0; p < N * N; p++) lab[p * 3] = p < (N * N) / 2 ? 20 : 80;
	expect(fitBorderModel(lab, N, N, 1).sigma).toBeGreaterThan(5);
	const model = fitBorderModel(lab, N, N, 2);
	expect(model.sigma).toBeLessThan(1);
	expect(Math.max(...model.residual)).toBeLessThan(2);
});

it("the flood stops at the disc, and takes the shadow only when asked", () => {
	const { lab, disc, shadow } = scene();
	const { residual } = fitBorderModel(lab, N, N, 1);
	for (const throughShadow of [true, false]) {
		const background = borderFlood(lab, residual, N, N, {
			threshold: 5,
			throughShadow,
		});
		let inDisc = 0;
		let inShadow = 0;
		for (let p = 0; p < N * N; p++) {
			if (disc[p] && background[p]) inDisc++;
			if (shadow[p] && background[p]) inShadow++;
		}
		expect(inDisc).toBe(0);
		const share = inShadow / shadow.reduce((a, b) => a + b, 0);
		if (throughShadow) expect(share).toBeGreaterThan(0.9);
		else expect(share).toBeLessThan(0.1);
	}
});
