import type { Image, Mask } from "../core/image.ts";
import type { MaskMethod } from "../core/photo.ts";
import type { Checkpoint } from "../core/run-context.ts";
import {
	type BorderModel,
	fitBorderModel,
} from "../kernel/image/border-model.ts";
import { cropImage, type PixelBox } from "../kernel/image/crop.ts";
import { edgeMatte } from "../kernel/image/edge-matte.ts";
import { imageToLab } from "../kernel/image/lab.ts";
import {
	type MaskScore,
	meanContrast,
	scoreMask,
} from "../kernel/image/mask-score.ts";
import { resizeImage } from "../kernel/image/resize.ts";
import { setIou } from "../kernel/image/set-iou.ts";
import {
	type ChosenObject,
	chooseObject,
	type FoundObject,
} from "./choose-object.ts";
import {
	CENTRE_CUTS,
	cutFromCentre,
	floodSeveral,
} from "./draft-foreground.ts";
import { floodEven, type Scene } from "./flood-even.ts";
import {
	boxIn,
	boxWithMargin,
	clearOutside,
	movedBox,
	pasteMask,
} from "./pixel-box.ts";
import { refineForeground } from "./refine-foreground.ts";

/** Longer side of the copy the final set is found on, pixels. */
const WORK_SIDE = 384;
/** Longer side of the copy the candidates are found on, pixels. */
const DRAFT_SIDE = 160;
/** A border as even as this is a studio background. */
const STUDIO_SIGMA = 2.2;
const STUDIO_INLIERS = 0.93;
/** Smallest object worth the name, share of the picture. */
const SMALLEST_SHARE = 0.002;

export interface ForegroundQuery {
	readonly methods: readonly MaskMethod[];
	/** The object lies in here. Picture pixels. */
	readonly box?: PixelBox;
	/** Which of several objects, 1 first. Default 1. */
	readonly object?: number;
}

export interface Foreground {
	readonly mask: Mask;
	/** The picture without background in its mixed pixels. */
	readonly image: Image;
	readonly method: MaskMethod;
	readonly confidence: number; // 0–1
	/** All objects that were found, number 1 first. Boxes in picture pixels. */
	readonly objects: readonly FoundObject[];
}

interface Candidate {
	readonly method: MaskMethod;
	readonly found: Uint8Array; // [height × width] 1: some object
	readonly set: Uint8Array; // [height × width] 1: the first of them
	readonly score: MaskScore;
}

/**
 * Finds the object in an opaque picture, without learned weights; undefined where there is none.
 * An even background is flooded from the border. In front of any other, several floods and cuts
 * are drafted on a small copy, the one that agrees best with the others and with the picture's
 * edges is refined, and how far they agree is the confidence. With a box, only it and its
 * surroundings are looked at.
 */
export function findForeground(
	image: Image,
	query: ForegroundQuery,
	checkpoint: Checkpoint,
): Foreground | undefined {
	const { box } = query;
	if (!box) return findIn(image, query, checkpoint);
	const around = boxWithMargin(box, image);
	const inner = movedBox(box, -around.left, -around.top);
	const found = findIn(
		cropImage(image, around),
		{ ...query, box: inner },
		checkpoint,
	);
	return found && putBack(found, image, around);
}

function findIn(
	image: Image,
	{ methods, box, object }: ForegroundQuery,
	checkpoint: Checkpoint,
): Foreground | undefined {
	const work = sceneOf(image, WORK_SIDE);
	const workBox = box && boxIn(box, image, work);
	if (methods.includes("uniform")) {
		const model = fitBorderModel(work.lab, work.width, work.height, 1);
		const even =
			model.sigma < STUDIO_SIGMA && model.inlierShare > STUDIO_INLIERS;
		if (even || methods.length === 1) {
			const found = floodEven(work, model);
			if (workBox) clearOutside(found, work.width, workBox);
			const chosen = chooseObject(found, work.width, work.height, object);
			const score = scoreMask(work.lab, chosen.set, work.width, work.height);
			if (score.areaShare < SMALLEST_SHARE) return undefined;
			const confidence = studioConfidence(model, score);
			return matte(image, work, chosen, "uniform", confidence);
		}
	}
	checkpoint(0.2);
	const draft = sceneOf(work.image, DRAFT_SIDE);
	const draftBox = box && boxIn(box, image, draft);
	const best = medoid(
		draftAll(draft, methods, draftBox, checkpoint),
		meanContrast(draft.lab, draft.width, draft.height),
	);
	if (!best) return undefined;
	checkpoint(0.8);
	const { found, method } = best.candidate;
	const chosen = chooseObject(
		found,
		draft.width,
		draft.height,
		object,
		draft.lab,
	);
	const refined = refineForeground(work, draft, chosen.set);
	if (workBox) clearOutside(refined, work.width, workBox);
	const { set } = chooseObject(refined, work.width, work.height, 1, work.lab);
	const objects = chosen.objects.map(({ box, areaShare }) => ({
		box: boxIn(box, draft, work),
		areaShare,
	}));
	return matte(image, work, { set, objects }, method, best.confidence);
}

