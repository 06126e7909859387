import type { Mesh } from "../../core/mesh.ts";
import { inSharedMemory, mapTask, type Task } from "../../core/parallel.ts";
import type { RunContext } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import { confirmDepths, fuseDepths } from "../../kernel/field/fuse-depths.ts";
import {
	type GridField,
	type Lattice,
	latticeField,
	sampleToGrid,
	sharedLattice,
} from "../../kernel/field/grid-field.ts";
import { keepComponents } from "../../kernel/mesh/components.ts";
import {
	compareWhereApart,
	type Prediction,
	predictViews,
} from "../../kernel/optimize/held-out-error.ts";
import type { ColoredView } from "../../kernel/optimize/photometric-terms.ts";
import type {
	DepthMap,
	SweepOptions,
	SweepView,
} from "../../kernel/optimize/sweep-depth.ts";
import {
	FULL_SCALE,
	neighboursOf,
	SMALL_SCALE,
	smallViews,
	sweepTask,
} from "./sweep-views.ts";

const GRID_RESOLUTION = 96;
/** How depths must be confirmed: by how many other maps. One suits matt objects, two all but mirrors. */
const CONFIRMATIONS: readonly number[] = [2, 1];
const CONFIRM_TOLERANCE = 0.02;
const HULL_WEIGHT = 0.15;
const TRUNCATION_CELLS = 2;
const THIN_RADIUS = 0.02;
/** How much less than measured is carved before the fit: noise must not eat the rims. World units. */
const MARGIN = 0.006;
/** Pieces of the carved hull with less area than this share of the largest are dropped. */
const CRUMB_SHARE = 0.02;
/** Views that only judge the carving, until it is decided. */
const JUDGES = 4;
/** Where two carvings are this far apart (world units) the looser must predict the judges' pictures this much better. */
const APART = 0.01;
const WORTH = 0.9;
/** Small pixels at which the judges must see a difference: else it is none worth a word. */
const LEAST_PIXELS = 20;

export interface Carved {
	/** Carved a little less than measured. */
	readonly mesh: Mesh;
	/** As measured. */
	readonly field: GridField;
	readonly hull: GridField;
}

/**
 * Hollows carved out of the hull by stereo; null where views kept out of it see no gain. First a
 * trial on small pictures: each view is swept, depths that other views confirm are fused, and views
 * that took no part say by their pictures how strictly depths must be confirmed, or that the bare
 * hull is best, as for most objects. Then all views are swept in full.
 */
export async function carveByStereo(
	hull: Mesh,
	field: Field,
	colored: readonly ColoredView[],
	resolution: number,
	ctx: RunContext,
): Promise<Carved | null> {
	const grid = await ctx.step("grid", 0.1, (c) =>
		sampleToGrid(field, GRID_RESOLUTION, THIN_RADIUS, c.checkpoint),
	);
	const scene: Scene = {
		hull,
		lattice: sharedLattice(grid),
		colored,
		resolution,
	};
	const needed = await ctx.step("trial", 0.2, (c) => tryStereo(scene, c));
	if (needed === null) return null;
	const views = smallViews(colored, FULL_SCALE.side);
	const all = views.map((_, v) => v);
	const neighbours = neighboursOf(views, all, all);
	const maps = await ctx.step("sweep", 0.7, (c) =>
		sweepViews(scene, views, FULL_SCALE.depths, all, neighbours, c),
	);
	const fused = fuse(scene.lattice, maps, neighbours, needed);
	return {
		mesh: carefulMesh(scene.lattice, fused, resolution),
		field: latticeField(fused),
		hull: grid,
	};
}

interface Scene {
	readonly hull: Mesh;
	readonly lattice: Lattice;
	readonly colored: readonly ColoredView[];
	readonly resolution: number;
}

