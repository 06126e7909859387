import type { DepthGuess } from "./find-hollows.ts";

/**
 * A guess with the depths of another, who tells hollows apart, in them: the mean of what both expect, doubted the more the
 * farther they are apart (as in ensembles: Lakshminarayanan et al., 2017). Of hollows `own` alone speaks.
 */
export function withSecondOpinion(
	own: DepthGuess,
	other: DepthGuess,
): DepthGuess {
	const depth = new Float32Array(own.depth.length);
	const doubt = new Float32Array(own.depth.length);
	for (let at = 0; at < depth.length; at++) {
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
