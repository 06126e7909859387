import type { TexturedMesh } from "../core/asset.ts";
import { createMask, type Image, type Mask } from "../core/image.ts";
import type { Task } from "../core/parallel.ts";
import type { View } from "../core/view.ts";
import { cropImage, cropMask, type PixelBox } from "../kernel/image/crop.ts";
import { resizeImage, resizeMask } from "../kernel/image/resize.ts";
import { resizeCamera } from "../kernel/math/camera.ts";
import {
	comparePictures,
	type PictureFidelity,
} from "../kernel/metric/compare-pictures.ts";
import type { MipChain } from "../kernel/raster/mip-chain.ts";
import { createRasterMemory } from "../kernel/raster/rasterize.ts";
import { renderUnlit } from "../kernel/raster/render-unlit.ts";
import { maskBox } from "./mask-box.ts";

/** Pictures are compared at this size at most, pixels; with many views at the smaller one. */
const COMPARED_SIDE = 1024;
const COMPARED_SIDE_MANY = 512;
const MANY_VIEWS = 12;

/** What of a view is compared. */
export type Compared = Pick<View, "image" | "mask" | "camera">;

export interface Comparison {
	readonly fidelity: PictureFidelity;
	// Cropped to the object and a little air:
	readonly input: Image;
	readonly mask: Mask;
	readonly rendered: Image;
	readonly difference: Image;
}

/** Draws the result as a view sees it and compares it with the view's picture. */
export const compareTask: Task<
	{
		readonly textured: TexturedMesh;
		/** Of the base colour. */
		readonly mips: MipChain | undefined;
		/** See `RasterizeOptions.frontOnly`. */
		readonly closed: boolean;
	},
	Compared,
	Comparison
> = {
	module: import.meta.url,
	name: "compareTask",
	open({ textured, mips, closed }) {
		const options = {
			samples: 2,
			frontOnly: closed,
			memory: createRasterMemory(),
			...(mips ? { mips } : {}),
		} as const;
		return ({ image, mask, camera }) => {
			const rendered = renderUnlit(textured, camera, options);
			const { fidelity, difference } = comparePictures(image, mask, rendered);
			const box = aroundObject(mask, rendered);
			return {
				fidelity,
				input: cropImage(image, box),
				mask: cropMask(mask, box),
				rendered: cropImage(rendered, box),
				difference: cropImage(difference, box),
			};
		};
	},
};

/** A view in the size at which it is compared. */
export function atComparedSize(view: View, viewCount: number): Compared {
	const { image, mask, camera } = view;
	const limit = viewCount > MANY_VIEWS ? COMPARED_SIDE_MANY : COMPARED_SIDE;
	const longer = Math.max(image.width, image.height);
	if (longer <= limit) return { image, mask, camera };
	const width = Math.round((image.width * limit) / longer);
	const height = Math.round((image.height * limit) / longer);
	return {
		image: resizeImage(image, width, height),
		mask: resizeMask(mask, width, height),
		camera: resizeCamera(camera, width, height),
	};
}

/** The box of everything that either picture shows, with a margin of a twentieth. */
function aroundObject(mask: Mask, rendered: Image): PixelBox {
	const either = createMask(mask.width, mask.height);
	for (let i = 0; i < either.data.length; i++)
		either.data[i] = Math.max(mask.data[i], rendered.data[i * 4 + 3]);
	const { width, height } = mask;
	const { left, top, right, bottom } = maskBox(either) ?? {
		left: 0,
		top: 0,
		right: width,
		bottom: height,
	};
	const air = Math.round(0.05 * Math.max(right - left, bottom - top));
	return {
		left: Math.max(0, left - air),
		top: Math.max(0, top - air),
		right: Math.min(width, right + air),
		bottom: Math.min(height, bottom + air),
	};
}
