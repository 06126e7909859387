import type { Mesh } from "../../core/mesh.ts";
import type { RunContext } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";
import type { View } from "../../core/view.ts";
import type { SilhouetteCone } from "../../kernel/field/hull-field.ts";
import type { ColoredView } from "../../kernel/optimize/photometric-terms.ts";
import { type Finish, type FitWeights, fitMesh } from "./fit-mesh.ts";
import type { GuessLook } from "./guess-depths.ts";
import type { Rung } from "./hull-ladder.ts";
import type { FitPreset } from "./presets.ts";
import {
	createSilhouetteFit,
	type OutlineMatch,
	type SilhouetteFit,
} from "./silhouette-fit.ts";

export const FEW_WEIGHTS: FitWeights = {
	fairness: 100,
	leastPlate: 0.004,
	inside: 40,
	rim: 0.2,
	color: 14,
	contrast: 100,
	mismatch: 0.01,
	levels: [[3, 2], [2, 1], [1]],
	colorsFrom: 0.25,
};
/** How firmly the rim is drawn onto the outlines in the end. With more solver steps it pulls the surface along. */
const FINISH: Finish = { steps: 3, solverSteps: 12, inside: 200, rim: 2 };
/** How the network is heeded. Planes pull about as colours do where it is sure to half a hundredth of the object. */
const ADVICE = { weight: 4, halfDoubt: 0.006, reach: 0.05 };
/** Overlap with the input silhouettes that the first mesh may lose before a softer plate is tried. */
const MOST_LOST_AT_FIRST = 0.04;
/** Overlap that the result may lose against the bare hull, and share of any mask it may be missing: less than a leg. */
const MOST_LOST = { overlap: 0.06, missing: 0.02 };
/** The same for hollows that a network has seen, against the fit before it was asked. */
const MOST_HOLLOWED = { overlap: 0.02, missing: 0.01 };

/**
 * Few views: the hull refined on a ladder of grids. No view is to spare, so the result is checked
 * against the input silhouettes: a plate so stiff that the first mesh loses them is softened, and a
 * result that covers them less than the hull by too much gives way to it.
 */
export async function fitFewViews(
	first: Pick<Rung, "hull" | "spacing"> & Partial<Rung>,
	finer: readonly (() => Promise<Rung>)[],
	field: Field,
	cones: readonly SilhouetteCone[],
	views: readonly View[],
	colored: readonly ColoredView[] | undefined,
	{ few, solverSteps }: FitPreset,
	look: GuessLook | undefined,
	ctx: Pick<RunContext, "parallel" | "checkpoint">,
): Promise<Mesh> {
	const match = createSilhouetteFit(cones, views, ctx);
	let leastAtFirst: number | undefined;
	const fitted = await fitMesh(
		first.hull,
		field,
		cones,
		{
			weights: FEW_WEIGHTS,
			spacing: first.spacing,
			steps: few.steps,
			solverSteps,
			colored,
			finer,
			advise:
				look && ((fit, c) => look(fit, ADVICE, { ...ctx, checkpoint: c })),
			keeps: async (before, after) =>
				keepsOutlines(await match(before), await match(after), MOST_HOLLOWED),
			plateWeight: first.plateWeight,
			finish: FINISH,
			accept: async (carried, onto) => {
				leastAtFirst ??= (await match(onto)).overlap - MOST_LOST_AT_FIRST;
				return (await match(carried)).overlap >= leastAtFirst;
			},
		},
		ctx,
	);
	return keepOutlines(fitted, ((await finer.at(-1)?.()) ?? first).hull, match);
}

/** The fit, or the hull where the fit lacks parts that the pictures show. */
export async function keepOutlines(
	fitted: Mesh,
	hull: Mesh,
	match: SilhouetteFit,
): Promise<Mesh> {
	return keepsOutlines(await match(hull), await match(fitted), MOST_LOST)
		? fitted
		: hull;
}

function keepsOutlines(
	before: OutlineMatch,
	after: OutlineMatch,
	most: OutlineMatch,
): boolean {
	return (
		after.overlap >= before.overlap - most.overlap &&
		after.missing <= before.missing + most.missing
	);
}
