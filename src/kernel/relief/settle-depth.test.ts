import { expect, test } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { partRadius } from "./part-radius.ts";
import { settleDepth } from "./settle-depth.ts";

const SIZE = 48;

/** A bar eight pixels thick along the top, and a leg two pixels thick hanging from it. */
const distance = Float32Array.from({ length: SIZE * SIZE }, (_, n) => {
	const x = (n % SIZE) + 0.5;
	const y = Math.floor(n / SIZE) + 0.5;
	const bar = Math.max(4 - x, x - 44, 8 - y, y - 16);
	const leg = Math.max(23 - x, x - 25, 12 - y, y - 40);
	return Math.min(bar, leg);
});

test("a leg that cannot be trusted takes the depth of what it hangs from", () => {
	const values = Float32Array.from(distance, (_, n) =>
		n < 17 * SIZE ? 1 : -1,
	);
	const trust = Float32Array.from(distance, (_, n) => (n < 17 * SIZE ? 1 : 0));
	const settled = settleDepth(values, trust, distance, SIZE, 4);
	expect(settled[38 * SIZE + 23]).toBeGreaterThan(0.99);
	expect(settled[SIZE + 1]).toBe(1); // outside: as given
});

test("trusted values stay where nothing pulls on them, and stiffness flattens noise", () => {
	const random = createRandom(4);
	const values = Float32Array.from(distance, () => random() - 0.5);
	const trust = new Float32Array(values.length).fill(1);
	const spread = (z: Float32Array): number => {
		let sum = 0;
		for (let n = 0; n < z.length; n++) if (distance[n] < 0) sum += z[n] ** 2;
		return sum;
	};
	expect(settleDepth(values, trust, distance, SIZE, 0)).toEqual(values);
	const soft = settleDepth(values, trust, distance, SIZE, 4);
	expect(spread(soft)).toBeLessThan(0.2 * spread(values));
});

test("the part's radius agrees with brute force on both parts", () => {
	const radius = partRadius(distance, SIZE);
	for (let n = 0; n < radius.length; n++) {
		if (!(distance[n] < 0)) {
			expect(radius[n]).toBe(0);
			continue;
		}
		let best = -distance[n];
		for (let q = 0; q < radius.length; q++)
			if (
				-distance[q] > best &&
				Math.hypot(
					(n % SIZE) - (q % SIZE),
					Math.floor(n / SIZE) - Math.floor(q / SIZE),
				) <= -distance[q]
			)
				best = -distance[q];
		expect(Math.abs(radius[n] - best)).toBeLessThan(1);
	}
});
