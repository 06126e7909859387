import { createRandom } from "../../src/core/run-context.ts";

/** Seeded chance, in the words that the families use. */
export interface Dice {
	/** Uniform in [low, high). */
	range(low: number, high: number): number;
	/** Whole number from low to high, both included. */
	int(low: number, high: number): number;
	chance(probability: number): boolean;
	pick<T>(list: readonly T[]): T;
	/** Mean 0, standard deviation 1. */
	normal(): number;
}

export function createDice(seed: number): Dice {
	const random = createRandom(seed);
	// The first numbers of near seeds are alike.
	for (let k = 0; k < 4; k++) random();
	return {
		range: (low, high) => low + (high - low) * random(),
		int: (low, high) => low + Math.floor(random() * (high - low + 1)),
		chance: (probability) => random() < probability,
		pick: (list) => list[Math.floor(random() * list.length)],
		normal: () =>
			Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
	};
}
