import { expect, it } from "vitest";
import { spreadColor } from "./spread-color.ts";

it("carries a ramp across a gap in it", () => {
	const n = 48;
	const colors = new Float32Array(n * n * 3);
	const chosen = new Uint8Array(n * n);
	for (let p = 0; p < n * n; p++) {
		const x = p % n;
		const y = Math.floor(p / n);
		const gap = x > 18 && x < 30 && y > 18 && y < 30;
		colors[p * 3] = gap ? 999 : x;
		colors[p * 3 + 1] = 5;
		chosen[p] = gap ? 0 : 1;
	}
	const out = spreadColor(colors, chosen, n, n, 4);
	expect(Math.abs(out[(24 * n + 24) * 3] - 24)).toBeLessThan(1.5);
	expect(Math.abs(out[(10 * n + 24) * 3] - 24)).toBeLessThan(0.5);
	expect(out[(24 * n + 24) * 3 + 1]).toBeCloseTo(5, 2);
});

it("reaches the far corner from one pixel", () => {
	const colors = new Float32Array(64 * 64 * 3).fill(7);
	const chosen = new Uint8Array(64 * 64);
	chosen[0] = 1;
	expect(spreadColor(colors, chosen, 64, 64, 6)[63 * 3]).toBeCloseTo(7, 2);
});
