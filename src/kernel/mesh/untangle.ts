import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import {
	type CrossingState,
	isBeyondCounting,
	startCrossingState,
	undoInVain,
} from "./crossing-state.ts";
import { pushApart } from "./push-apart.ts";
import { resurface } from "./resurface.ts";
import { rollBack } from "./roll-back.ts";
import { smoothCrossings } from "./smooth-crossings.ts";

const PUSH_ROUNDS = 30;
/** Where what still crosses can go back: small crossings are gone by then. */
const PUSH_ROUNDS_BEFORE = 8;
/** Turns of smoothing and pushing what is left; the smoothed region grows every fourth turn. */
const LOOSEN_TURNS = 24;
const TURNS_PER_RING = 4;
const PUSH_ROUNDS_PER_TURN = 4;
/** Turns without any gain after which it is given up. */
const PATIENCE = 12;

export interface UntangleOptions {
	/** The same vertices at an earlier time, when nothing crossed. */
	readonly reference?: Float32Array; // [vertexCount × 3]
}

/**
 * A closed mesh without self-intersections, as near to the given one as can be; the mesh itself
 * where nothing crosses.
 *
 * 1. Sheets that cross are pushed out of each other, by a few edges at most.
 * 2. What still crosses goes back towards `reference`, where there is one.
 * 3. What still crosses is smoothed and pushed in turns.
 * 4. Failing that, the surface of all that is inside is extracted anew: the triangles are others
 *    then, and solids that overlap have become one. Open meshes are handed back as they are by then.
 */
export function untangle(
	mesh: Mesh,
	checkpoint?: Checkpoint,
	options: UntangleOptions = {},
): Mesh {
	if (mesh.indices.length === 0) return mesh;
	const state = startCrossingState(mesh);
	if (state === null) return mesh;
	checkpoint?.(0.1);
	const { reference } = options;
	if (!isBeyondCounting(state)) {
		const rounds = reference ? PUSH_ROUNDS_BEFORE : PUSH_ROUNDS;
		pushApart(state, rounds, part(checkpoint, 0.1, 0.2));
		if (reference) rollBack(state, reference, part(checkpoint, 0.3, 0.1));
		loosen(state, part(checkpoint, 0.4, 0.2));
	}
	const { positions, indices } = state;
	if (state.pairs.length === 0 || state.opposite.includes(-1))
		return { positions, indices };
	undoInVain(state);
	return resurface(
		{ positions, indices },
		tangledPlaces(state),
		part(checkpoint, 0.6, 0.4),
	);
}

function loosen(state: CrossingState, checkpoint?: Checkpoint): void {
	let fewest = state.pairs.length;
	let idle = 0;
	for (let turn = 0; turn < LOOSEN_TURNS && state.pairs.length > 0; turn++) {
		checkpoint?.(turn / LOOSEN_TURNS);
		smoothCrossings(state, 1 + Math.floor(turn / TURNS_PER_RING));
		if (state.pairs.length > 0) pushApart(state, PUSH_ROUNDS_PER_TURN);
		idle = state.pairs.length < fewest ? 0 : idle + 1;
		fewest = Math.min(fewest, state.pairs.length);
		if (idle >= PATIENCE) return;
	}
}

/** Middles of the triangles that cross. */
function tangledPlaces({
	pairs,
	tree,
	indices,
	positions,
}: CrossingState): Float32Array /* [count × 3] */ {
	const places = new Float32Array(pairs.length * 3);
	for (let n = 0; n < pairs.length; n++) {
		const t = tree.bvh.order[pairs[n]] * 3;
		for (let k = 0; k < 3; k++)
			places[n * 3 + k] =
				(positions[indices[t] * 3 + k] +
					positions[indices[t + 1] * 3 + k] +
					positions[indices[t + 2] * 3 + k]) /
				3;
	}
	return places;
}

function part(
	checkpoint: Checkpoint | undefined,
	from: number,
	span: number,
): Checkpoint | undefined {
	return checkpoint && ((fraction) => checkpoint(from + span * fraction));
}