/** Depth maps of some views, each compared with its neighbours. */
function sweepViews(
	{ hull, lattice }: Scene,
	views: readonly SweepView[],
	depths: SweepOptions,
	asked: readonly number[],
	neighbours: readonly (readonly number[])[], // of each that is asked
	ctx: RunContext,
): Promise<DepthMap[]> {
	return mapTask(
		sweepTask,
		{ views, hull, lattice, depths },
		asked.map((view, n) => ({ view, neighbours: neighbours[n] })),
		ctx,
	);
}

/**
 * How many confirmations a depth needs, in the eyes of some views that judge what the others carve;
 * null where the bare hull is best. On small pictures.
 */
async function tryStereo(
	scene: Scene,
	ctx: RunContext,
): Promise<number | null> {
	const { hull, lattice, colored, resolution } = scene;
	const views = smallViews(colored, SMALL_SCALE.side);
	const judges = Array.from({ length: JUDGES }, (_, n) =>
		Math.floor(((n + 0.5) * views.length) / JUDGES),
	);
	const others = views.flatMap((_, v) => (judges.includes(v) ? [] : [v]));
	const neighbours = neighboursOf(views, others, others);
	const maps = await ctx.step("sweep", 0.7, (c) =>
		sweepViews(scene, views, SMALL_SCALE.depths, others, neighbours, c),
	);
	const predictions = await ctx.step("judge", 0.3, (c) =>
		mapTask(
			judgeTask,
			{
				hull,
				lattice,
				views,
				judges,
				resolution,
				maps: maps.map(({ camera, depth, trust }) => ({
					camera,
					depth: inSharedMemory(depth),
					trust: inSharedMemory(trust),
				})),
				neighbours: neighbours.map((list) =>
					list.map((other) => others.indexOf(other)),
				),
			},
			[null, ...CONFIRMATIONS],
			c,
		),
	);
	let chosen = 0;
	for (let n = 1; n < predictions.length; n++) {
		const { a, b, pixels } = compareWhereApart(
			predictions[chosen],
			predictions[n],
			APART,
		);
		ctx.log.debug("judges", { from: chosen, to: n, a, b, pixels });
		if (pixels >= LEAST_PIXELS && b < WORTH * a) chosen = n;
	}
	return chosen === 0 ? null : CONFIRMATIONS[chosen - 1];
}

interface JudgeShared {
	readonly hull: Mesh;
	readonly lattice: Lattice;
	readonly views: readonly SweepView[];
	readonly judges: readonly number[];
	readonly resolution: number;
	readonly maps: readonly DepthMap[];
	readonly neighbours: readonly (readonly number[])[]; // per map: indices of maps
}

/** How the hull (null), or what is carved with so many confirmations, predicts the judges' pictures. */
export const judgeTask: Task<JudgeShared, number | null, Prediction[]> = {
	module: import.meta.url,
	name: "judgeTask",
	open({ hull, lattice, views, judges, resolution, maps, neighbours }) {
		return (needed, checkpoint) => {
			const mesh =
				needed === null
					? hull
					: carefulMesh(
							lattice,
							fuse(lattice, maps, neighbours, needed),
							resolution,
						);
			return predictViews(mesh, views, judges, checkpoint);
		};
	},
};

function fuse(
	lattice: Lattice,
	maps: readonly DepthMap[],
	neighbours: readonly (readonly number[])[],
	needed: number,
): Lattice {
	const kept = confirmDepths(maps, neighbours, {
		needed,
		tolerance: CONFIRM_TOLERANCE,
	});
	const values = fuseDepths(lattice, kept, {
		truncation: TRUNCATION_CELLS * lattice.spacing,
		thinRadius: THIN_RADIUS,
		hullWeight: HULL_WEIGHT,
	});
	return { ...lattice, values };
}

function carefulMesh(hull: Lattice, fused: Lattice, resolution: number): Mesh {
	const values = fused.values.map((value, at) =>
		Math.max(hull.values[at], value - MARGIN),
	);
	return keepComponents(
		extractSurface(latticeField({ ...fused, values }), { resolution }),
		CRUMB_SHARE,
	);
}
