import type { Mesh } from "../../core/mesh.ts";
import { INLINE } from "../../core/parallel.ts";
import type { RunContext } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";
import { carveHull, type HullInViews } from "./carve-hull.ts";
import { type FitWeights, fitMesh } from "./fit-mesh.ts";
import { beginRungs } from "./hull-ladder.ts";
import type { FitPreset } from "./presets.ts";
import { createSilhouetteFit } from "./silhouette-fit.ts";

const WEIGHTS: FitWeights = {
	fairness: 15,
	leastPlate: 0.05,
	inside: 60,
	rim: 0.03,
	color: 5,
	contrast: 1000,
	mismatch: 0.01,
	levels: [[2, 1], [1]],
	colorsFrom: 0.1,
};
/** Where stereo is believed, the object is matt, and its colours may say more. */
const MATT: Partial<FitWeights> = {
	rim: 0.04,
	color: 10,
	contrast: 300,
	mismatch: 0.04,
	levels: [
		[3, 2, 1],
		[2, 1],
	],
};
/** Share of the first steps that are left: carved, the form is nearly found. */
const STEPS_AFTER_CARVING = 2 / 3;
/** Light: it tells sheets apart that once crossed, and leaves the fine form to the colours. */
const ANCHOR_WEIGHT = 2;
/** Cells along the longest side from which on an object is so thin that subdivision serves it better than a finer hull. */
const THIN = 96;
/** Overlap with the input silhouettes that may be lost against the bare hull. */
const MOST_LOST = 0.02;

export interface ManyViews extends Omit<HullInViews, "colored"> {
	readonly field: Field; // of the hull
	/** Undefined: outlines only. */
	readonly colored: HullInViews["colored"] | undefined;
}

/**
 * Many views: hollows carved out of the hull by stereo, where views kept out of it agree that this
 * is better, then refined. Matt objects gain much; on glossy ones stereo invents hollows, and the
 * judges see it. What stereo cannot tell from paint a network may see.
 */
export async function fitManyViews(
	input: ManyViews,
	{ steps, solverSteps }: FitPreset,
	learned: boolean,
	ctx: RunContext,
): Promise<Mesh> {
	const { hull, field, cones, views, colored, ladder, resolution } = input;
	const carved =
		colored &&
		(await ctx.step("carve", 0.4, (c) =>
			carveHull({ ...input, colored }, learned, c),
		));
	// Where stereo carves nothing, a finer hull brings back what the first grid was too coarse for.
	const isFiner = !carved?.isMatt && steps.length > 1 && resolution < THIN;
	using finerHull = beginRungs(
		{
			...(carved?.ladder ?? ladder),
			leastPlate: WEIGHTS.leastPlate,
			byChords: false,
		},
		isFiner ? [{ resolution: 2 * resolution, isFinest: false }] : [],
		ctx.parallel ?? INLINE,
	);
	const attempt = (fairness: number, c: RunContext): Promise<Mesh> =>
		fitMesh(
			carved?.mesh ?? hull,
			carved?.field ?? field,
			cones,
			{
				weights: { ...WEIGHTS, ...(carved?.isMatt ? MATT : {}), fairness },
				spacing: 1 / resolution,
				steps: carved?.isMatt
					? [Math.ceil(STEPS_AFTER_CARVING * steps[0]), ...steps.slice(1)]
					: steps,
				solverSteps,
				colored,
				finer: finerHull.finer,
				anchor: carved
					? { field: carved.field, hull: carved.hull, weight: ANCHOR_WEIGHT }
					: undefined,
			},
			c,
		);
	const match = createSilhouetteFit(cones, views, ctx);
	const least = (await match(hull)).overlap - MOST_LOST;
	const fitted = await ctx.step("refine", 0.6, (c) =>
		attempt(WEIGHTS.fairness, c),
	);
	if ((await match(fitted)).overlap >= least) return fitted;
	const looser = await ctx.step("refine again", 0.4, (c) =>
		attempt(WEIGHTS.fairness / 10, c),
	);
	return (await match(looser)).overlap >= least ? looser : hull;
}
