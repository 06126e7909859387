import { expect, test } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { startCrossingState, updateCrossings } from "./crossing-state.ts";
import { findSelfIntersections } from "./self-intersections.ts";
import { icosphere } from "./shapes.ts";

test.each([1, 2, 3])(
	"after moves the crossings are those of a fresh search, seed %i",
	(seed) => {
		const random = createRandom(seed);
		const ball = icosphere(3);
		const positions = ball.positions.map((x) => x + 0.15 * (random() - 0.5));
		const state = startCrossingState({ positions, indices: ball.indices });
		if (state === null) throw new Error("the noise should make crossings");
		for (let round = 0; round < 5; round++) {
			const moved = Array.from({ length: 40 }, () =>
				Math.floor(random() * (positions.length / 3)),
			);
			for (const v of moved)
				for (let k = v * 3; k < v * 3 + 3; k++)
					state.positions[k] += 0.2 * (random() - 0.5);
			updateCrossings(state, [...new Set(moved)]);
			const found = new Set(
				state.pairs.map((slot) => state.tree.bvh.order[slot]),
			);
			expect([...found].sort((a, b) => a - b)).toEqual([
				...findSelfIntersections({
					positions: state.positions,
					indices: ball.indices,
				}),
			]);
		}
	},
);
