import type { Mesh } from "../../core/mesh.ts";
import type { RunContext } from "../../core/run-context.ts";
import type { View } from "../../core/view.ts";
import type { SilhouetteCone } from "../../kernel/field/hull-field.ts";
import { colorPyramid } from "../../kernel/image/color-pyramid.ts";
import { refineSurface } from "../../kernel/optimize/refine-surface.ts";
import type { FitPreset } from "./presets.ts";
import { silhouetteFit } from "./silhouette-fit.ts";

/** Weights that suit few views and many. */
const FEW = { fairness: 200, insideWeight: 40, rimWeight: 0.3 } as const;
const MANY = { fairness: 30, insideWeight: 20, rimWeight: 0.3 } as const;
/** From here on views count as many. */
const MANY_VIEWS = 12;
/** Pixels of outline that share one rim vertex. */
const RIM_SPACING = 2;
const DAMPING = 0.03;
/** Silhouette overlap with the inputs that may be lost against the bare hull. */
const MOST_LOST = 0.005;
const PYRAMID_LEVELS = 5;

/**
 * The hull refined. Checked against the input silhouettes: where the fit loses too much of them
 * (thin and flat parts), a tenth of the fairness is tried, and failing that the hull stays.
 */
export function fitMesh(
	hull: Mesh,

	cones: readonly SilhouetteCone[],
	views: readonly View[],
	preset: FitPreset,
	ctx: RunContext,
): Mesh {
	const weights = views.length >= MANY_VIEWS ? MANY : FEW;
	const colored = preset.colors
		? views.map(({ image, mask }, v) => ({
				camera: cones[v].camera,
				levels: colorPyramid(image, mask, PYRAMID_LEVELS),
			}))
		: undefined;
	const fit = (fairness: number, from: number): Mesh =>
		refineSurface(
			hull,
			cones,
			{
				...weights,
				fairness,
				steps: preset.steps,
				solverSteps: preset.solverSteps,
				rimSpacing: RIM_SPACING,
				damping: DAMPING,
				...(colored
					? {
							photometric: {
								views: colored,
								levels: [3, 2, 1],
								startAt: 0.25,
								weight: 10,
								contrast: 200,
								mismatch: 0.01,
							},
						}
					: {}),
			},
			(fraction) => ctx.checkpoint(from + 0.45 * fraction),
		);
	const least = silhouetteFit(hull, cones, views) - MOST_LOST;
	const fitted = fit(weights.fairness, 0);
	if (silhouetteFit(fitted, cones, views) >= least) return fitted;
	const looser = fit(weights.fairness / 10, 0.45);
	if (silhouetteFit(looser, cones, views) >= least) return looser;
	return hull;
}
