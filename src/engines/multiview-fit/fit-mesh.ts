import type { Mesh } from "../../core/mesh.ts";
import type { RunContext } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";
import type { View } from "../../core/view.ts";
import type { SilhouetteCone } from "../../kernel/field/hull-field.ts";
import { colorPyramid } from "../../kernel/image/color-pyramid.ts";
import { buildVertexNeighbours } from "../../kernel/mesh/adjacency.ts";
import {
	areaNormals,
	refineSurface,
} from "../../kernel/optimize/refine-surface.ts";
import {
	measureThickness,
	smoothValues,
} from "../../kernel/optimize/thickness.ts";
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
const MOST_LOST = 0.015;
/** Parts thinner than this are held less by the thin plate, with the cube of their thickness. */
const THICK = 0.12;
const LEAST_PLATE = 0.003;
const PLATE_SMOOTHING = 4;
const PYRAMID_LEVELS = 5;

/**
 * The hull refined. Checked against the input silhouettes: where the fit loses too much of them
 * (thin and flat parts), a tenth of the fairness is tried, and failing that the hull stays.
 */
export function fitMesh(
	hull: Mesh,
	field: Field,

	cones: readonly SilhouetteCone[],
	views: readonly View[],
	preset: FitPreset,
	ctx: RunContext,
): Mesh {
	const plateWeight = thinPlateWeight(hull, field);
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
				plateWeight,
				...(colored
					? {
							photometric: {
								views: colored,
								levels: [3, 2, 1],
								startAt: 0.25,
								weight: 20,
								contrast: 100,
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

/** Without it the plate draws thin legs in: they have little silhouette to hold on to. */
function thinPlateWeight(
	hull: Mesh,
	field: Field,
): Float64Array /* [vertexCount] */ {
	const positions = Float64Array.from(hull.positions);
	const normals = new Float64Array(positions.length);
	areaNormals(positions, hull.indices, normals);
	const weight = measureThickness(field, positions, normals, THICK);
	for (let v = 0; v < weight.length; v++)
		weight[v] = Math.max(LEAST_PLATE, (weight[v] / THICK) ** 3);
	return smoothValues(
		weight,
		buildVertexNeighbours(hull.indices, weight.length),
		PLATE_SMOOTHING,
	);
}
