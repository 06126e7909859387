import type { Checkpoint } from "../../core/run-context.ts";
import {
	type CrossingState,
	crossingVertices,
	growRing,
	updateCrossings,
} from "./crossing-state.ts";

/** Rounds; in each the vertices at crossings go a quarter of the way that is left. */
const ROUNDS = 40;
const SHARE = 0.25;
/** Rings about a crossing that go back with it; more in later rounds. */
const FIRST_RINGS = 2;
const ROUNDS_PER_RING = 4;
/** Rounds without any gain after which the last one comes. */
const PATIENCE = 8;

/**
 * Moves the vertices about crossings towards an earlier state of the same mesh that crosses itself
 * nowhere, fading over a few rings. Where all else fails a part is back there in the end, so
 * nothing is left in `state.pairs` if that state is what it is said to be.
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
	let last = false;
	for (let round = 0; !last && state.pairs.length > 0; round++) {
		checkpoint?.(round / ROUNDS);
		last = round === ROUNDS - 1 || idle >= PATIENCE;
		const rings = FIRST_RINGS + Math.floor(round / ROUNDS_PER_RING);
		const list = crossingVertices(state, mark);
		let from = 0;
		for (let ring = 0; ring <= rings; ring++) {
			const to = list.length;
			const share = last ? 1 : SHARE * (1 - ring / (rings + 1)) ** 2;
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
	}
}
