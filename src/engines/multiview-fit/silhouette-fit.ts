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

/** Measures meshes against the same views. */
export type SilhouetteFit = (mesh: Mesh) => number;

/** Mean overlap (intersection over union) of a mesh's outlines with the masks, 0–1. */
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
		let sum = 0;
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
			for (let n = 0; n < data.length; n++) {
				const wanted = data[n] > 127;
				const drawn = triangle[n] >= 0;
				if (wanted && drawn) both++;
				if (wanted || drawn) either++;
			}
			sum += either === 0 ? 1 : both / either;
		}
		return sum / masks.length;
	};
}
