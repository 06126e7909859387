import { expect, test } from "vitest";
import type { DepthGuess } from "./find-hollows.ts";
import { withSecondOpinion } from "./second-opinion.ts";

const camera = {} as DepthGuess["camera"];

function guess(
	depth: readonly number[],
	doubt: readonly number[],
	odds: readonly number[],
	deep: readonly number[],
): DepthGuess {
	const [d, q, o, e] = [depth, doubt, odds, deep].map((list) =>
		Float32Array.from(list),
	);
	const first = Float32Array.from(depth, (d) => (d > 0 ? 2 : 0));
	return { camera, first, depth: d, doubt: q, odds: o, deep: e };
}

test("where both agree it is their mean, with the mean of their doubts", () => {
	const own = guess([2.1, 2.0], [0.01, 0.03], [-9, -9], [2.1, 2]);
	const other = guess([2.1, 2.0], [0.03, 0.01], [-30, -30], [3, 3]);
	const { depth, doubt } = withSecondOpinion(own, other);
	for (const [at, expected] of [2.1, 2.0].entries()) {
		expect(depth[at]).toBeCloseTo(expected, 5);
		expect(doubt[at]).toBeCloseTo(0.02, 5);
	}
});

test("where they are apart, half of the distance is doubted, too", () => {
	const own = guess([2.0], [0.003], [-9], [2]);
	const other = guess([2.08], [0.003], [-30], [3]);
	const { depth, doubt } = withSecondOpinion(own, other);
	expect(depth[0]).toBeCloseTo(2.04, 5);
	expect(doubt[0]).toBeCloseTo(Math.hypot(0.003, 0.04), 5);
});

test("the other's hollows count as far as it believes in them; of hollows its own odds stay", () => {
	const own = guess([2.2], [0.01], [0.7], [2.28]);
	const other = guess([2.0], [0.01], [0], [2.4]);
	const joined = withSecondOpinion(own, other);
	// Even odds: 2.2 is what the other expects, too.
	expect(joined.depth[0]).toBeCloseTo(2.2, 5);
	expect(joined.odds).toBe(own.odds);
	expect(joined.deep).toBe(own.deep);
	const sure = withSecondOpinion(
		own,
		guess([2.0], [0.01], [Math.log(3)], [2.4]),
	);
	expect(sure.depth[0]).toBeCloseTo((2.2 + 2.3) / 2, 5);
});

test("a part that the surface has lost comes back on the word of the first alone", () => {
	const own = guess([1.97, 1.99], [0.01, 0.01], [-9, -9], [2, 2]);
	const other = guess([2.01, 2.01], [0.03, 0.03], [-30, -30], [3, 3]);
	const { depth, doubt } = withSecondOpinion(own, other);
	expect(depth[0]).toBeCloseTo(1.97, 5);
	expect(doubt[0]).toBeCloseTo(0.01, 5);
	expect(depth[1]).toBeCloseTo(2.0, 5);
	expect(doubt[1]).toBeGreaterThan(0.02);
});

test("cells that show nothing stay empty", () => {
	const none = guess([0], [0], [0], [0]);
	const { depth, doubt } = withSecondOpinion(none, none);
	expect([depth[0], doubt[0]]).toEqual([0, 0]);
});
