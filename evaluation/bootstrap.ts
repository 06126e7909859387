import { createRandom } from "../src/core/run-context.ts";

const RESAMPLES = 10_000;

export interface Interval {
	readonly mean: number;
	/** Bounds of the middle 95 % of the means of resamples. */
	readonly low: number;
	readonly high: number;
}

/**
 * Mean of the values and its percentile bootstrap interval (Efron, 1979), with a fixed seed. Groups are drawn whole:
 * pictures of one object are not independent; give each value a group of its own to draw them singly.
 */
export function bootstrapMean(
	groups: readonly (readonly number[])[],
	seed: number,
): Interval {
	const sums = groups.map((group) => group.reduce((sum, x) => sum + x, 0));
	const counts = groups.map((group) => group.length);
	const total = counts.reduce((sum, n) => sum + n, 0);
	if (total === 0) throw new RangeError("there are no values");
	const random = createRandom(seed);
	const means = new Float64Array(RESAMPLES);
	for (let r = 0; r < RESAMPLES; r++) {
		let sum = 0;
		let count = 0;
		for (let k = 0; k < groups.length; k++) {
			const drawn = Math.floor(random() * groups.length);
			sum += sums[drawn];
			count += counts[drawn];
		}
		means[r] = sum / Math.max(1, count);
	}
	means.sort();
	const at = (share: number): number =>
		means[Math.round(share * (RESAMPLES - 1))];
	return {
		mean: sums.reduce((sum, x) => sum + x, 0) / total,
		low: at(0.025),
		high: at(0.975),
	};
}
