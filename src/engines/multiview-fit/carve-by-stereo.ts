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
import type { DepthMap, SweepView } from "../../kernel/optimize/sweep-depth.ts";
import {
	FULL_SCALE,
	neighboursOf,
	SMALL_SCALE,
	type SweepScale,
	smallViews,
	sweepTask,
} from "./sweep-views.ts";

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
/** The same for the small trial, which must miss no hollows. */
const WORTH_A_TRIAL = 0.9;
/** Pixels at which the judges must see a difference, at the full scale: else it is none worth a word. */
const LEAST_PIXELS = 30;

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
 * pictures how strictly depths must be confirmed, or that the bare hull is best. That is tried on
 * small pictures first: for most objects the hull is best, and a small trial tells.
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
	const small = await ctx.step("small trial", 0.15, (c) =>
		tryStereo(scene, SMALL_SCALE, WORTH_A_TRIAL, c),
	);
	if (small.needed === null) return null;
	const { views, sweep, maps, judges, others, needed } = await ctx.step(
		"trial",
		0.6,
		(c) => tryStereo(scene, FULL_SCALE, WORTH, c),
	);
	if (needed === null) return null;
	// The judges' own depths join in.
	const all = views.map((_, v) => v);
	const late = await ctx.step("sweep judges", 0.1, (c) =>
		sweep(judges, all, c),
	);
	const complete = all.map((v) =>
		judges.includes(v) ? late[judges.indexOf(v)] : maps[others.indexOf(v)],
	);
	const fused = fuse(
		scene.lattice,
		complete,
		neighboursOf(views, all, all),
		needed,
	);
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

interface Trial {
	readonly views: readonly SweepView[];
	/** Views, by number, that took no part, and those that did. */
	readonly judges: readonly number[];
	readonly others: readonly number[];
	readonly maps: readonly DepthMap[]; // of the others
	/** Confirmations that a depth needs; null where the bare hull is best. */
	readonly needed: number | null;
	/** Depth maps of some views, compared with some. */
	readonly sweep: (
		asked: readonly number[],
		among: readonly number[],
		ctx: RunContext,
	) => Promise<DepthMap[]>;
}

/** Depth maps of all views but the judges, and what these say of the hull and of each way to carve it. */
async function tryStereo(
	{ hull, lattice, colored, resolution }: Scene,
	{ side, depths }: SweepScale,
	worth: number,
	ctx: RunContext,
): Promise<Trial> {
	const views = smallViews(colored, side);
	const judges = Array.from({ length: JUDGES }, (_, n) =>
		Math.floor(((n + 0.5) * views.length) / JUDGES),
	);
	const others = views.flatMap((_, v) => (judges.includes(v) ? [] : [v]));
	const sweep: Trial["sweep"] = (asked, among, c) => {
		const neighbours = neighboursOf(views, asked, among);
		return mapTask(
			sweepTask,
			{ views, hull, lattice, depths },
			asked.map((view, n) => ({ view, neighbours: neighbours[n] })),
			c,
		);
	};
	const maps = await ctx.step("sweep", 0.7, (c) => sweep(others, others, c));
	const neighbours = neighboursOf(views, others, others).map((list) =>
		list.map((other) => others.indexOf(other)),
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
				neighbours,
			},
			[null, ...CONFIRMATIONS],
			c,
		),
	);
	const leastPixels = LEAST_PIXELS * (side / FULL_SCALE.side) ** 2;
	let chosen = 0;
	for (let n = 1; n < predictions.length; n++) {
		const { a, b, pixels } = compareWhereApart(
			predictions[chosen],
			predictions[n],
			APART,
		);
		ctx.log.debug("judges", { side, from: chosen, to: n, a, b, pixels });
		if (pixels >= leastPixels && b < worth * a) chosen = n;
	}
	const needed = chosen === 0 ? null : CONFIRMATIONS[chosen - 1];
	return { views, judges, others, maps, needed, sweep };
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
