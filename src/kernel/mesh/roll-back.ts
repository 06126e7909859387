import type { Checkpoint } from "../../core/run-context.ts";
import {
	type CrossingState,
	crossingVertices,
	growRing,
	updateCrossings,
} from "./crossing-state.ts";

const ROUNDS = 16;
/** Rings about a crossing that go back with it, the outer half of them less and less; one more in each round. */
const FIRST_RINGS = 4;
/** Rounds without any gain after which it is given up. */
const PATIENCE = 4;

/**
 * Moves the vertices about crossings to an earlier state of the same mesh that crosses itself
 * nowhere, fading over a few rings. Half the way would not do: two sheets that changed sides cross
 * all the way back. Where all else fails a wide part is back there in the end, so nothing is left
 * in `state.pairs` if that state is what it is said to be.
 */
export function rollBack(
	state: CrossingState,
	reference: Float32Array, // [vertexCount × 3]
	checkpoint?: Checkpoint,
): void {
	const { positions } = state;
	const mark = new Uint8Array(positions.length / 3);
	let fewest = state.pairs.length;
	let idle = 0;
	for (let round = 0; round < ROUNDS && state.pairs.length > 0; round++) {
		checkpoint?.(round / ROUNDS);
		const rings = FIRST_RINGS + round;
		const list = crossingVertices(state, mark);
		let from = 0;
		for (let ring = 0; ring <= rings; ring++) {
			const to = list.length;
			const share = Math.min(1, 2 - (2 * ring) / (rings + 1));
			for (let n = from; n < to; n++)
				for (let k = list[n] * 3; k < list[n] * 3 + 3; k++)
					positions[k] += share * (reference[k] - positions[k]);
			from = to;
			if (ring < rings) growRing(state, list, mark);
		}
		updateCrossings(state, list);
		for (const v of list) mark[v] = 0;
		idle = state.pairs.length < fewest ? 0 : idle + 1;
		fewest = Math.min(fewest, state.pairs.length);
		if (idle >= PATIENCE) return;
	}
}
