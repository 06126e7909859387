import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";
import type { SilhouetteCone } from "../../kernel/field/hull-field.ts";
import { buildVertexNeighbours } from "../../kernel/mesh/adjacency.ts";
import { subdivide } from "../../kernel/mesh/subdivide.ts";
import type { ColoredView } from "../../kernel/optimize/photometric-terms.ts";
import {
	areaNormals,
	refineSurface,
} from "../../kernel/optimize/refine-surface.ts";
import { createOutlineBins } from "../../kernel/optimize/silhouette-terms.ts";
import {
	measureThickness,
	smoothValues,
} from "../../kernel/optimize/thickness.ts";

/** What pulls how hard, on a mesh whose edges are 1/64 of the object. */
export interface FitWeights {
	readonly fairness: number;
	/** The share of it that the thinnest parts keep. */
	readonly leastPlate: number;
	/** Holds vertices inside the silhouettes. */
	readonly inside: number;
	/** Draws the rim to the outlines. */
	readonly rim: number;
	readonly color: number;
	/** Gates of the colours: contrast they need, mismatch they may leave. */
	readonly contrast: number;
	readonly mismatch: number;
	/** Pyramid levels on the first mesh, for pixels of 1/280 of the object, and after. */
	readonly levels: readonly (readonly number[])[];
	/** Share of the first steps in which colours are silent. */
	readonly colorsFrom: number;
}

export interface FitOptions {
	readonly weights: FitWeights;
	/** Edge length of the mesh, about. */
	readonly spacing: number;
	/** Gauss-Newton steps before and after each round of subdivision. */
	readonly steps: readonly number[];
	readonly solverSteps: number;
	/** Holds the surface to where the depth maps put it. */
	readonly anchor?:
		| { readonly field: Field; readonly hull: Field; readonly weight: number }
		| undefined;
	/** Left out: outlines only. */
	readonly colored?: readonly ColoredView[] | undefined;
}

/** Spacing for which the weights are given. */
const REFERENCE_SPACING = 1 / 64;
/** Pixels of outline that share one rim vertex. */
const RIM_SPACING = 2;
/** Distance to the depth maps at which their pull grows no more. */
const ANCHOR_REACH = 0.02;
const DAMPING = 0.03;
/** Parts thinner than this are held less by the thin plate, with the cube of their thickness. */
const THICK = 0.12;
const PLATE_SMOOTHING = 4;

/**
 * Refines a closed mesh in the unit frame, coarse to fine: the thin plate of a fine mesh takes
 * many steps to carry news across it, so the form is found on a coarse one.
 *
 * The weights stand for integrals over the surface: per vertex they grow with the area it stands
 * for. The plate's energy falls with the fourth power of the spacing, so each round of subdivision
 * weighs it four times; the first mesh follows the object's thinness, and the plate with it.
 */
export function fitMesh(
	start: Mesh,
	field: Field,
	cones: readonly SilhouetteCone[],
	{ weights, spacing, steps, solverSteps, colored, anchor }: FitOptions,
	checkpoint?: Checkpoint,
): Mesh {
	const outlines = cones.map((cone) => createOutlineBins(cone, RIM_SPACING));
	let mesh = start;
	let plateWeight = thinPlateWeight(mesh, field, weights.leastPlate);
	// A finer mesh takes about four times as long a step.
	const costs = steps.map((count, round) => count * 4 ** round);
	const total = costs.reduce((sum, cost) => sum + cost, 0);
	let done = 0;
	for (let round = 0; round < steps.length; round++) {
		if (round > 0) {
			plateWeight = spreadToEdges(mesh, plateWeight);
			mesh = subdivide(mesh);
		}
		const area = (spacing / 2 ** round / REFERENCE_SPACING) ** 2;
		const before = done;
		mesh = refineSurface(
			mesh,
			outlines,
			{
				steps: steps[round],
				solverSteps,
				fairness: weights.fairness * 4 ** round,
				insideWeight: weights.inside * area,
				rimWeight: weights.rim,
				damping: DAMPING * area,
				plateWeight,
				...(anchor
					? {
							anchor: {
								field: anchor.field,
								hull: anchor.hull,
								weight: anchor.weight * area,
								reach: ANCHOR_REACH,
							},
						}
					: {}),
				...(colored
					? {
							photometric: {
								views: colored,
								levels: weights.levels[round],
								startAt: round === 0 ? weights.colorsFrom : 0,
								weight: weights.color * area,
								contrast: weights.contrast,
								mismatch: weights.mismatch,
							},
						}
					: {}),
			},
			(fraction) => checkpoint?.((before + fraction * costs[round]) / total),
		);
		done += costs[round];
	}
	return mesh;
}

/** Without it the plate draws thin legs in: they have little silhouette to hold on to. */
function thinPlateWeight(
	hull: Mesh,
	field: Field,
	least: number,
): Float64Array /* [vertexCount] */ {
	const positions = Float64Array.from(hull.positions);
	const normals = new Float64Array(positions.length);
	areaNormals(positions, hull.indices, normals);
	const weight = measureThickness(field, positions, normals, THICK);
	for (let v = 0; v < weight.length; v++)
		weight[v] = Math.max(least, (weight[v] / THICK) ** 3);
	return smoothValues(
		weight,
		buildVertexNeighbours(hull.indices, weight.length),
		PLATE_SMOOTHING,
	);
}

/** Values for the vertices of the subdivided mesh: those of the edges get the mean of their ends. */
function spreadToEdges(
	mesh: Mesh,
	values: Float64Array, // [vertexCount]
): Float64Array /* [vertexCount + edgeCount] */ {
	const positions = new Float32Array(values.length * 3);
	for (let v = 0; v < values.length; v++) positions[v * 3] = values[v];
	const finer = subdivide({ positions, indices: mesh.indices }).positions;
	const out = new Float64Array(finer.length / 3);
	for (let v = 0; v < out.length; v++) out[v] = finer[v * 3];
	return out;
}
