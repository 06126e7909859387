import type { DepthGuess } from "./find-hollows.ts";

/** What lies so much farther before the surface that the guess started from is a part it has lost; world units. */
const LOST = 0.02;

/**
 * A guess with the depths of another, who tells hollows apart, in them: the mean of what both expect, doubted the more the
 * farther they are apart (as in ensembles: Lakshminarayanan et al., 2017). Of hollows `own` alone speaks, and of parts
 * that the surface has lost: those come back only where somebody is sure of them.
 */
export function withSecondOpinion(
	own: DepthGuess,
	other: DepthGuess,
): DepthGuess {
	const depth = own.depth.slice();
	const doubt = own.doubt.slice();
	for (let at = 0; at < depth.length; at++) {
		if (own.depth[at] < own.first[at] - LOST) continue;
		const share = 1 / (1 + Math.exp(-other.odds[at]));
		const expected =
			other.depth[at] + share * (other.deep[at] - other.depth[at]);
		depth[at] = (own.depth[at] + expected) / 2;
		doubt[at] = Math.hypot(
			(own.doubt[at] + other.doubt[at]) / 2,
			(own.depth[at] - expected) / 2,
		);
	}
	return { ...own, depth, doubt };
}
