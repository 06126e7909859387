import type { Checkpoint } from "../../core/run-context.ts";
import { addContourPush } from "./contour-push.ts";
import {
	type CrossingState,
	crossingVertices,
	growRing,
	holdNear,
	updateCrossings,
} from "./crossing-state.ts";

/** Step in each round, in sides of the triangles that cross: longer when short ones did not do. */
const FIRST_STEP = 0.4;
const LAST_STEP = 1;
/** Rings of vertices that go along with those that are pushed. */
const RINGS = 3;
/** From this round on crossing vertices are also drawn to the middle of their neighbours. */
const SMOOTH_FROM = 4;
const SMOOTH_SHARE = 0.3;
/** Rounds without any gain after which it is given up. */
const PATIENCE = 12;

/**
 * Moves sheets that cross out of each other: the shortest way, a bounded way, with a few rings of
 * neighbours going along so that no spikes appear. Small crossings are gone after one to five
 * rounds. What is left is in `state.pairs`.
 */
export function pushApart(
	state: CrossingState,
	rounds: number,
	checkpoint?: Checkpoint,
): void {
	const { positions, indices, graph, tree } = state;
	const { order } = tree.bvh;
	const vertexCount = positions.length / 3;
	const pushes = {
		sum: new Float64Array(vertexCount * 3),
		weight: new Float64Array(vertexCount),
		reach: new Float64Array(vertexCount),
	};
	const mark = new Uint8Array(vertexCount);
	let shift = new Float64Array(vertexCount * 3);
	let spread = new Float64Array(vertexCount * 3);
	let fewest = state.pairs.length;
	let idle = 0;
	for (let round = 0; round < rounds && state.pairs.length > 0; round++) {
		checkpoint?.(round / rounds);
		const share =
			FIRST_STEP + ((LAST_STEP - FIRST_STEP) * Math.min(round, 10)) / 10;
		// (1) The way out of each crossing.
		for (let i = 0; i < state.pairs.length; i += 2)
			addContourPush(
				positions,
				indices,
				state.opposite,
				order[state.pairs[i]],
				order[state.pairs[i + 1]],
				pushes,
			);
		const list = crossingVertices(state, mark);
		const core = list.length;
		for (const v of list) {
			const scale = (share * pushes.reach[v]) / Math.max(0.3, pushes.weight[v]);
			for (let k = 0; k < 3; k++)
				shift[v * 3 + k] = pushes.sum[v * 3 + k] * scale;
		}
		// (2) Neighbours go along, less and less.
		for (let ring = 0; ring < RINGS; ring++) {
			growRing(state, list, mark);
			for (const v of list) {
				const from = graph.start[v];
				const to = graph.start[v + 1];
				for (let k = 0; k < 3; k++) {
					let sum = 0;
					for (let i = from; i < to; i++)
						sum += shift[graph.neighbours[i] * 3 + k];
					spread[v * 3 + k] =
						0.5 * shift[v * 3 + k] + (0.5 * sum) / (to - from);
				}
			}
			[shift, spread] = [spread, shift];
		}
		if (round >= SMOOTH_FROM)
			for (let n = 0; n < core; n++) addToMean(state, list[n], shift);
		// (3) There, and not too far.
		for (const v of list) {
			for (let k = v * 3; k < v * 3 + 3; k++) {
				positions[k] += shift[k];
				shift[k] = 0;
				spread[k] = 0;
				pushes.sum[k] = 0;
			}
			pushes.weight[v] = 0;
			pushes.reach[v] = 0;
			mark[v] = 0;
		}
		holdNear(state, list);
		updateCrossings(state, list);
		idle = state.pairs.length < fewest ? 0 : idle + 1;
		fewest = Math.min(fewest, state.pairs.length);
		if (idle >= PATIENCE) return;
	}
}

function addToMean(
	{ graph, positions }: CrossingState,
	v: number,
	shift: Float64Array,
): void {
	const from = graph.start[v];
	const to = graph.start[v + 1];
	for (let k = 0; k < 3; k++) {
		let sum = 0;
		for (let i = from; i < to; i++)
			sum += positions[graph.neighbours[i] * 3 + k];
		shift[v * 3 + k] +=
			SMOOTH_SHARE * (sum / (to - from) - positions[v * 3 + k]);
	}
}
