import { createMask, type Mask } from "../core/image.ts";
import type { PixelBox } from "../kernel/image/crop.ts";

/** Of a picture or a copy of it. */
export interface Size {
	readonly width: number; // pixels
	readonly height: number; // pixels
}

/** The same box in a copy of another size, at least a pixel wide and high. */
export function boxIn(box: PixelBox, from: Size, to: Size): PixelBox {
	const sx = to.width / from.width;
	const sy = to.height / from.height;
	const left = Math.min(to.width - 1, Math.floor(box.left * sx));
	const top = Math.min(to.height - 1, Math.floor(box.top * sy));
	return {
		left,
		top,
		right: Math.min(to.width, Math.max(left + 1, Math.ceil(box.right * sx))),
		bottom: Math.min(to.height, Math.max(top + 1, Math.ceil(box.bottom * sy))),
	};
}

/** The same box, moved. */
export function movedBox(box: PixelBox, x: number, y: number): PixelBox {
	return {
		left: box.left + x,
		top: box.top + y,
		right: box.right + x,
		bottom: box.bottom + y,
	};
}

/** Takes everything outside a box out of a set. */
export function clearOutside(
	set: Uint8Array, // [height × width] changed
	width: number,
	{ left, top, right, bottom }: PixelBox,
): void {
	for (let p = 0; p < set.length; p++) {
		const x = p % width;
		const y = (p / width) | 0;
		if (x < left || x >= right || y < top || y >= bottom) set[p] = 0;
	}
}

/** How much is looked at around a box, share of its longer side. */
const MARGIN = 0.25;

/** A box with some of its surroundings, as far as the picture goes. */
export function boxWithMargin(
	box: PixelBox,
	{ width, height }: Size,
): PixelBox {
	const { left, top, right, bottom } = box;
	const margin = Math.round(MARGIN * Math.max(right - left, bottom - top));
	return {
		left: Math.max(0, left - margin),
		top: Math.max(0, top - margin),
		right: Math.min(width, right + margin),
		bottom: Math.min(height, bottom + margin),
	};
}

/** A mask of a part of a picture, in the whole of it. */
export function pasteMask(
	part: Mask,
	{ left, top }: PixelBox,
	{ width, height }: Size,
): Mask {
	const mask = createMask(width, height);
	for (let y = 0; y < part.height; y++)
		mask.data.set(
			part.data.subarray(y * part.width, (y + 1) * part.width),
			(y + top) * width + left,
		);
	return mask;
}
