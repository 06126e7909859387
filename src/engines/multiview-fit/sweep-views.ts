import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { GridField } from "../../kernel/field/grid-field.ts";
import { resizeCamera } from "../../kernel/math/camera.ts";
import type { ColoredView } from "../../kernel/optimize/photometric-terms.ts";
import {
	type DepthMap,
	reachInside,
	type SweepView,
	sweepDepth,
	sweepView,
} from "../../kernel/optimize/sweep-depth.ts";
import {
	createRasterMemory,
	rasterize,
} from "../../kernel/raster/rasterize.ts";

/** Longer side of the pictures that are swept, about. */
const SWEEP_SIDE = 256;
/** Views to compare each with, and the angles between them. */
const NEIGHBOURS = 5;
const NEAREST_RADIANS = (10 * Math.PI) / 180;
const FARTHEST_RADIANS = (72 * Math.PI) / 180;

/** The views at the size of the sweep, with the depth of the hull. */
export function prepareSweep(
	hull: Mesh,
	field: GridField,
	colored: readonly ColoredView[],
	checkpoint?: Checkpoint,
): SweepView[] {
	const memory = createRasterMemory();
	return colored.map(({ camera, levels }, v) => {
		checkpoint?.(v / colored.length);
		const level = levels.reduce((best, candidate) =>
			offSize(candidate) < offSize(best) ? candidate : best,
		);
		const { width, height } = level;
		const { depth } = rasterize(hull, camera, {
			width,
			height,
			frontOnly: true,
			memory,
		});
		const enter = depth.slice();
		const small = resizeCamera(camera, width, height);
		return sweepView(camera, level, enter, reachInside(field, small, enter));
	});
}

function offSize({ width, height }: { width: number; height: number }): number {
	return Math.abs(Math.log2(Math.max(width, height) / SWEEP_SIDE));
}

/** For each view, the views that look from nearby, nearest first. */
export function neighboursOf(views: readonly SweepView[]): number[][] {
	return views.map(({ camera: { worldFromCamera: a } }, v) =>
		views
			.map(({ camera: { worldFromCamera: b } }, other) => {
				const cosine = a[2] * b[2] + a[6] * b[6] + a[10] * b[10];
				return { other, angle: Math.acos(Math.max(-1, Math.min(1, cosine))) };
			})
			.filter(
				({ other, angle }) =>
					other !== v && angle > NEAREST_RADIANS && angle < FARTHEST_RADIANS,
			)
			.sort((p, q) => p.angle - q.angle)
			.slice(0, NEIGHBOURS)
			.map(({ other }) => other),
	);
}

export function sweepViews(
	views: readonly SweepView[],
	neighbours: readonly (readonly number[])[],
	checkpoint?: Checkpoint,
): DepthMap[] {
	return views.map((view, v) =>
		sweepDepth(
			view,
			neighbours[v].map((other) => views[other]),
			undefined,
			(fraction) => checkpoint?.((v + fraction) / views.length),
		),
	);
}
