import type { Mesh } from "../../core/mesh.ts";
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
export type SilhouetteFit = (mesh: Mesh) => OutlineMatch;

export function createSilhouetteFit(
	cones: readonly SilhouetteCone[],
	views: readonly Pick<View, "mask">[],
): SilhouetteFit {
	const memory = createRasterMemory();
	const masks = views.map(({ mask }) => {
		const scale = Math.min(1, COMPARE_SIDE / Math.max(mask.width, mask.height));
		const width = Math.max(1, Math.round(mask.width * scale));
		const height = Math.max(1, Math.round(mask.height * scale));
		return resizeMask(mask, width, height);
	});
	return (mesh) => {
		let overlap = 0;
		let missing = 0;
		for (let v = 0; v < masks.length; v++) {
			const { width, height, data } = masks[v];
			const { triangle } = rasterize(mesh, cones[v].camera, {
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
			overlap += either === 0 ? 1 : both / either;
			if (all > 0) missing = Math.max(missing, lost / all);
		}
		return { overlap: overlap / masks.length, missing };
	};
}

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
