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

/** Mean overlap (intersection over union) of the mesh's outlines with the masks, 0–1. */
export function silhouetteFit(
	mesh: Mesh,
	cones: readonly SilhouetteCone[],
	views: readonly View[],
): number {
	const memory = createRasterMemory();
	let sum = 0;
	for (let v = 0; v < views.length; v++) {
		const { mask } = views[v];
		const scale = Math.min(1, COMPARE_SIDE / Math.max(mask.width, mask.height));
		const width = Math.max(1, Math.round(mask.width * scale));
		const height = Math.max(1, Math.round(mask.height * scale));
		const inside = resizeMask(mask, width, height).data;
		const { triangle } = rasterize(mesh, cones[v].camera, {
			width,
			height,
			frontOnly: true,
			memory,
		});
		let both = 0;
		let either = 0;
		for (let n = 0; n < inside.length; n++) {
			const wanted = inside[n] > 127;
			const drawn = triangle[n] >= 0;
			if (wanted && drawn) both++;
			if (wanted || drawn) either++;
		}
		sum += either === 0 ? 1 : both / either;
	}
	return sum / views.length;
}
