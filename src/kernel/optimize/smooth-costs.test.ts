import { expect, test } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { type CostVolume, smoothCosts } from "./smooth-costs.ts";

const PRICES = { smallStep: 0.1, largeStep: 0.25 };

/** Least total over all rows of depths along one line, tried one by one. */
function leastTotal(
	line: readonly (readonly number[])[],
	last: number,
): number {
	const [here, ...before] = [...line].reverse();
	const own = here[last];
	if (before.length === 0) return own;
	const rest = [...before].reverse();
	let least = Infinity;
	for (let k = 0; k < rest[rest.length - 1].length; k++) {
		const change = Math.abs(k - last);
		const price =
			change === 0 ? 0 : change === 1 ? PRICES.smallStep : PRICES.largeStep;
		least = Math.min(least, leastTotal(rest, k) + price);
	}
	return own + least;
}

function smoothed(volume: CostVolume): Float32Array {
	const out = new Float32Array(volume.costs.length);
	const paths = new Float32Array(volume.ends.length * (volume.count + 2));
	smoothCosts(volume, PRICES, out, paths);
	return out;
}

test("along a row, differences are those of trying every row of depths (seed 3)", () => {
	const random = createRandom(3);
	const count = 4;
	const ends = Int32Array.from([4, 3, 4, 2, 4]);
	const costs = Float32Array.from({ length: 5 * count }, () => random());
	const line = Array.from(ends, (end, n) => [
		...costs.subarray(n * count, n * count + end),
	]);
	const out = smoothed({ columns: 5, rows: 1, count, ends, costs });
	for (let n = 0; n < 5; n++)
		for (let k = 0; k < ends[n]; k++) {
			// From the left, from the right, and twice the cost alone from above and below.
			const sum = (d: number): number =>
				leastTotal(line.slice(0, n + 1), d) +
				leastTotal(line.slice(n).reverse(), d) +
				2 * line[n][d];
			const got = out[n * count + k] - out[n * count];
			expect(got).toBeCloseTo((sum(k) - sum(0)) / 4, 5);
		}
});

test("a pixel without texture follows its neighbours", () => {
	const costs = new Float32Array(9 * 5).fill(0.3);
	for (let n = 0; n < 9; n++) if (n !== 4) costs[n * 5 + 3] = 0;
	for (let k = 0; k < 5; k++) costs[4 * 5 + k] = 0.1;
	const ends = new Int32Array(9).fill(5);
	const out = smoothed({ columns: 3, rows: 3, count: 5, ends, costs });
	const own = out.subarray(20, 25);
	expect(own.indexOf(Math.min(...own))).toBe(3);
});

test("what lies across a gap has no say", () => {
	const costs = Float32Array.from([0, 1, 9, 9, 0.2, 0.1]);
	const ends = Int32Array.from([2, 0, 2]);
	const out = smoothed({ columns: 3, rows: 1, count: 2, ends, costs });
	expect(out[4]).toBeCloseTo(0.2, 6);
	expect(out[5]).toBeCloseTo(0.1, 6);
});
