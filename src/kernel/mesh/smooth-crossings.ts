import {
	type CrossingState,
	crossingVertices,
	growRing,
	holdNear,
	updateCrossings,
} from "./crossing-state.ts";

const PASSES = 3;

/**
 * Draws the vertices of crossing triangles, and `rings` rings about them, to the middle of their
 * neighbours: knots that cannot be pulled apart get looser. It wears thin parts down, so it is for
 * what little is left after pushing.
 */
export function smoothCrossings(state: CrossingState, rings: number): void {
	const { positions, graph } = state;
	const mark = new Uint8Array(positions.length / 3);
	const list = crossingVertices(state, mark);
	for (let ring = 0; ring < rings; ring++) growRing(state, list, mark);
	for (let pass = 0; pass < PASSES; pass++)
		for (const v of list) {
			const from = graph.start[v];
			const to = graph.start[v + 1];
			for (let k = 0; k < 3; k++) {
				let sum = 0;
				for (let i = from; i < to; i++)
					sum += positions[graph.neighbours[i] * 3 + k];
				positions[v * 3 + k] =
					0.5 * positions[v * 3 + k] + (0.5 * sum) / (to - from);
			}
		}
	holdNear(state, list);
	updateCrossings(state, list);
}
