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
} from "../../kernel/field/grid-field.ts";
import { keepComponents } from "../../kernel/mesh/components.ts";
import {
	compareWhereApart,
	type Prediction,
	predictViews,
} from "../../kernel/optimize/held-out-error.ts";
import type { ColoredView } from "../../kernel/optimize/photometric-terms.ts";
import {
	type DepthMap,
	SWEEP_DEFAULTS,
	type SweepOptions,
	type SweepView,
} from "../../kernel/optimize/sweep-depth.ts";
import { neighboursOf, smallViews, sweepTask } from "./sweep-views.ts";

const GRID_RESOLUTION = 96;
/** How depths must be confirmed: by how many other maps. One suits matt objects, two all but mirrors. */
const CONFIRMATIONS: readonly number[] = [2, 1];
const CONFIRM_TOLERANCE = 0.012;
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
const WORTH = 0.85;
/** Pixels at which the judges must see a difference: else it is none worth a word. */
const LEAST_PIXELS = 30;
/** Longer side of the pictures that are swept, about. */
const SWEEP_SIDE = 256;
/** The trial: half of the detail each way, a sixth of the work. */
const TRIAL_SIDE = SWEEP_SIDE / 2;
const TRIAL_PIXELS = LEAST_PIXELS / 4;
const TRIAL_SWEEP: SweepOptions = {
	...SWEEP_DEFAULTS,
	count: 22,
	spacing: 0.013,
	before: 1,
};

export interface Carved {
	/** Carved a little less than measured. */
	readonly mesh: Mesh;
	/** As measured. */
	readonly field: GridField;
	readonly hull: GridField;
}

/**
 * Hollows carved out of the hull by stereo; null where views kept out of it see no gain. Each view
 * is swept, depths that other views confirm are fused, and views that took no part say by their
 * pictures whether that is better than the bare hull: first at a fraction of the cost in pictures
 * of half the size, and only where it pays in full, with a choice of how strict to be.
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
	const { bounds, counts, spacing, origin } = grid;
	const values = inSharedMemory(grid.values);
	const lattice: Lattice = { bounds, values, counts, spacing, origin };
	const all = colored.map((_, v) => v);
	const judges = Array.from({ length: JUDGES }, (_, n) =>
		Math.floor(((n + 0.5) * colored.length) / JUDGES),
	);
	const others = all.filter((v) => !judges.includes(v));
	const sweep = (
		{ views, options }: Scale,
		asked: readonly number[],
		among: readonly number[],
		c: RunContext,
	): Promise<DepthMap[]> => {
		const neighbours = neighboursOf(views, asked, among);
		return mapTask(
			sweepTask,
			{ views, hull, lattice, options },
			asked.map((view, n) => ({ view, neighbours: neighbours[n] })),
			c,
		);
	};
	// What the judges say of each way to carve; of the hull for null.
	const judge = (
		{ views }: Scale,
		maps: readonly DepthMap[],
		ways: readonly (number | null)[],
		c: RunContext,
	): Promise<Prediction[][]> =>
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
				neighbours: neighboursOf(views, others, others).map((list) =>
					list.map((other) => others.indexOf(other)),
				),
			},
			ways,
			c,
		);
	// (1) Whether to carve at all, from depth maps of all views but the judges.
	const small: Scale = {
		views: smallViews(colored, TRIAL_SIDE),
		options: TRIAL_SWEEP,
	};
	const pays = await ctx.step("trial", 0.25, async (c) => {
		const maps = await c.step("sweep", 0.5, (k) =>
			sweep(small, others, others, k),
		);
		const [bare, carved] = await c.step("judge", 0.5, (k) =>
			judge(small, maps, [null, CONFIRMATIONS[0]], k),
		);
		return isBetter(bare, carved, TRIAL_PIXELS, ctx);
	});
	if (!pays) return null;
	// (2) The same with all detail, and how strictly depths must be confirmed.
	const full: Scale = {
		views: smallViews(colored, SWEEP_SIDE),
		options: SWEEP_DEFAULTS,
	};
	const maps = await ctx.step("sweep", 0.4, (c) =>
		sweep(full, others, others, c),
	);
	const [strict, loose] = await ctx.step("judge", 0.15, (c) =>
		judge(full, maps, CONFIRMATIONS, c),
	);
	const needed =
		CONFIRMATIONS[isBetter(strict, loose, LEAST_PIXELS, ctx) ? 1 : 0];
	// (3) The judges' own depths join in.
	const late = await ctx.step("sweep judges", 0.1, (c) =>
		sweep(full, judges, all, c),
	);
	const complete = all.map((v) =>
		judges.includes(v) ? late[judges.indexOf(v)] : maps[others.indexOf(v)],
	);
	const fused = fuse(
		lattice,
		complete,
		neighboursOf(full.views, all, all),
		needed,
	);
	return {
		mesh: carefulMesh(lattice, fused, resolution),
		field: latticeField(fused),
		hull: grid,
	};
}

/** The views at one size, and how they are swept. */
interface Scale {
	readonly views: readonly SweepView[];
	readonly options: SweepOptions;
}

/** Whether the second surface predicts the judges' pictures clearly better, where the two differ. */
function isBetter(
	first: readonly Prediction[],
	second: readonly Prediction[],
	leastPixels: number,
	{ log }: RunContext,
): boolean {
	const { a, b, pixels } = compareWhereApart(first, second, APART);
	log.debug("judges", { a, b, pixels });
	return pixels >= leastPixels && b < WORTH * a;
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
