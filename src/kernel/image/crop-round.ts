import type { Mask } from "../../core/image.ts";
import type { Crop } from "./crop-picture.ts";

/** The crop's half side, as a multiple of half the longer side of the object's box. */
const CROP_MARGIN = 1.1;

/** A square round an object. */
export interface ObjectCrop extends Crop {
	/** Half width and half height of the object's box, crop half sides. */
	readonly boxX: number;
	readonly boxY: number;
}

/** The square round the object, a tenth wider than its box; null where the mask is empty. */
export function cropRound({ width, height, data }: Mask): ObjectCrop | null {
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
	const boxWidth = maxX + 1 - minX;
	const boxHeight = maxY + 1 - minY;
	const halfSide = (CROP_MARGIN * Math.max(boxWidth, boxHeight)) / 2;
	return {
		centreU: (minX + maxX + 1) / 2,
		centreV: (minY + maxY + 1) / 2,
		halfSide,
		boxX: boxWidth / 2 / halfSide,
		boxY: boxHeight / 2 / halfSide,
	};
}
