import type { Mesh } from "../../core/mesh.ts";
import { inSharedMemory, type Task } from "../../core/parallel.ts";
import { type Lattice, latticeField } from "../../kernel/field/grid-field.ts";
import type { ColorLevel } from "../../kernel/image/color-pyramid.ts";
import { createCostRooms } from "../../kernel/optimize/best-two.ts";
import type { ColoredView } from "../../kernel/optimize/photometric-terms.ts";
import {
	type DepthMap,
	reachInside,
	SWEEP_DEFAULTS,
	type SweepOptions,
	type SweepView,
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
}

export const FULL_SCALE: SweepScale = { side: 256, depths: SWEEP_DEFAULTS };
/** Half as fine in every direction: an eighth of the costs to compare. */
export const SMALL_SCALE: SweepScale = {
	side: 128,
	depths: {
		...SWEEP_DEFAULTS,
		count: 24, // a little more than half: vectors take four at a time
		spacing: SWEEP_DEFAULTS.spacing * 2,
		before: SWEEP_DEFAULTS.before / 2,
	},
};
/** Views to compare each with, and the angles between them. */
const NEIGHBOURS = 5;
const NEAREST_RADIANS = (10 * Math.PI) / 180;
const FARTHEST_RADIANS = (72 * Math.PI) / 180;

/** The views at the size of the sweep, in memory that all threads see. */
export function smallViews(
	colored: readonly ColoredView[],
	side: number,
): SweepView[] {
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

/** For each of the views asked, those of the others that look from nearby, nearest first. */
export function neighboursOf(
	views: readonly SweepView[],
	asked: readonly number[],
	others: readonly number[],
): number[][] {
	return asked.map((v) => {
		const a = views[v].camera.worldFromCamera;
		return others
			.map((other) => {
				const b = views[other].camera.worldFromCamera;
				const cosine = a[2] * b[2] + a[6] * b[6] + a[10] * b[10];
				return { other, angle: Math.acos(Math.max(-1, Math.min(1, cosine))) };
			})
			.filter(
				({ other, angle }) =>
					other !== v && angle > NEAREST_RADIANS && angle < FARTHEST_RADIANS,
			)
			.sort((p, q) => p.angle - q.angle)
			.slice(0, NEIGHBOURS)
			.map(({ other }) => other);
	});
}

/** What all sweeps have in common. */
export interface SweepShared {
	readonly views: readonly SweepView[];
	readonly hull: Mesh;
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
	open({ views, hull, lattice, depths }) {
		const field = latticeField(lattice);
		const raster = createRasterMemory();
		const openRoom = createCostRooms();
		return ({ view, neighbours }, checkpoint) => {
			const { camera } = views[view];
			const { width, height } = camera;
			const enter = rasterize(hull, camera, {
				width,
				height,
				frontOnly: true,
				memory: raster,
			}).depth;
			return sweepDepth(
				views[view],
				neighbours.map((other) => views[other]),
				{ enter, reach: reachInside(field, camera, enter, depths) },
				depths,
				openRoom,
				checkpoint,
			);
		};
	},
	transfer: ({ depth, trust }) => [
		depth.buffer as ArrayBuffer,
		trust.buffer as ArrayBuffer,
	],
};
