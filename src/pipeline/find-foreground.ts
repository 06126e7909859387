import type { Image, Mask } from "../core/image.ts";
import type { MaskMethod } from "../core/photo.ts";
import type { Checkpoint } from "../core/run-context.ts";
import { borderFlood } from "../kernel/image/border-flood.ts";
import {
	type BorderModel,
	fitBorderModel,
} from "../kernel/image/border-model.ts";
import { connectedComponents } from "../kernel/image/connected-components.ts";
import { edgeMatte } from "../kernel/image/edge-matte.ts";
import {
	grabCut,
	MAYBE_BACKGROUND,
	MAYBE_FOREGROUND,
	SURE_BACKGROUND,
	SURE_FOREGROUND,
} from "../kernel/image/grabcut/grabcut.ts";
import { imageToLab } from "../kernel/image/lab.ts";
import {
	type MaskScore,
	meanContrast,
	scoreMask,
} from "../kernel/image/mask-score.ts";
import { resizeImage, resizePlanes } from "../kernel/image/resize.ts";
import { setIou } from "../kernel/image/set-iou.ts";
import { squaredDistance } from "../kernel/image/squared-distance.ts";
import { chooseObject } from "./choose-object.ts";
import { floodEven, type Scene } from "./flood-even.ts";

/** Longer side of the copy the final set is found on, pixels. */
const WORK_SIDE = 384;
/** Longer side of the copy the candidates are found on, pixels. */
const DRAFT_SIDE = 160;
/** A border as even as this is a studio background. */
const STUDIO_SIGMA = 2.2;
const STUDIO_INLIERS = 0.93;
/** Smallest object worth the name, share of the picture. */
const SMALLEST_SHARE = 0.002;

export interface Foreground {
	readonly mask: Mask;
	/** The picture without background in its mixed pixels. */
	readonly image: Image;
	readonly method: MaskMethod;
	readonly confidence: number; // 0–1
}

interface Candidate {
	readonly method: MaskMethod;
	readonly set: Uint8Array; // [height × width] 1: object
	readonly score: MaskScore;
}

/**
 * Finds the object in an opaque picture, without learned weights; undefined where there is none.
 * An even background is flooded from the border. In front of any other, several floods and cuts
 * are drafted on a small copy, the one that agrees best with the others and with the picture's
 * edges is refined, and how far they agree is the confidence.
 */
