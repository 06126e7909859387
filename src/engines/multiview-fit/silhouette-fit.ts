import type { Camera } from "../../core/camera.ts";
import type { Mask } from "../../core/image.ts";
import type { Mesh } from "../../core/mesh.ts";
import {
	inSharedMemory,
	mapTask,
	type Task,
	type TaskContext,
} from "../../core/parallel.ts";
import type { View } from "../../core/view.ts";
import type { SilhouetteCone } from "../../kernel/field/hull-field.ts";
import { resizeMask } from "../../kernel/image/resize.ts";
import {
	createRasterMemory,
	rasterize,
} from "../../kernel/raster/rasterize.ts";

/** Longer side of the pictures in which silhouettes are compared. */
const COMPARE_SIDE = 512;

/** Pixels by which an outline may be off without anything being missing. */
const NEAR = 2;

/** How a mesh's outlines compare with the masks. */
export interface OutlineMatch {
	/** Intersection over union, mean over the views, 0–1. */
	readonly overlap: number;
	/** Share of a mask's pixels near which the mesh shows nothing, in the view that has most: parts that it lacks. */
	readonly missing: number;
}

/** Measures meshes against the same views. */
export type SilhouetteFit = (mesh: Mesh) => Promise<OutlineMatch>;

export function createSilhouetteFit(
	cones: readonly SilhouetteCone[],
	views: readonly Pick<View, "mask">[],
	{ parallel }: Pick<TaskContext, "parallel"> = {},
): SilhouetteFit {
	const outlines = views.map(({ mask }, v): Outline => {
		const scale = Math.min(1, COMPARE_SIDE / Math.max(mask.width, mask.height));
		const width = Math.max(1, Math.round(mask.width * scale));
		const height = Math.max(1, Math.round(mask.height * scale));
		const { data } = resizeMask(mask, width, height);
		return {
			camera: cones[v].camera,
			mask: { width, height, data: inSharedMemory(data) },
		};
	});
	return async ({ positions, indices }) => {
		const found = await mapTask(outlineTask, { positions, indices }, outlines, {
			parallel,
		});
		const sum = found.reduce((total, { overlap }) => total + overlap, 0);
		return {
			overlap: sum / found.length,
			missing: Math.max(...found.map(({ missing }) => missing)),
		};
	};
}

interface Outline {
	readonly camera: Camera;
	readonly mask: Mask; // of the size in which outlines are compared
}

/** How a mesh's outline compares with one mask. */
export const outlineTask: Task<Mesh, Outline, OutlineMatch> = {
	module: import.meta.url,
	name: "outlineTask",
	open(mesh) {
		const memory = createRasterMemory();
		return ({ camera, mask: { width, height, data } }) => {
			const { triangle } = rasterize(mesh, camera, {
				width,
				height,
				frontOnly: true,
				memory,
			});
			let both = 0;
			let either = 0;
			let all = 0;
			let lost = 0;
			for (let n = 0; n < data.length; n++) {
				const wanted = data[n] > 127;
				const drawn = triangle[n] >= 0;
				if (wanted) all++;
				if (wanted && drawn) both++;
				else if (wanted && !isNear(triangle, width, height, n)) lost++;
				if (wanted || drawn) either++;
			}
			return {
				overlap: either === 0 ? 1 : both / either,
				missing: all > 0 ? lost / all : 0,
			};
		};
	},
};

/** Whether something is drawn not far from a pixel. */
function isNear(
	triangle: Int32Array, // [height × width] −1 where nothing is
	width: number,
	height: number,
	at: number,
): boolean {
	const x = at % width;
	const y = (at - x) / width;
	const right = Math.min(width - 1, x + NEAR);
	const bottom = Math.min(height - 1, y + NEAR);
	for (let j = Math.max(0, y - NEAR); j <= bottom; j++)
		for (let i = Math.max(0, x - NEAR); i <= right; i++)
			if (triangle[j * width + i] >= 0) return true;
	return false;
}
