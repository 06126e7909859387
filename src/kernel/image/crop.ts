import type { Image, Mask } from "../../core/image.ts";

/** Whole pixels; right and bottom are one past the last. */
export interface PixelBox {
	readonly left: number;
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
}

/** The part of a picture inside the box, which must lie in the picture. */
export function cropImage(src: Image, box: PixelBox): Image {
	const data = new Uint8ClampedArray(copyRows(src, 4, box));
	return { width: box.right - box.left, height: box.bottom - box.top, data };
}

/** The part of a mask inside the box, which must lie in the mask. */
export function cropMask(src: Mask, box: PixelBox): Mask {
	const data = new Uint8Array(copyRows(src, 1, box));
	return { width: box.right - box.left, height: box.bottom - box.top, data };
}

function copyRows(
	src: Image | Mask,
	channels: number,
	{ left, top, right, bottom }: PixelBox,
): ArrayBuffer {
	if (!(0 <= left && left < right && right <= src.width))
		throw new RangeError(`columns ${left}–${right} of ${src.width}`);
	if (!(0 <= top && top < bottom && bottom <= src.height))
		throw new RangeError(`rows ${top}–${bottom} of ${src.height}`);
	const rowBytes = (right - left) * channels;
	const out = new Uint8Array(rowBytes * (bottom - top));
	for (let y = top; y < bottom; y++) {
		const start = (y * src.width + left) * channels;
		out.set(src.data.subarray(start, start + rowBytes), (y - top) * rowBytes);
	}
	return out.buffer;
}
