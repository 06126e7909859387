import { expect, it } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { squaredDistance } from "./squared-distance.ts";

it("agrees with brute force (seed 1)", () => {
	const random = createRandom(1);
	for (const [w, h] of [
		[17, 9],
		[1, 12],
		[12, 1],
		[8, 8],
	]) {
		const set = Uint8Array.from({ length: w * h }, () =>
			random() < 0.08 ? 1 : 0,
		);
		set[(w * h) >> 1] = 1;
		const got = squaredDistance(set, w, h);
		for (let i = 0; i < set.length; i++) {
			let best = Number.POSITIVE_INFINITY;
			for (let j = 0; j < set.length; j++)
				if (set[j])
					best = Math.min(
						best,
						((i % w) - (j % w)) ** 2 + (((i / w) | 0) - ((j / w) | 0)) ** 2,
					);
			expect(got[i]).toBe(best);
		}
	}
});

it("says far where nothing is set", () => {
	for (const d of squaredDistance(new Uint8Array(12), 4, 3))
		expect(d).toBeGreaterThanOrEqual(1e9);
});
