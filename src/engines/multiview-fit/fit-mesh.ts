import type { Mesh } from "../../core/mesh.ts";
import type { TaskContext } from "../../core/parallel.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";
import type { SilhouetteCone } from "../../kernel/field/hull-field.ts";
import { subdivide } from "../../kernel/mesh/subdivide.ts";
import { carryMove } from "../../kernel/optimize/carry-move.ts";
import type { ColoredView } from "../../kernel/optimize/photometric-terms.ts";
import {
	type RefineOptions,
	refineSurface,
} from "../../kernel/optimize/refine-surface.ts";
import {
	createOutlineBins,
	type OutlineBins,
} from "../../kernel/optimize/silhouette-terms.ts";
import type { Rung } from "./hull-ladder.ts";
import { SLENDER, thinPlateWeight } from "./plate-weight.ts";

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
	/**
	 * Asked once, in the middle of the last round but one: where the views' surfaces are thought to be, bold advice
	 * before careful. The rest of that round and the last one heed the first whose result `keeps` takes, or the last.
	 */
	readonly advise?:
		| ((fit: Mesh, checkpoint: Checkpoint) => Promise<readonly Advice[]>)
		| undefined;
	/** Whether advice has left the fit what the pictures show. Default: it always has. */
	readonly keeps?: (before: Mesh, after: Mesh) => Promise<boolean>;
	/**
	 * The hull on finer grids: they take the places of rounds of subdivision, moved the way the one
	 * before was, and bring back what that was too coarse for.
	 */
	readonly finer?: readonly (() => Promise<Rung>)[];
	/** Shares of the thin plate on the first mesh. Default: found here. */
	readonly plateWeight?: Float64Array | undefined; // [vertexCount]
	/**
	 * Asked after the first round, with its move carried to the second hull: while it refuses, the
	 * first round is done again with a quarter of the fairness. Default: takes all.
	 */
	readonly accept?: (carried: Mesh, hull: Mesh) => Promise<boolean>;
	/** Left out: outlines only. */
	readonly colored?: readonly ColoredView[] | undefined;
	/** The rim drawn onto the outlines at last. Default: as the plate leaves it. */
	readonly finish?: Finish;
}

/** Depths that somebody thinks the views have, and how they are heeded. */
export type Advice = NonNullable<RefineOptions["depths"]>;

/** Spacing for which the weights are given. */
const REFERENCE_SPACING = 1 / 64;
/** Pixels of outline that share one rim vertex. */
const RIM_SPACING = 2;
/** Distance to the depth maps at which their pull grows no more. */
const ANCHOR_REACH = 0.02;
const DAMPING = 0.03;

/** Distance to the coarser hull, in its cells, from which on it says nothing about a finer one. */
const REACH_CELLS = 2;
/** By what the fairness is divided where the first mesh is refused, and how often. */
const SOFTER = 4;
const MOST_RETRIES = 2;
/** Weight that holds what only the finer hull knows. */
const HOLD = 10;
/** Share of the plate below which a part is too thin for its coarse move to be believed. */
const SOLID = 0.2;

/**
 * Refines a closed mesh in the unit frame, coarse to fine: the thin plate of a fine mesh takes
 * many steps to carry news across it, so the form is found on a coarse one.
 *
 * The weights stand for integrals over the surface: per vertex they grow with the area it stands
 * for. The plate's energy falls with the fourth power of the spacing, so each round of subdivision
 * weighs it four times; the first mesh follows the object's thinness, and the plate with it.
 */
