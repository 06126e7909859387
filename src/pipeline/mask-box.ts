import { LunarError } from "../core/errors.ts";
import type { Mask } from "../core/image.ts";

/** Edges of the covered pixels: right and bottom are one past the last. */
export interface MaskBox {
	readonly left: number; // pixels
	readonly top: number; // pixels
	readonly right: number; // pixels
	readonly bottom: number; // pixels
}

/** Box of everything at least half covered; undefined where nothing is. */
export function maskBox(mask: Mask): MaskBox | undefined {
	const { width, height, data } = mask;
	let left = width;
	let top = height;
	let right = 0;
	let bottom = 0;
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			if (data[y * width + x] < 128) continue;
			if (x < left) left = x;
			if (x >= right) right = x + 1;
			if (y < top) top = y;
			bottom = y + 1;
		}
	return right > left ? { left, top, right, bottom } : undefined;
}

/** The object's box in the picture. Throws NO_FOREGROUND for an empty mask. */
export function requireBox(cutout: {
	readonly mask: Mask;
	readonly photo: { readonly label: string };
}): MaskBox {
	const box = maskBox(cutout.mask);
	if (box === undefined)
		throw new LunarError(
			"NO_FOREGROUND",
			`${cutout.photo.label}: the mask is empty`,
		);
	return box;
}
