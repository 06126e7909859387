import type { Camera } from "../../core/camera.ts";
import type { Mask } from "../../core/image.ts";
import { CROP_SIZE, type Crop } from "../image/crop-picture.ts";
import { resizeCamera } from "../math/camera.ts";

/** Cells along a crop's side for depths. */
export const CELLS: number = CROP_SIZE / 2;
/** The crop's half side, as a multiple of half the longer side of the object's box. */
const CROP_MARGIN = 1.1;

/** The square round the object; null where the mask is empty. */
export function cropRound({ width, height, data }: Mask): Crop | null {
	let minX = width;
	let minY = height;
	let maxX = -1;
	let maxY = -1;
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			if (data[y * width + x] < 128) continue;
			if (x < minX) minX = x;
			if (x > maxX) maxX = x;
			if (y < minY) minY = y;
			if (y > maxY) maxY = y;
		}
	if (maxX < 0) return null;
	return {
		centreU: (minX + maxX + 1) / 2,
		centreV: (minY + maxY + 1) / 2,
		halfSide: (CROP_MARGIN * Math.max(maxX + 1 - minX, maxY + 1 - minY)) / 2,
	};
}

/** The camera of the crop, `size` pixels wide and high. */
export function cropCamera(
	camera: Camera,
	{ centreU, centreV, halfSide }: Crop,
	size: number,
): Camera {
	const cut = {
		...camera,
		cx: camera.cx - centreU + halfSide,
		cy: camera.cy - centreV + halfSide,
		width: 2 * halfSide,
		height: 2 * halfSide,
	};
	return resizeCamera(cut, size, size);
}
