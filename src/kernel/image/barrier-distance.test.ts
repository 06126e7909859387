import { expect, it } from "vitest";
import { barrierDistance } from "./barrier-distance.ts";

it("is the step one has to cross, however long the way", () => {
	const n = 15;
	const src = new Float32Array(n * n);
	for (let y = 0; y < n; y++)
		for (let x = 0; x < n; x++) {
			const inside = x > 4 && x < 10 && y > 4 && y < 10;
			src[y * n + x] = x * 0.01 + (inside ? 7 : 0);
		}
	const d = barrierDistance(src, n, n, 1);
	expect(d[7 * n + 7]).toBeCloseTo(7, 0);
	expect(d[2 * n + 2]).toBeLessThan(0.05);
	expect(d[0]).toBe(0);
});