function draftAll(
	draft: Scene,
	methods: readonly MaskMethod[],
	box: PixelBox | undefined,
	checkpoint: Checkpoint,
): Candidate[] {
	const { lab, width, height } = draft;
	const candidates: Candidate[] = [];
	const add = (method: MaskMethod, found: Uint8Array): void => {
		if (box) clearOutside(found, width, box);
		const { set } = chooseObject(found, width, height, 1, lab);
		const score = scoreMask(lab, set, width, height);
		if (score.areaShare >= SMALLEST_SHARE && score.areaShare < 0.95)
			candidates.push({ method, found, set, score });
	};
	if (methods.includes("flood"))
		for (const count of [1, 2, 4]) add("flood", floodSeveral(draft, count));
	if (methods.includes("grabcut"))
		for (const [k, cut] of CENTRE_CUTS.entries()) {
			checkpoint(0.3 + (k / CENTRE_CUTS.length) * 0.4);
			add("grabcut", cutFromCentre(draft, cut, box));
		}
	return candidates;
}

function sceneOf(image: Image, longSide: number): Scene {
	const scale = Math.min(1, longSide / Math.max(image.width, image.height));
	const width = Math.max(8, Math.round(image.width * scale));
	const height = Math.max(8, Math.round(image.height * scale));
	const small = resizeImage(image, width, height);
	return { image: small, lab: imageToLab(small), width, height };
}

// --- Even backgrounds ---------------------------------------------------------------------

/** Even ground and a clear outline are as sure as it gets; a faint outline is not. */
function studioConfidence(model: BorderModel, score: MaskScore): number {
	const even = (model.inlierShare - STUDIO_INLIERS) / (1 - STUDIO_INLIERS);
	return clamp01(
		0.45 +
			0.45 * Math.min(1, score.edge / 0.75) +
			0.1 * even -
			2 * score.borderShare,
	);
}

// --- Choice -------------------------------------------------------------------------------

function medoid(
	candidates: readonly Candidate[],
	/** Contrast an outline drawn at random would have. */
	chanceContrast: number,
): { candidate: Candidate; confidence: number } | undefined {
	let best: Candidate | undefined;
	let bestWorth = Number.NEGATIVE_INFINITY;
	let bestAgreement = 0;
	for (const candidate of candidates) {
		// Cuts fail less often than floods, so their agreement counts more.
		let agreement = 0;
		let weights = 0;
		for (const other of candidates) {
			if (other === candidate) continue;
			const weight = other.method === "grabcut" ? 1 : 0.35;
			agreement += weight * setIou(candidate.set, other.set);
			weights += weight;
		}
		agreement = weights > 0 ? agreement / weights : 0.5;
		const { score } = candidate;
		const worth =
			agreement +
			0.6 * score.edge +
			0.05 * Math.log(score.areaShare) -
			score.borderShare -
			(candidate.method === "flood" ? 0.15 : 0);
		if (worth > bestWorth) {
			bestWorth = worth;
			best = candidate;
			bestAgreement = agreement;
		}
	}
	if (!best) return undefined;
	const { edge, borderShare } = best.score;
	const clear = clamp01((edge - chanceContrast) / (0.9 - chanceContrast));
	return {
		candidate: best,
		// Agreement squared: drafts that differ by a third are as good as a guess.
		confidence: clamp01(
			0.95 * bestAgreement ** 2 * Math.sqrt(clear) - 2 * borderShare,
		),
	};
}

function matte(
	image: Image,
	work: Scene,
	{ set, objects }: ChosenObject,
	method: MaskMethod,
	confidence: number,
): Foreground {
	const { width, height } = work;
	const soft = edgeMatte(image, set, width, height, work.image);
	return {
		...soft,
		method,
		confidence,
		objects: objects.map(({ box, areaShare }) => ({
			box: boxIn(box, work, image),
			areaShare,
		})),
	};
}

/** What was found in a part of a picture, in the whole of it. */
function putBack(
	found: Foreground,
	image: Image,
	around: PixelBox,
): Foreground {
	const { left, top, right, bottom } = around;
	const mask = pasteMask(found.mask, around, image);
	const data = image.data.slice();
	const width = right - left;
	for (let y = top; y < bottom; y++) {
		const from = (y - top) * width * 4;
		data.set(
			found.image.data.subarray(from, from + width * 4),
			(y * image.width + left) * 4,
		);
	}
	return {
		...found,
		mask,
		image: { width: image.width, height: image.height, data },
		objects: found.objects.map(({ box, areaShare }) => ({
			box: movedBox(box, left, top),
			areaShare:
				(areaShare * width * (bottom - top)) / (image.width * image.height),
		})),
	};
}

function clamp01(value: number): number {
	return Math.min(1, Math.max(0, value));
}
