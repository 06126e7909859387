import type { Camera } from "../../core/camera.ts";
import { CROP_SIZE, type Crop } from "../image/crop-picture.ts";
import { resizeCamera } from "../math/camera.ts";

/** Cells along a crop's side for depths. */
export const CELLS: number = CROP_SIZE / 2;
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
