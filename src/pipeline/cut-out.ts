import { asLunarError, LunarError } from "../core/errors.ts";
import { createMask, type Image, type Mask } from "../core/image.ts";
import { mapLarge, type Task } from "../core/parallel.ts";
import type { Cutout, MaskMethod, Photo } from "../core/photo.ts";
import type { Checkpoint, Notice, RunContext } from "../core/run-context.ts";
import { bleedColors } from "../kernel/image/bleed-colors.ts";
import type { BackgroundRemover } from "../neural/background/background-remover.ts";
import {
	BACKGROUND_SESSION_NAMES,
	type BackgroundSessionName,
} from "../neural/background/sessions.ts";
import { checkPicture } from "./check-picture.ts";
import { findForeground } from "./find-foreground.ts";
import { mergeNotices } from "./merge-notices.ts";

const OWN_MODES = [
	"auto", // alpha where it means something, else a network if there is one, else builtin
	"alpha", // the picture's own alpha channel
	"keep", // the whole picture is the object
	"builtin", // alpha where it means something, else the best of the three below
	"uniform", // one smooth background colour
	"flood", // several background colours, flooded from the border
	"grabcut", // colour models and a minimal cut
] as const;
/** How the foreground is looked for; with a network's name: alpha where it means something, else that network. */
export type BackgroundMode = (typeof OWN_MODES)[number] | BackgroundSessionName;
export const BACKGROUND_MODES: readonly BackgroundMode[] = [
	...OWN_MODES,
	...BACKGROUND_SESSION_NAMES,
];

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

/**
 * Finds the object in every photo and says what is wrong with the picture. Throws NO_FOREGROUND where there is none.
 * `remover` is the network that the options name, or that `auto` may use.
 */
export async function cutOut(
	photos: readonly Photo[],
	options: CutOutOptions,
	ctx: RunContext,
	remover?: BackgroundRemover,
): Promise<Cutout[]> {
	const background = options.background ?? "auto";
	if (isSession(background) && remover?.name !== background)
		throw new LunarError(
			"WEIGHTS_MISSING",
			`--background ${background} needs its network: lunar weights pull ${background}`,
		);
	const byNetwork = await findByNetwork(photos, background, ctx, remover);
	const others = photos.filter((_, k) => byNetwork[k] === undefined);
	const found = await mapLarge(
		cutOutTask,
		background,
		others.length,
		(k) => others[k],
		ctx,
	);
	const done = byNetwork.map(
		(cutout) =>
			(cutout && { cutout, remarks: checkPicture(cutout) }) ??
			(found.shift() as CutOutResult),
	);
	const cutouts = done.map(({ cutout }, k): Cutout => {
		const { image } = cutout.photo;
		return { ...cutout, photo: { ...photos[k], image } };
	});
	const remarks = done.flatMap(({ cutout, remarks }) => [
		...(cutout.confidence < WEAK_MASK ? [weakMask(cutout)] : []),
		...remarks,
	]);
	// A long object is short seen end-on: it is tiny only where every picture shows it so.
	const tinyCount = remarks.filter(({ code }) => code === "object-tiny").length;
	const said = remarks.filter(
		({ code }) => code !== "object-tiny" || tinyCount === photos.length,
	);
	for (const notice of mergeNotices(said)) ctx.notice(notice);
	tellNetwork(cutouts, ctx);
	return cutouts;
}

interface CutOutResult {
	readonly cutout: Cutout;
	readonly remarks: readonly Notice[];
}

/** Finds the object in one photo, without a network, and looks at the picture's quality. */
export const cutOutTask: Task<BackgroundMode, Photo, CutOutResult> = {
	module: import.meta.url,
	name: "cutOutTask",
	open: (background) => (photo, checkpoint) => {
		const cutout = cutOutOne(photo, background, checkpoint);
		return { cutout, remarks: checkPicture(cutout) };
	},
};

function cutOutOne(
	photo: Photo,
	background: BackgroundMode,
	checkpoint: Checkpoint,
): Cutout {
	checkpoint(0);
	if (background === "keep") return keepWhole(photo);
	const alpha = readAlpha(photo);
	if (alpha.transparentShare === 1)
		throw new LunarError(
			"NO_FOREGROUND",
			`${photo.label} is transparent everywhere`,
		);
	const meaningful = alpha.transparentShare >= MEANINGFUL_ALPHA_SHARE;
	if (background === "alpha" && alpha.transparentShare === 0)
		throw new LunarError(
			"NO_FOREGROUND",
			`${photo.label} has no transparent pixels, so its alpha channel says nothing`,
		);
	const any = background === "auto" || background === "builtin";
	if (background === "alpha" || (meaningful && (any || isSession(background))))
		return finish(photo, alpha.mask, "alpha", 1);
	const found = findForeground(
		opaqueOf(photo, alpha),
		any ? ["uniform", "flood", "grabcut"] : [background as MaskMethod],
		checkpoint,
	);
	if (!found)
		throw new LunarError(
			"NO_FOREGROUND",
			`nothing in ${photo.label} stands out from its background`,
		);
	return finish(
		{ ...photo, image: found.image },
		found.mask,
		found.method,
		found.confidence,
	);
}