export async function fitMesh(
	start: Mesh,
	field: Field,
	cones: readonly SilhouetteCone[],
	{
		weights,
		spacing,
		steps,
		solverSteps,
		colored,
		anchor,
		advise,
		keeps,
		finer,
		plateWeight: givenPlate,
		accept,
		finish,
	}: FitOptions,
	{ parallel, checkpoint }: TaskContext = {},
): Promise<Mesh> {
	const outlines = cones.map((cone) => createOutlineBins(cone, RIM_SPACING));
	let mesh = start;
	let plateWeight =
		givenPlate ?? thinPlateWeight(mesh, field, weights.leastPlate);
	// A finer mesh takes about four times as long a step.
	const costs = steps.map((count, round) => count * 4 ** round);
	// With a better fit the advice is better, and the finest can still heed it.
	const advisedRound = Math.max(0, steps.length - 2);
	// Advice takes about as long as that round.
	const lastCost = (finish?.steps ?? 0) * 4 ** (steps.length - 1);
	const total =
		costs.reduce((sum, cost) => sum + cost, lastCost) +
		(advise ? costs[advisedRound] : 0);
	let done = 0;
	let cell = spacing;
	let hold: Float64Array | undefined;
	let before = start;
	let fairness = weights.fairness;
	let advice: Advice | undefined;
	for (let round = 0; round < steps.length; round++) {
		const next = round > 0 ? await finer?.[round - 1]?.() : undefined;
		if (next) {
			plateWeight = next.plateWeight.slice();
			const carried = carryMove(
				next.hull,
				before,
				mesh.positions,
				REACH_CELLS * cell,
				solidity(plateWeight),
			);
			before = next.hull;
			mesh = carried.mesh;
			cell = next.spacing;
			for (let v = 0; v < plateWeight.length; v++)
				plateWeight[v] +=
					(1 - carried.share[v]) * (weights.leastPlate - plateWeight[v]);
			hold = carried.share.map((share) => HOLD * (1 - share));
		} else if (round > 0) {
			plateWeight = spreadToEdges(mesh, plateWeight);
			mesh = subdivide(mesh);
			cell /= 2;
		}
		const area = (cell / REFERENCE_SPACING) ** 2;
		const doneBefore = done;
		const begin = mesh;
		const restSteps =
			advise && round === advisedRound ? Math.floor(steps[round] / 2) : 0;
		const options = {
			steps: steps[round] - restSteps,
			// The finest hull begins where the coarser one has brought it: only short waves are left.
			solverSteps:
				round > 1 && next ? Math.ceil(0.6 * solverSteps) : solverSteps,
			insideWeight: weights.inside * area,
			rimWeight: weights.rim,
			damping: DAMPING * area,
			plateWeight,
			...(hold ? { hold } : {}),
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
			...heeding(advice, area),
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
		};
		const refine = (
			from = begin,
			changes: Partial<RefineOptions> = {},
		): Promise<Mesh> =>
			refineSurface(
				from,
				outlines,
				{
					...options,
					fairness: fairness * (spacing / cell) ** 2,
					...changes,
				},
				{
					parallel,
					checkpoint: (fraction) =>
						checkpoint?.((doneBefore + fraction * costs[round]) / total),
				},
			);
		mesh = await refine();
		const second = round === 0 && accept ? await finer?.[0]?.() : undefined;
		if (second && accept) {
			const trust = solidity(second.plateWeight);
			for (let retry = 0; retry < MOST_RETRIES; retry++) {
				const carried = carryMove(
					second.hull,
					begin,
					mesh.positions,
					REACH_CELLS * cell,
					trust,
				);
				if (await accept(carried.mesh, second.hull)) break;
				fairness /= SOFTER;
				for (const { multiplier } of outlines) multiplier.fill(0);
				mesh = await refine();
			}
		}
		done += costs[round];
		if (round === advisedRound && advise) {
			const unadvised = mesh;
			const pulls = outlines.map(({ multiplier }) => multiplier.slice());
			const offered = await advise(mesh, (fraction) =>
				checkpoint?.((done + fraction * costs[round]) / total),
			);
			for (const [n, one] of offered.entries()) {
				for (const [v, { multiplier }] of outlines.entries())
					multiplier.set(pulls[v]);
				advice = one;
				mesh = await refine(unadvised, {
					...heeding(one, area),
					steps: restSteps,
				});
				const isLast = n === offered.length - 1;
				if (isLast || !keeps || (await keeps(unadvised, mesh))) break;
			}
			done += costs[round];
		}
	}
	if (!finish) return mesh;
	return drawRims(mesh, outlines, finish, {
		fairness: fairness * (spacing / cell) ** 2,
		area: (cell / REFERENCE_SPACING) ** 2,
		hold: plateWeight.map(
			(weight, v) =>
				(hold?.[v] ?? 0) + HOLD * (1 - Math.min(1, weight / SLENDER)),
		),
		parallel,
		checkpoint: (fraction) =>
			checkpoint?.((done + fraction * lastCost) / total),
	});
}

/** How rims are drawn onto the outlines, once the form is found. */
export interface Finish {
	readonly steps: number;
	readonly solverSteps: number;
	/** Weights, like those of the fit. */
	readonly inside: number;
	readonly rim: number;
}

/** Pixels from the outline within which a vertex can be the rim, once the form is found: farther off, parts are missing. */
const NEAR_RIM = 3;

/**
 * Draws the rim onto the outlines firmly. The plate is at rest in the form found: it bends that smoothly, and draws
 * nothing in. What `hold` holds stays: rims on both sides of a slender part would tear it.
 */
function drawRims(
	mesh: Mesh,
	outlines: readonly OutlineBins[],
	{ steps, solverSteps, inside, rim }: Finish,
	{
		fairness,
		area,
		hold,
		...ctx
	}: TaskContext & {
		readonly fairness: number;
		/** That a vertex stands for. */
		readonly area: number;
		readonly hold: Float64Array; // [vertexCount]
	},
): Promise<Mesh> {
	for (const { multiplier } of outlines) multiplier.fill(0);
	return refineSurface(
		mesh,
		outlines,
		{
			steps,
			solverSteps,
			keepsForm: true,
			rimReach: NEAR_RIM,
			fairness,
			insideWeight: inside * area,
			rimWeight: rim,
			damping: DAMPING * area,
			hold,
		},
		ctx,
	);
}

/** The advice for vertices that stand for so much area. */
function heeding(
	advice: Advice | undefined,
	area: number,
): Pick<RefineOptions, "depths"> {
	if (advice === undefined) return {};
	return { depths: { ...advice, weight: advice.weight * area } };
}

/** How far the move of a coarser mesh is to be believed, by the share of the plate. */
function solidity(plateWeight: Float64Array): Float64Array {
	return plateWeight.map((weight) => Math.min(1, weight / SOLID));
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
