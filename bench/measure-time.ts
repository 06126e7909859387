import type { Size } from "./task.ts";

export const REPEATS: Readonly<Record<Size, number>> = {
	tiny: 1,
	quick: 3,
	full: 7,
};

/**
 * Median wall time of each function in milliseconds. They take turns, so that whatever else the machine does hits
 * all of them; the first turn warms up and does not count.
 */
export async function medianTimes(
	repeats: number,
	...works: readonly (() => unknown)[]
): Promise<number[]> {
	const times = works.map((): number[] => []);
	for (let turn = 0; turn <= repeats; turn++)
		for (const [k, work] of works.entries()) {
			const startedMs = performance.now();
			await work();
			if (turn > 0) times[k].push(performance.now() - startedMs);
		}
	return times.map(median);
}

export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 === 1
		? sorted[middle]
		: (sorted[middle - 1] + sorted[middle]) / 2;
}
