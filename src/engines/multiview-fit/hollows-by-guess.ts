import type { Mesh } from "../../core/mesh.ts";
import type { TaskContext } from "../../core/parallel.ts";
import type { View } from "../../core/view.ts";
import { type Lattice, sharedLattice } from "../../kernel/field/grid-field.ts";
import type { SilhouetteCone } from "../../kernel/field/hull-field.ts";
import {
	findHollows,
	type HollowOptions,
} from "../../kernel/guess/find-hollows.ts";
import { shareOdds } from "../../kernel/guess/share-odds.ts";
import { carvedByDepths, truncationOf } from "./carved-mesh.ts";
import { guessDepths } from "./guess-depths.ts";

/**
 * What a network sees to be hollow and no outline contradicts: positive inside, above −`truncationOf` only near there;
 * null where it sees nothing. Stereo cannot: what is dark inside, or seen by one view, looks painted on.
 */
export async function hollowsByGuess(
	fit: Mesh,
	hull: Lattice,
	views: readonly View[],
	cones: readonly SilhouetteCone[],
	options: HollowOptions,
	ctx: TaskContext,
): Promise<Lattice | null> {
	const alone = await guessDepths(["hollows"], fit, hull, views, cones, ctx);
	const odds = shareOdds(alone);
	const guesses = alone.map((guess, v) => ({ ...guess, odds: odds[v] }));
	const hollows = findHollows(hull, guesses, options);
	if (!hollows.some((depths) => depths.some((depth) => depth > 0))) return null;
	const truncation = truncationOf(hull);
	const fused = carvedByDepths(
		hull,
		guesses.map(({ camera }, v) => ({
			camera,
			depth: hollows[v],
			trust: hollows[v].map((depth) => (depth > 0 ? 1 : 0)),
		})),
	);
	const values = fused.values.map((value, at) =>
		value > hull.values[at]
			? Math.max(-truncation, Math.min(truncation, value))
			: -truncation,
	);
	return sharedLattice({ ...hull, values });
}
