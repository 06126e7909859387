import type { Mesh } from "../../core/mesh.ts";
import {
	inSharedMemory,
	mapTask,
	type Task,
	type TaskContext,
} from "../../core/parallel.ts";
import { type Lattice, latticeField } from "../../kernel/field/grid-field.ts";
import type { ColorLevel } from "../../kernel/image/color-pyramid.ts";
import { createCostRooms } from "../../kernel/optimize/best-two.ts";
import type { ColoredView } from "../../kernel/optimize/photometric-terms.ts";
import type { SmallView } from "../../kernel/optimize/small-view.ts";
import {
	type DepthMap,
	reachInside,
	SWEEP_DEFAULTS,
	type SweepOptions,
	sweepDepth,
	sweepView,
} from "../../kernel/optimize/sweep-depth.ts";
import {
	createRasterMemory,
	rasterize,
} from "../../kernel/raster/rasterize.ts";

/** How finely views are swept. */
export interface SweepScale {
	/** Longer side of the pictures, about; pixels. */
	readonly side: number;
	readonly depths: SweepOptions;
	/** Views to compare each with. */
	readonly neighbours: number;
}

export const FULL_SCALE: SweepScale = {
	side: 256,
	depths: SWEEP_DEFAULTS,
	neighbours: 8,
};
/** From a first carving: it may be too deep, and hardly much too shallow. */
export const AGAIN_SCALE: SweepScale = {
	...FULL_SCALE,
	depths: { ...SWEEP_DEFAULTS, count: 24, before: 8 },
};
/** Half as fine in every direction: an eighth of the costs to compare. */
export const SMALL_SCALE: SweepScale = {
	side: 128,
	neighbours: 5,
	depths: {
		...SWEEP_DEFAULTS,
		count: 24, // a little more than half: vectors take four at a time
		spacing: SWEEP_DEFAULTS.spacing * 2,
		before: SWEEP_DEFAULTS.before / 2,
	},
};
/** Angles between views that are compared. */
const NEAREST_RADIANS = (10 * Math.PI) / 180;
const FARTHEST_RADIANS = (72 * Math.PI) / 180;

/** The views at the size of the sweep, in memory that all threads see. */
export function smallViews(
	colored: readonly ColoredView[],
	side: number,
): SmallView[] {
	const offSize = ({ width, height }: ColorLevel): number =>
		Math.abs(Math.log2(Math.max(width, height) / side));
	return colored.map(({ camera, levels }) => {
		const level = levels.reduce((best, candidate) =>
			offSize(candidate) < offSize(best) ? candidate : best,
		);
		const small = sweepView(camera, level);
		return { ...small, colors: inSharedMemory(small.colors) };
	});
}

/** For each view those of the others that look from nearby, nearest first. */
function neighboursOf(views: readonly SmallView[], count: number): number[][] {
	return views.map(({ camera }, v) => {
		const a = camera.worldFromCamera;
		return views
			.map((view, other) => {
				const b = view.camera.worldFromCamera;
				const cosine = a[2] * b[2] + a[6] * b[6] + a[10] * b[10];
				return { other, angle: Math.acos(Math.max(-1, Math.min(1, cosine))) };
			})
			.filter(
				({ other, angle }) =>
					other !== v && angle > NEAREST_RADIANS && angle < FARTHEST_RADIANS,
			)
			.sort((p, q) => p.angle - q.angle)
			.slice(0, count)
			.map(({ other }) => other);
	});
}

/** Depth maps of views, and for each the others that it was compared with. */
export interface Sweep {
	readonly maps: readonly DepthMap[];
	readonly neighbours: readonly (readonly number[])[]; // per map: indices of maps
	/** Between the depths that were tried; world units. */
	readonly spacing: number;
}

/** Sweeps all of some views, in all threads. */
export async function sweepViews(
	{ depths, neighbours: count }: SweepScale,
	scene: Omit<SweepShared, "depths">,
	ctx: TaskContext,
): Promise<Sweep> {
	const neighbours = neighboursOf(scene.views, count);
	const maps = await mapTask(
		sweepTask,
		{ ...scene, depths },
		neighbours.map((list, view) => ({ view, neighbours: list })),
		ctx,
	);
	return { maps, neighbours, spacing: depths.spacing };
}

/** What all sweeps have in common. */
export interface SweepShared {
	readonly views: readonly SmallView[];
	readonly hull: Mesh;
	/** What a first sweep has carved: this one begins there. */
	readonly carved?: Mesh | undefined;
	/** The hull's field. */
	readonly lattice: Lattice;
	readonly depths: SweepOptions;
}

/** A view to sweep, and the views to compare it with. */
export interface SweepInput {
	readonly view: number;
	readonly neighbours: readonly number[];
}

/** The depth map of one view. */
export const sweepTask: Task<SweepShared, SweepInput, DepthMap> = {
	module: import.meta.url,
	name: "sweepTask",
	open({ views, hull, carved, lattice, depths }) {
		const field = latticeField(lattice);
		const raster = createRasterMemory();
		const openRoom = createCostRooms();
		return ({ view, neighbours }, checkpoint) => {
			const { camera } = views[view];
			const { width, height } = camera;
			const depthOf = (mesh: Mesh): Float32Array =>
				rasterize(mesh, camera, {
					width,
					height,
					frontOnly: true,
					memory: raster,
				}).depth.slice();
			const enter = depthOf(hull);
			const from = carved ? depthOf(carved) : enter;
			return sweepDepth(
				views[view],
				neighbours.map((other) => views[other]),
				{ enter, from, reach: reachInside(field, camera, from, depths) },
				depths,
				openRoom,
				checkpoint,
			);
		};
	},
	transfer: ({ depth, behind, trust }) => [
		depth.buffer as ArrayBuffer,
		behind.buffer as ArrayBuffer,
		trust.buffer as ArrayBuffer,
	],
};
