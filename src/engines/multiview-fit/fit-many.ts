import type { Mesh } from "../../core/mesh.ts";
import type { RunContext } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";
import type { View } from "../../core/view.ts";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import { confirmDepths, fuseDepths } from "../../kernel/field/fuse-depths.ts";
import {
	type GridField,
	gridField,
	sampleToGrid,
} from "../../kernel/field/grid-field.ts";
import type { SilhouetteCone } from "../../kernel/field/hull-field.ts";
import { keepComponents } from "../../kernel/mesh/components.ts";
import { heldOutError } from "../../kernel/optimize/held-out-error.ts";
import type { ColoredView } from "../../kernel/optimize/photometric-terms.ts";
import { type FitWeights, fitMesh } from "./fit-mesh.ts";
import type { FitPreset } from "./presets.ts";
import { silhouetteFit } from "./silhouette-fit.ts";
import { neighboursOf, prepareSweep, sweepViews } from "./sweep-views.ts";

const WEIGHTS: FitWeights = {
	fairness: 15,
	leastPlate: 0.05,
	inside: 60,
	rim: 0.04,
	color: 5,
	contrast: 1000,
	mismatch: 0.01,
	levels: [[2, 1], [1]],
	colorsFrom: 0.1,
};
const ANCHOR_WEIGHT = 40;
const GRID_RESOLUTION = 96;
/** How depths must be confirmed: by how many other maps. One suits matt objects, two all but mirrors. */
const CONFIRMATIONS = [2, 1] as const;
const CONFIRM_TOLERANCE = 0.012;
const HULL_WEIGHT = 0.15;
const TRUNCATION_CELLS = 2;
const THIN_RADIUS = 0.02;
/** How much less than measured is carved before the fit: noise must not eat the rims. World units. */
const MARGIN = 0.006;
/** Pieces of the carved hull with less area than this share of the largest are dropped. */
const CRUMB_SHARE = 0.02;
/** Views that only judge the carving. */
const JUDGES = 4;
/** A carved hull must predict the judges' pictures this much better than one carved less. */
const WORTH = 0.99;
/** Overlap with the input silhouettes that may be lost against the bare hull. */
const MOST_LOST = 0.02;

/**
 * Many views: hollows carved out of the hull by stereo, where views kept out of it agree that this
 * is better, then refined. Matt objects gain much; on glossy ones stereo invents hollows, and the
 * judges see it.
 */
export async function fitManyViews(
	hull: Mesh,
	field: Field,
	cones: readonly SilhouetteCone[],
	views: readonly View[],
	colored: readonly ColoredView[] | undefined,
	resolution: number,
	{ steps, solverSteps }: FitPreset,
	ctx: RunContext,
): Promise<Mesh> {
	const carved =
		colored === undefined
			? null
			: await ctx.step("stereo", 0.4, (c) =>
					carveByStereo(hull, field, colored, resolution, c),
				);
	const attempt = (fairness: number, c: RunContext): Mesh =>
		fitMesh(
			carved?.mesh ?? hull,
			carved?.field ?? field,
			cones,
			{
				weights: { ...WEIGHTS, fairness },
				spacing: 1 / resolution,
				steps,
				solverSteps,
				colored,
				anchor: carved
					? { field: carved.field, hull: carved.hull, weight: ANCHOR_WEIGHT }
					: undefined,
			},
			c.checkpoint,
		);
	const least = silhouetteFit(hull, cones, views) - MOST_LOST;
	const fitted = await ctx.step("refine", 0.6, (c) =>
		attempt(WEIGHTS.fairness, c),
	);
	if (silhouetteFit(fitted, cones, views) >= least) return fitted;
	const looser = await ctx.step("refine again", 0.4, (c) =>
		attempt(WEIGHTS.fairness / 10, c),
	);
	return silhouetteFit(looser, cones, views) >= least ? looser : hull;
}

interface Carved {
	readonly mesh: Mesh;
	readonly field: GridField;
	readonly hull: GridField;
}

/** The hull with hollows carved; null where the judges see no gain. */
async function carveByStereo(
	hull: Mesh,
	field: Field,
	colored: readonly ColoredView[],
	resolution: number,
	ctx: RunContext,
): Promise<Carved | null> {
	const grid = sampleToGrid(field, GRID_RESOLUTION, (fraction) =>
		ctx.checkpoint(0.1 * fraction),
	);
	const small = prepareSweep(hull, grid, colored, (fraction) =>
		ctx.checkpoint(0.1 + 0.05 * fraction),
	);
	const judges = Array.from({ length: JUDGES }, (_, n) =>
		Math.floor(((n + 0.5) * small.length) / JUDGES),
	);
	const swept = small.filter((_, v) => !judges.includes(v));
	const neighbours = neighboursOf(swept);
	const maps = sweepViews(swept, neighbours, (fraction) =>
		ctx.checkpoint(0.15 + 0.6 * fraction),
	);
	let best: Carved | null = null;
	let leastError = heldOutError(hull, small, judges);
	ctx.log.debug("held-out error of the hull", { leastError });
	for (let n = 0; n < CONFIRMATIONS.length; n++) {
		ctx.checkpoint(0.75 + (0.25 * n) / CONFIRMATIONS.length);
		const kept = confirmDepths(maps, neighbours, {
			needed: CONFIRMATIONS[n],
			tolerance: CONFIRM_TOLERANCE,
		});
		const values = fuseDepths(grid, kept, {
			truncation: TRUNCATION_CELLS * grid.spacing,
			thinRadius: THIN_RADIUS,
			hullWeight: HULL_WEIGHT,
		});
		const fused = gridField(
			grid.bounds,
			values,
			grid.counts,
			grid.spacing,
			grid.origin,
		);
		const careful = gridField(
			grid.bounds,
			values.map((value, at) => Math.max(grid.values[at], value - MARGIN)),
			grid.counts,
			grid.spacing,
			grid.origin,
		);
		const mesh = keepComponents(
			extractSurface(careful, { resolution }),
			CRUMB_SHARE,
		);
		if (mesh.indices.length === 0) continue;
		const error = heldOutError(mesh, small, judges);
		ctx.log.debug("held-out error of a carving", {
			confirmations: CONFIRMATIONS[n],
			error,
		});
		if (error >= WORTH * leastError) continue;
		leastError = error;
		best = { mesh, field: fused, hull: grid };
	}
	return best;
}
