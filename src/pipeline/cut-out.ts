import { asLunarError, LunarError } from "../core/errors.ts";
import { createMask, type Image, type Mask } from "../core/image.ts";
import { mapLarge, type Task } from "../core/parallel.ts";
import type { Cutout, MaskMethod, Photo } from "../core/photo.ts";
import type { Checkpoint, Notice, RunContext } from "../core/run-context.ts";
import { bleedColors } from "../kernel/image/bleed-colors.ts";
import { cropImage, type PixelBox } from "../kernel/image/crop.ts";
import type { BackgroundRemover } from "../neural/background/background-remover.ts";
import {
	BACKGROUND_SESSION_NAMES,
	type BackgroundSessionName,
} from "../neural/background/sessions.ts";
import type { BackgroundMode } from "./background-modes.ts";
import { checkPicture } from "./check-picture.ts";
import {
	boxInPhoto,
	type Corrections,
	checkCorrections,
} from "./corrections.ts";
import { findForeground } from "./find-foreground.ts";
import { mergeNotices } from "./merge-notices.ts";
import { boxWithMargin, pasteMask } from "./pixel-box.ts";
import { takeObject } from "./take-object.ts";
import { tellObjects } from "./tell-objects.ts";

export interface CutOutOptions extends Corrections {
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
	checkCorrections(
		options,
		background,
		photos.length,
		photos.filter(({ given }) => given).length,
	);
	if (isSession(background) && remover?.name !== background)
		throw new LunarError(
			"WEIGHTS_MISSING",
			`--background ${background} needs its network: lunar weights pull ${background}`,
		);
	const query: ObjectQuery = { background, object: options.object };
	if (options.box) {
		const { box, notices } = boxInPhoto(options.box, photos[0]);
		query.box = box;
		for (const notice of notices) ctx.notice(notice);
	}
	const byNetwork = await findByNetwork(photos, query, ctx, remover);
	const others = photos.filter((_, k) => byNetwork[k] === undefined);
	const found = await mapLarge(
		cutOutTask,
		query,
		others.length,
		(k) => others[k],
		ctx,
	);
	const done = byNetwork.map(
		(result) => result ?? (found.shift() as CutOutResult),
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

/** What is looked for. Plain data: it crosses threads. */
interface ObjectQuery {
	readonly background: BackgroundMode;
	readonly object: number | undefined;
	box?: PixelBox; // pixels of the only photo's image
}

/** Finds the object in one photo, without a network, and looks at the picture's quality. */
export const cutOutTask: Task<ObjectQuery, Photo, CutOutResult> = {
	module: import.meta.url,
	name: "cutOutTask",
	open: (query) => (photo, checkpoint) => cutOutOne(photo, query, checkpoint),
};

function cutOutOne(
	photo: Photo,
	query: ObjectQuery,
	checkpoint: Checkpoint,
): CutOutResult {
	const { background, box, object } = query;
	checkpoint(0);
	if (photo.given)
		return checked(finish(photo, photo.given.mask, "given", 1), []);
	if (background === "keep") return checked(keepWhole(photo), []);
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
	if (
		background === "alpha" ||
		(meaningful && (any || isSession(background)))
	) {
		// A cut-out shows what its maker wants to show: all of it, unless a number is asked for.
		const { mask, objects } = takeObject(alpha.mask, box, object ?? "all");
		const cutout = finish(photo, mask, "alpha", 1);
		return checked(cutout, tellObjects(photo, objects, object));
	}
	const found = findForeground(
		opaqueOf(photo, alpha),
		{
			methods: any
				? ["uniform", "flood", "grabcut"]
				: [background as MaskMethod],
			...(box ? { box } : {}),
			...(object === undefined ? {} : { object }),
		},
		checkpoint,
	);
	if (!found)
		throw new LunarError(
			"NO_FOREGROUND",
			`nothing in ${photo.label} stands out from its background`,
		);
	const remarks = tellObjects(photo, found.objects, object);
	const cutout = finish(
		{ ...photo, image: found.image },
		found.mask,
		found.method,
		found.confidence,
	);
	return checked(cutout, remarks);
}

/** With what is to be said about the picture. */
function checked(cutout: Cutout, remarks: readonly Notice[]): CutOutResult {
	return { cutout, remarks: [...remarks, ...checkPicture(cutout)] };
}

/** Per photo, what the network found; undefined for photos that are cut out without one. */
async function findByNetwork(
	photos: readonly Photo[],
	query: ObjectQuery,
	ctx: RunContext,
	remover: BackgroundRemover | undefined,
): Promise<(CutOutResult | undefined)[]> {
	const { background } = query;
	const results = new Array<CutOutResult | undefined>(photos.length).fill(
		undefined,
	);
	if (remover === undefined) return results;
	if (background !== "auto" && !isSession(background)) return results;
	for (const [k, photo] of photos.entries()) {
		const alpha = readAlpha(photo);
		if (photo.given || alpha.transparentShare >= MEANINGFUL_ALPHA_SHARE)
			continue;
		const opaque = opaqueOf(photo, alpha);
		const found = await byNetwork(
			photo,
			opaque,
			query,
			{
				...ctx,
				checkpoint: (fraction) =>
					ctx.checkpoint((k + fraction) / photos.length),
			},
			remover,
		);
		if (!found) continue;
		const { box, object = 1 } = query;
		const taken = takeObject(found.mask, box, object);
		const remarks = tellObjects(photo, taken.objects, query.object);
		const cutout = finish(
			{ ...photo, image: opaque },
			taken.mask,
			"network",
			found.confidence,
		);
		results[k] = checked({ ...cutout, network: remover.name }, remarks);
	}
	return results;
}

/** Undefined where `auto` goes on without: the network saw nothing, or does not run. */
async function byNetwork(
	photo: Photo,
	opaque: Image,
	{ background, box }: ObjectQuery,
	ctx: RunContext,
	remover: BackgroundRemover,
): Promise<{ mask: Mask; confidence: number } | undefined> {
	try {
		// A network that sees little else than the object sees it better.
		const around = box && boxWithMargin(box, opaque);
		const found = await remover.findMask(
			around ? cropImage(opaque, around) : opaque,
			ctx,
		);
		const mask = around ? pasteMask(found.mask, around, opaque) : found.mask;
		requireObject(mask, photo.label);
		return { mask, confidence: found.confidence };
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
			"Look at the mask in the report. Draw a box round the object (--box x,y,w,h), give a mask (--mask FILE), or photograph the object before a plain background.",
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
	requireObject(mask, photo.label);
	const image = bleedColors(photo.image, mask, BLEED_RADIUS);
	return { photo: { ...photo, image }, mask, method, confidence };
}

/** Throws NO_FOREGROUND for a mask with next to nothing in it. */
function requireObject(mask: Mask, label: string): void {
	let covered = 0;
	for (const coverage of mask.data) if (coverage >= 128) covered++;
	const share = covered / mask.data.length;
	if (share < SMALLEST_OBJECT_SHARE)
		throw new LunarError(
			"NO_FOREGROUND",
			`the object covers ${(share * 100).toFixed(3)} % of ${label}, the limit is ${SMALLEST_OBJECT_SHARE * 100} %`,
		);
}
