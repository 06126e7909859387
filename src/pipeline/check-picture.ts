import type { Image, Mask } from "../core/image.ts";
import type { Cutout } from "../core/photo.ts";
import type { Notice } from "../core/run-context.ts";
import { connectedComponents } from "../kernel/image/connected-components.ts";
import { cropImage, cropMask } from "../kernel/image/crop.ts";
import { resizeImage, resizeMask } from "../kernel/image/resize.ts";
import { sharpness } from "../kernel/image/sharpness.ts";
import { SRGB_TO_LINEAR } from "../kernel/image/srgb.ts";

/** Longer side of the copy that most checks look at, pixels. */
const CHECK_SIDE = 384;
/** Longer side the object is brought to before its sharpness is judged, pixels. */
const SHARPNESS_SIDE = 256;
/** Share of fine detail below which an object is called blurred. Sharp renders have 0.2–1. */
const BLURRED_RATIO = 0.03;
/** An object of nearly one colour cannot be judged: spread of luma, 0–255. */
const JUDGED_CONTRAST = 4;
/** Mean linear luminance of the object, and share of burnt-out pixels. */
const DARK_LUMINANCE = 0.015;
const BRIGHT_LUMINANCE = 0.85;
const BURNT_SHARE = 0.5;
/** Share of the object's outline box side that lies on the picture's border. */
const CUT_SHARE = 0.03;
/** A second part this large, against the largest, is another object. */
const SECOND_SHARE = 0.25;
/** Longer side of the object's box against the picture's, and in pixels. */
const TINY_SHARE = 0.2;
const TINY_SIDE = 200;

/** Looks at a photo and its foreground for what will spoil the result; each with a remedy. */
export function checkPicture(cutout: Cutout): Notice[] {
	const { photo, mask, method } = cutout;
	const { label } = photo;
	const scale = Math.min(1, CHECK_SIDE / Math.max(mask.width, mask.height));
	const width = Math.max(1, Math.round(mask.width * scale));
	const height = Math.max(1, Math.round(mask.height * scale));
	const small = resizeMask(mask, width, height);
	const set = small.data.map((coverage) => (coverage >= 128 ? 1 : 0));
	const parts = connectedComponents(set, width, height).components.toSorted(
		(a, b) => b.area - a.area,
	);
	if (parts.length === 0) return [];
	const notices: Notice[] = [];
	const warn = (code: string, message: string, remedy: string): void => {
		notices.push({ code, severity: "warning", message, remedy, label });
	};

	const minX = Math.min(...parts.map((c) => c.minX));
	const minY = Math.min(...parts.map((c) => c.minY));
	const maxX = Math.max(...parts.map((c) => c.maxX));
	const maxY = Math.max(...parts.map((c) => c.maxY));
	const boxSide = Math.max(maxX - minX, maxY - minY) + 1;
	const sidePixels = Math.round(boxSide / scale);

	if (method !== "keep") {
		const border = parts.reduce((sum, c) => sum + c.borderCount, 0);
		if (border > Math.max(2, CUT_SHARE * boxSide))
			warn(
				"object-cut-off",
				`The object in ${label} is cut off by the border of the picture`,
				"Leave some room round the object on all sides.",
			);
		if (parts.length > 1 && parts[1].area >= SECOND_SHARE * parts[0].area)
			warn(
				"several-objects",
				`${label} shows more than one object`,
				"Photograph one object alone, cut it out, or take one with --object N.",
			);
	}
	if (boxSide < TINY_SHARE * Math.max(width, height) || sidePixels < TINY_SIDE)
		warn(
			"object-tiny",
			`The object in ${label} is only ${sidePixels} pixels long`,
			"Go nearer or crop the picture so that the object fills most of it.",
		);

	const light = measureLight(photo.image, mask);
	if (light.mean < DARK_LUMINANCE)
		warn(
			"picture-dark",
			`The object in ${label} is very dark (mean luminance ${(light.mean * 100).toFixed(1)} %)`,
			"Use more light or a longer exposure.",
		);
	else if (light.mean > BRIGHT_LUMINANCE || light.burntShare > BURNT_SHARE)
		warn(
			"picture-bright",
			`The object in ${label} is very bright (${Math.round(light.burntShare * 100)} % of it is burnt out)`,
			"Use a shorter exposure or softer light.",
		);

	// Only the object is worth resizing.
	const box = {
		left: Math.floor(minX / scale),
		top: Math.floor(minY / scale),
		right: Math.min(mask.width, Math.ceil((maxX + 1) / scale)),
		bottom: Math.min(mask.height, Math.ceil((maxY + 1) / scale)),
	};
	const object = cropImage(photo.image, box);
	const detail = Math.min(1, SHARPNESS_SIDE / sidePixels);
	const w = Math.max(1, Math.round(object.width * detail));
	const h = Math.max(1, Math.round(object.height * detail));
	const seen = sharpness(
		resizeImage(object, w, h),
		resizeMask(cropMask(mask, box), w, h),
	);
	if (seen.contrast >= JUDGED_CONTRAST && seen.ratio < BLURRED_RATIO)
		warn(
			"picture-blurred",
			`${label} is blurred`,
			"Hold the camera still, focus on the object, and use more light.",
		);
	return notices;
}

/** Mean linear luminance inside the object, and the share of it at full white. */
function measureLight(
	image: Image,
	mask: Mask,
): { mean: number; burntShare: number } {
	const { data } = image;
	let count = 0;
	let sum = 0;
	let burnt = 0;
	for (let p = 0; p < mask.data.length; p++) {
		if (mask.data[p] < 200) continue;
		const s = p * 4;
		count++;
		sum +=
			0.2126 * SRGB_TO_LINEAR[data[s]] +
			0.7152 * SRGB_TO_LINEAR[data[s + 1]] +
			0.0722 * SRGB_TO_LINEAR[data[s + 2]];
		if (data[s] >= 253 && data[s + 1] >= 253 && data[s + 2] >= 253) burnt++;
	}
	if (count === 0) return { mean: 0.2, burntShare: 0 };
	return { mean: sum / count, burntShare: burnt / count };
}
