import { LunarError } from "../core/errors.ts";
import { createMask, type Image, type Mask } from "../core/image.ts";
import type { Photo } from "../core/photo.ts";
import type { Notice } from "../core/run-context.ts";
import { resizeMask } from "../kernel/image/resize.ts";

/** How far the proportions of a mask may be from the photo's before it is refused. */
const SAME_SHAPE = 0.01;
/** Share of the border from which a mask that covers it looks inverted. */
const INVERTED_BORDER = 0.95;

/**
 * The photo with a mask drawn by the user: white (or opaque) is the object. `drawn` is the decoded
 * mask file, upright like the photo. Throws MASK_INVALID where it cannot belong to the photo.
 */
export function giveMask(
	photo: Photo,
	drawn: Photo,
): { readonly photo: Photo; readonly notices: readonly Notice[] } {
	const { image, source, label } = photo;
	const notices: Notice[] = [];
	const note = (
		code: string,
		severity: Notice["severity"],
		message: string,
		remedy?: string,
	): void => {
		notices.push({
			code,
			severity,
			message,
			...(remedy === undefined ? {} : { remedy }),
			label,
		});
	};
	const { width, height } = drawn.source;
	const sizes = `the mask ${drawn.label} has ${width} × ${height} pixels, ${label} has ${source.width} × ${source.height}`;
	const isSame = width === source.width && height === source.height;
	const stretch = (width * source.height) / (height * source.width);
	if (!isSame && Math.abs(Math.log(stretch)) > SAME_SHAPE)
		throw new LunarError("MASK_INVALID", `${sizes}: another shape`);
	const mask = resizeMask(coverageOf(drawn.image), image.width, image.height);
	if (!isSame)
		note("mask-resized", "info", `${sizes}: it was brought to that size`);
	const covered = mask.data.reduce((sum, v) => sum + (v >= 128 ? 1 : 0), 0);
	if (covered === 0)
		throw new LunarError(
			"MASK_INVALID",
			`the mask ${drawn.label} is black everywhere`,
		);
	if (covered === mask.data.length)
		throw new LunarError(
			"MASK_INVALID",
			`the mask ${drawn.label} is white everywhere; --background keep takes the whole picture`,
		);
	if (borderShare(mask) > INVERTED_BORDER)
		note(
			"mask-inverted",
			"warning",
			`The mask ${drawn.label} marks the whole border of the picture as object`,
			"White is the object: invert the mask if black was meant.",
		);
	const given = { mask, sha256: drawn.source.sha256 };
	return { photo: { ...photo, given }, notices };
}

/** Its alpha channel where it has one, else how bright it is. */
function coverageOf({ width, height, data }: Image): Mask {
	const mask = createMask(width, height);
	let isOpaque = true;
	for (let i = 3; i < data.length; i += 4) if (data[i] < 255) isOpaque = false;
	for (let p = 0; p < mask.data.length; p++) {
		const i = p * 4;
		mask.data[p] = isOpaque
			? Math.round((data[i] + 2 * data[i + 1] + data[i + 2]) / 4)
			: data[i + 3];
	}
	return mask;
}

/** Share of the picture's border that is object. */
function borderShare({ width, height, data }: Mask): number {
	let count = 0;
	let inside = 0;
	for (let p = 0; p < data.length; p++) {
		const x = p % width;
		const y = (p / width) | 0;
		if (x > 0 && y > 0 && x < width - 1 && y < height - 1) continue;
		count++;
		if (data[p] >= 128) inside++;
	}
	return inside / count;
}