export function findForeground(
	image: Image,
	methods: readonly MaskMethod[],
	checkpoint: Checkpoint,
): Foreground | undefined {
	const work = sceneOf(image, WORK_SIDE);
	if (methods.includes("uniform")) {
		const model = fitBorderModel(work.lab, work.width, work.height, 1);
		const even =
			model.sigma < STUDIO_SIGMA && model.inlierShare > STUDIO_INLIERS;
		if (even || methods.length === 1) {
			const set = floodEven(work, model);
			const score = scoreMask(work.lab, set, work.width, work.height);
			if (score.areaShare < SMALLEST_SHARE) return undefined;
			return matte(image, work, set, "uniform", studioConfidence(model, score));
		}
	}
	checkpoint(0.2);
	const draft = sceneOf(work.image, DRAFT_SIDE);
	const candidates: Candidate[] = [];
	const add = (method: MaskMethod, found: Uint8Array): void => {
		const set = chooseObject(found, draft.width, draft.height);
		const score = scoreMask(draft.lab, set, draft.width, draft.height);
		if (score.areaShare >= SMALLEST_SHARE && score.areaShare < 0.95)
			candidates.push({ method, set, score });
	};
	if (methods.includes("flood"))
		for (const count of [1, 2, 4]) add("flood", floodSeveral(draft, count));
	if (methods.includes("grabcut"))
		for (const [k, cut] of CUTS.entries()) {
			checkpoint(0.3 + (k / CUTS.length) * 0.4);
			add("grabcut", cutFromCentre(draft, cut));
		}
	const best = medoid(
		candidates,
		meanContrast(draft.lab, draft.width, draft.height),
	);
	if (!best) return undefined;
	checkpoint(0.8);
	const set = refine(work, draft, best.candidate.set);
	return matte(image, work, set, best.candidate.method, best.confidence);
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

// --- Drafts -------------------------------------------------------------------------------

function floodSeveral(scene: Scene, count: number): Uint8Array {
	const { lab, width, height } = scene;
	const model = fitBorderModel(lab, width, height, count);
	const background = borderFlood(lab, model.residual, width, height, {
		threshold: Math.max(5, 4 * model.sigma),
	});
	return background.map((v) => 1 - v);
}

interface CentreCut {
	/** Radius of the disc that starts as foreground, share of the picture. */
	readonly radius: number;
	readonly smoothness: number;
	readonly components: number;
}

/** Measured on clutter: the first is best on average, the others fail on other pictures. */
const CUTS: readonly CentreCut[] = [
	{ radius: 0.32, smoothness: 70, components: 8 },
	{ radius: 0.22, smoothness: 50, components: 5 },
	{ radius: 0.32, smoothness: 100, components: 5 },
];
/** Cost of foreground far from the centre, nats at the corners. */
const OFF_CENTRE_COST = 2;
/** A cut that finds less than this has collapsed and is tried again, held at the centre. */
const COLLAPSED_SHARE = 0.01;
const HOLD_RADIUS = 0.1;

function cutFromCentre(scene: Scene, cut: CentreCut): Uint8Array {
	const { lab, width, height } = scene;
	const count = width * height;
	const seeds = new Uint8Array(count);
	const bias = new Float32Array(count);
	const held: number[] = [];
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const p = y * width + x;
			const u = (x + 0.5) / width - 0.5;
			const v = (y + 0.5) / height - 0.5;
			const r = Math.sqrt(u * u + v * v);
			const edge = Math.min(x, y, width - 1 - x, height - 1 - y);
			bias[p] = OFF_CENTRE_COST * Math.max(0, (r - 0.3) / 0.2);
			if (edge < Math.min(width, height) * 0.02) seeds[p] = SURE_BACKGROUND;
			else seeds[p] = r < cut.radius ? MAYBE_FOREGROUND : MAYBE_BACKGROUND;
			if (r < HOLD_RADIUS) held.push(p);
		}
	const options = { ...cut, bias };
	const found = grabCut(lab, width, height, seeds, options);
	let area = 0;
	for (const v of found) area += v;
	if (area >= count * COLLAPSED_SHARE) return found;
	for (const p of held) seeds[p] = SURE_FOREGROUND;
	return grabCut(lab, width, height, seeds, options);
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

/** The draft's outline, found again on the working copy: only a band along it is open. */
function refine(work: Scene, draft: Scene, set: Uint8Array): Uint8Array {
	const { width, height } = work;
	const grown = resizePlanes(
		Float32Array.from(set),
		draft.width,
		draft.height,
		1,
		width,
		height,
	);
	const inside = new Uint8Array(width * height);
	const outside = new Uint8Array(width * height);
	for (let p = 0; p < inside.length; p++)
		if (grown[p] >= 0.5) inside[p] = 1;
		else outside[p] = 1;
	const toOutside = squaredDistance(outside, width, height);
	const toInside = squaredDistance(inside, width, height);
	const deep = (4 * width) / draft.width;
	const seeds = new Uint8Array(width * height);
	for (let p = 0; p < seeds.length; p++)
		if (inside[p] === 1)
			seeds[p] =
				toOutside[p] > deep * deep ? SURE_FOREGROUND : MAYBE_FOREGROUND;
		else
			seeds[p] = toInside[p] > deep * deep ? SURE_BACKGROUND : MAYBE_BACKGROUND;
	const found = grabCut(work.lab, width, height, seeds, {
		iterations: 2,
		components: 8,
		smoothness: 30,
	});
	return fillSmallHoles(chooseObject(found, width, height), width, height);
}

/** Eyes and sockets are object; a hole worth showing is a real share of it. */
const SMALL_HOLE = 0.025;

function fillSmallHoles(
	set: Uint8Array,
	width: number,
	height: number,
): Uint8Array {
	const gap = new Uint8Array(set.length);
	let area = 0;
	for (let p = 0; p < set.length; p++)
		if (set[p] === 0) gap[p] = 1;
		else area++;
	const { labels, components } = connectedComponents(gap, width, height, 4);
	const out = set.slice();
	for (let p = 0; p < out.length; p++) {
		if (labels[p] < 0) continue;
		const c = components[labels[p]];
		if (c.borderCount === 0 && c.area < area * SMALL_HOLE) out[p] = 1;
	}
	return out;
}

function matte(
	image: Image,
	work: Scene,
	set: Uint8Array,
	method: MaskMethod,
	confidence: number,
): Foreground {
	const { width, height } = work;
	const soft = edgeMatte(image, set, width, height, work.image);
	return { ...soft, method, confidence };
}

function clamp01(value: number): number {
	return Math.min(1, Math.max(0, value));
}