/** Per photo, what the network found; undefined for photos that are cut out without one. */
async function findByNetwork(
	photos: readonly Photo[],
	background: BackgroundMode,
	ctx: RunContext,
	remover: BackgroundRemover | undefined,
): Promise<(Cutout | undefined)[]> {
	const cutouts = new Array<Cutout | undefined>(photos.length).fill(undefined);
	if (remover === undefined) return cutouts;
	if (background !== "auto" && !isSession(background)) return cutouts;
	for (const [k, photo] of photos.entries()) {
		const alpha = readAlpha(photo);
		if (alpha.transparentShare >= MEANINGFUL_ALPHA_SHARE) continue;
		cutouts[k] = await byNetwork(
			photo,
			opaqueOf(photo, alpha),
			background,
			{
				...ctx,
				checkpoint: (fraction) =>
					ctx.checkpoint((k + fraction) / photos.length),
			},
			remover,
		);
	}
	return cutouts;
}

/** Undefined where `auto` goes on without: the network saw nothing, or does not run. */
async function byNetwork(
	photo: Photo,
	opaque: Image,
	background: BackgroundMode,
	ctx: RunContext,
	remover: BackgroundRemover,
): Promise<Cutout | undefined> {
	try {
		const { mask, confidence } = await remover.findMask(opaque, ctx);
		const cutout = finish(
			{ ...photo, image: opaque },
			mask,
			"network",
			confidence,
		);
		return { ...cutout, network: remover.name };
	} catch (error) {
		const { code, message } = asLunarError(error);
		if (background !== "auto" || code === "CANCELLED") throw error;
		ctx.notice({
			code: "network-unused",
			severity: "warning",
			message: `${remover.name} did not find the object in ${photo.label} (${message}); it was looked for without a network`,
			remedy: "--background builtin looks for it without a network at once.",
			label: photo.label,
		});
		return undefined;
	}
}

function tellNetwork(cutouts: readonly Cutout[], ctx: RunContext): void {
	const found = cutouts.filter(({ network }) => network !== undefined);
	if (found.length === 0) return;
	ctx.notice({
		code: "background-network",
		severity: "info",
		message: `The object was found by the network ${found[0].network} in ${found.map(({ photo }) => photo.label).join(", ")}.`,
		remedy: "--background builtin does without.",
	});
}

function isSession(mode: BackgroundMode): mode is BackgroundSessionName {
	return (BACKGROUND_SESSION_NAMES as readonly string[]).includes(mode);
}

function weakMask(cutout: Cutout): Notice {
	const percent = Math.round(cutout.confidence * 100);
	return {
		code: "mask-weak",
		severity: "warning",
		message: `The object in ${cutout.photo.label} could not be told from its background with confidence (${percent} %)`,
		remedy:
			"Look at the mask in the report. Photograph the object before a plain background, or cut it out and save a PNG with alpha.",
		label: cutout.photo.label,
	};
}

function opaqueOf(
	{ image }: Photo,
	{ transparentShare }: { readonly transparentShare: number },
): Image {
	return transparentShare > 0 ? onWhite(image) : image;
}

/** A picture with a little transparency, over white. */
function onWhite(image: Image): Image {
	const data = image.data.slice();
	for (let i = 0; i < data.length; i += 4) {
		const alpha = data[i + 3];
		for (let c = 0; c < 3; c++)
			data[i + c] = Math.round(
				(data[i + c] * alpha + 255 * (255 - alpha)) / 255,
			);
		data[i + 3] = 255;
	}
	return { width: image.width, height: image.height, data };
}

function keepWhole(photo: Photo): Cutout {
	const mask = createMask(photo.image.width, photo.image.height);
	mask.data.fill(255);
	return { photo, mask, method: "keep", confidence: 1 };
}

function readAlpha(photo: Photo): { mask: Mask; transparentShare: number } {
	const { image } = photo;
	const mask = createMask(image.width, image.height);
	let transparent = 0;
	for (let i = 0; i < mask.data.length; i++) {
		mask.data[i] = image.data[i * 4 + 3];
		if (mask.data[i] < 128) transparent++;
	}
	return { mask, transparentShare: transparent / mask.data.length };
}

function finish(
	photo: Photo,
	mask: Mask,
	method: MaskMethod,
	confidence: number,
): Cutout {
	let covered = 0;
	for (const coverage of mask.data) if (coverage >= 128) covered++;
	const share = covered / mask.data.length;
	if (share < SMALLEST_OBJECT_SHARE)
		throw new LunarError(
			"NO_FOREGROUND",
			`the object covers ${(share * 100).toFixed(3)} % of ${photo.label}, the limit is ${SMALLEST_OBJECT_SHARE * 100} %`,
		);
	const image = bleedColors(photo.image, mask, BLEED_RADIUS);
	return { photo: { ...photo, image }, mask, method, confidence };
}
