import { LunarError } from "../core/errors.ts";
import type { Photo } from "../core/photo.ts";
import type { Notice } from "../core/run-context.ts";
import type { PixelBox } from "../kernel/image/crop.ts";

/** x, y, width, height in pixels of the upright picture file, from its top left corner. */
export type ObjectBox = readonly [
	x: number,
	y: number,
	width: number,
	height: number,
];

/** What a user says where the object was not found rightly. Plain data, for one picture. */
export interface Corrections {
	/** The object lies in here. */
	readonly box?: ObjectBox | undefined;
	/** Which of several objects, as the warning numbers them. */
	readonly object?: number | undefined;
}

/** Side that a box must have inside the picture, pixels. */
const SMALLEST_SIDE = 8;

/** Throws OPTION_INVALID for corrections that contradict each other or have no single picture. */
export function checkCorrections(
	{ box, object }: Corrections,
	background: string,
	pictureCount: number,
	maskCount: number,
): void {
	const given = [
		...(maskCount > 0 ? ["--mask"] : []),
		...(box ? ["--box"] : []),
		...(object === undefined ? [] : ["--object"]),
	];
	if (given.length === 0) return;
	const [first] = given;
	if (given.length > 1)
		throw new LunarError(
			"OPTION_INVALID",
			`${given.join(" and ")} were given: each says which object is meant, so give one of them`,
		);
	// Masks belong to their pictures; a box or a number means one picture.
	if (first !== "--mask" && pictureCount !== 1)
		throw new LunarError(
			"OPTION_INVALID",
			`${first} is for one picture, ${pictureCount} were given; cut the pictures out (PNG with alpha) instead`,
		);
	if (background === "keep" || (first === "--mask" && background !== "auto"))
		throw new LunarError(
			"OPTION_INVALID",
			`${first} and --background ${background} contradict each other: leave one of them out`,
		);
}

/** A drawn box in pixels of the decoded picture. Throws BOX_INVALID where it has no part of it. */
export function boxInPhoto(
	[x, y, width, height]: ObjectBox,
	{ image, source, label }: Photo,
): { readonly box: PixelBox; readonly notices: readonly Notice[] } {
	const given = `--box ${x},${y},${width},${height}`;
	const size = `${label} has ${source.width} × ${source.height} pixels`;
	if (![x, y, width, height].every(Number.isFinite))
		throw new LunarError("BOX_INVALID", `${given}: four numbers are needed`);
	if (!(width > 0 && height > 0))
		throw new LunarError(
			"BOX_INVALID",
			`${given}: width and height must be above 0`,
		);
	const left = Math.max(0, x);
	const top = Math.max(0, y);
	const right = Math.min(source.width, x + width);
	const bottom = Math.min(source.height, y + height);
	if (!(right > left && bottom > top))
		throw new LunarError("BOX_INVALID", `${given} lies outside: ${size}`);
	const sx = image.width / source.width;
	const sy = image.height / source.height;
	const box: PixelBox = {
		left: Math.floor(left * sx),
		top: Math.floor(top * sy),
		right: Math.min(image.width, Math.ceil(right * sx)),
		bottom: Math.min(image.height, Math.ceil(bottom * sy)),
	};
	const side = Math.min(box.right - box.left, box.bottom - box.top);
	if (side < SMALLEST_SIDE)
		throw new LunarError(
			"BOX_INVALID",
			`${given} shows ${side} pixels of the picture, the limit is ${SMALLEST_SIDE} a side; ${size}`,
		);
	const isCut = left > x || top > y || right < x + width || bottom < y + height;
	return {
		box,
		notices: isCut
			? [
					{
						code: "box-cut",
						severity: "info",
						message: `${given} reaches beyond the picture and was cut at its border: ${size}`,
						label,
					},
				]
			: [],
	};
}
