import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";
import type { View } from "../../core/view.ts";
import type { SilhouetteCone } from "../../kernel/field/hull-field.ts";
import type { ColoredView } from "../../kernel/optimize/photometric-terms.ts";
import { type FitWeights, fitMesh } from "./fit-mesh.ts";
import type { FitPreset } from "./presets.ts";
import { silhouetteFit } from "./silhouette-fit.ts";

const WEIGHTS: FitWeights = {
	fairness: 150,
	leastPlate: 0.004,
	inside: 40,
	rim: 0.2,
	color: 14,
	contrast: 100,
	mismatch: 0.01,
	levels: [[3, 2, 1], [1]],
	colorsFrom: 0.25,
};
/** Overlap with the input silhouettes that may be lost against the bare hull. */
const MOST_LOST = 0.03;

/**
 * Few views: the hull refined. No view is to spare, so the result is checked against the input
 * silhouettes: where the fit loses too much of them (thin and flat parts), a tenth of the fairness
 * is tried, and failing that the hull stays.
 */
export function fitFewViews(
	hull: Mesh,
	field: Field,
	cones: readonly SilhouetteCone[],
	views: readonly View[],
	colored: readonly ColoredView[] | undefined,
	resolution: number,
	{ steps, solverSteps }: FitPreset,
	checkpoint?: Checkpoint,
): Mesh {
	const attempt = (fairness: number, from: number): Mesh =>
		fitMesh(
			hull,
			field,
			cones,
			{
				weights: { ...WEIGHTS, fairness },
				spacing: 1 / resolution,
				steps,
				solverSteps,
				colored,
			},
			(fraction) => checkpoint?.(from + 0.5 * fraction),
		);
	const least = silhouetteFit(hull, cones, views) - MOST_LOST;
	const fitted = attempt(WEIGHTS.fairness, 0);
	if (silhouetteFit(fitted, cones, views) >= least) return fitted;
	const looser = attempt(WEIGHTS.fairness / 10, 0.5);
	return silhouetteFit(looser, cones, views) >= least ? looser : hull;
}
