import type { Mesh } from "../../core/mesh.ts";
import { inSharedMemory, mapTask, type Task } from "../../core/parallel.ts";
import type { RunContext } from "../../core/run-context.ts";
import { confirmDepths } from "../../kernel/field/fuse-depths.ts";
import type { Lattice } from "../../kernel/field/grid-field.ts";
import {
	compareWhereApart,
	type Prediction,
	predictViews,
} from "../../kernel/optimize/held-out-error.ts";
import type { ColoredView } from "../../kernel/optimize/photometric-terms.ts";
import type { SmallView } from "../../kernel/optimize/small-view.ts";
import { carefulMesh, carvedByDepths } from "./carved-mesh.ts";
import {
	AGAIN_SCALE,
	FULL_SCALE,
	SMALL_SCALE,
	type Sweep,
	smallViews,
	sweepViews,
} from "./sweep-views.ts";

/** How depths must be confirmed: by how many other maps. One suits matt objects, two all but mirrors. */
const CONFIRMATIONS: readonly number[] = [2, 1];
/** How near, of how far behind the hull: at least a step between depths, and at most this much. */
const CONFIRM_SHARE = 0.3;
const CONFIRM_MOST = 0.02;
/** Views that only judge the carving, until it is decided. */
const JUDGES = 4;
/** Where two carvings are this far apart (world units) the judges compare them. */
const APART = 0.01;
/** What a carving must leave of the error with which the bare hull predicts their pictures, and a looser carving of a stricter one's. */
const WORTH_CARVING = 0.85;
const WORTH_LOOSER = 0.9;
/** Small pixels at which the judges must see a difference: else it is none worth a word. */
const LEAST_PIXELS = 20;

/**
 * The hull's field with hollows carved out of it by stereo, as measured; null where views kept out of it see no gain. First a
 * trial on small pictures: each view is swept, depths that other views confirm are fused, and views
 * that took no part say by their pictures how strictly depths must be confirmed, or that the bare
 * hull is best, as for most objects. Then all views are swept in full, and once more from what
 * that has carved: windows are slanted as the surface is, and fewer depths are left to choose from.
 */
export async function carveByStereo(
	hull: Mesh,
	lattice: Lattice, // of the hull
	colored: readonly ColoredView[],
	resolution: number,
	ctx: RunContext,
): Promise<Lattice | null> {
	const scene: Scene = { hull, lattice, colored, resolution };
	const needed = await ctx.step("trial", 0.25, (c) => tryStereo(scene, c));
	if (needed === null) return null;
	const views = smallViews(colored, FULL_SCALE.side);
	const inFull = { views, hull, lattice };
	const first = await ctx.step("sweep", 0.45, async (c) =>
		fuse(lattice, await sweepViews(FULL_SCALE, inFull, c), needed),
	);
	const carved = carefulMesh(lattice, first, resolution);
	return ctx.step("sweep again", 0.3, async (c) =>
		fuse(
			lattice,
			await sweepViews(AGAIN_SCALE, { ...inFull, carved }, c),
			needed,
		),
	);
}

interface Scene {
	readonly hull: Mesh;
	readonly lattice: Lattice;
	readonly colored: readonly ColoredView[];
	readonly resolution: number;
}

/**
 * How many confirmations a depth needs, in the eyes of some views that judge what the others carve;
 * null where the bare hull is best. On small pictures.
 */
async function tryStereo(
	{ hull, lattice, colored, resolution }: Scene,
	ctx: RunContext,
): Promise<number | null> {
	const views = smallViews(colored, SMALL_SCALE.side);
	const judges = Array.from({ length: JUDGES }, (_, n) =>
		Math.floor(((n + 0.5) * views.length) / JUDGES),
	);
	const others = views.filter((_, v) => !judges.includes(v));
	const { maps, ...swept } = await ctx.step("sweep", 0.7, (c) =>
		sweepViews(SMALL_SCALE, { views: others, hull, lattice }, c),
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
				sweep: {
					...swept,
					maps: maps.map(({ camera, depth, behind, trust }) => ({
						camera,
						depth: inSharedMemory(depth),
						behind: inSharedMemory(behind),
						trust: inSharedMemory(trust),
					})),
				},
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
		const worth = chosen === 0 ? WORTH_CARVING : WORTH_LOOSER;
		if (pixels >= LEAST_PIXELS && b < worth * a) chosen = n;
	}
	return chosen === 0 ? null : CONFIRMATIONS[chosen - 1];
}

interface JudgeShared {
	readonly hull: Mesh;
	readonly lattice: Lattice;
	readonly views: readonly SmallView[];
	readonly judges: readonly number[];
	readonly resolution: number;
	/** Of the views that are no judges. */
	readonly sweep: Sweep;
}

/** How the hull (null), or what is carved with so many confirmations, predicts the judges' pictures. */
export const judgeTask: Task<JudgeShared, number | null, Prediction[]> = {
	module: import.meta.url,
	name: "judgeTask",
	open({ hull, lattice, views, judges, resolution, sweep }) {
		return (needed, checkpoint) => {
			const mesh =
				needed === null
					? hull
					: carefulMesh(lattice, fuse(lattice, sweep, needed), resolution);
			return predictViews(mesh, views, judges, checkpoint);
		};
	},
};

function fuse(
	lattice: Lattice,
	{ maps, neighbours, spacing }: Sweep,
	needed: number,
): Lattice {
	const kept = confirmDepths(maps, neighbours, {
		needed,
		tolerance: {
			share: CONFIRM_SHARE,
			least: spacing,
			most: CONFIRM_MOST,
		},
	});
	return carvedByDepths(lattice, kept);
}
