import { LunarError } from "../../../core/errors.ts";
import {
	createImage,
	createMask,
	type Image,
	type Mask,
} from "../../../core/image.ts";
import type { Photo } from "../../../core/photo.ts";
import type { RunContext } from "../../../core/run-context.ts";
import { connectedComponents } from "../../../kernel/image/connected-components.ts";
import type { BackgroundRemover } from "../../../neural/background/background-remover.ts";
import { type BackgroundMode, cutOut } from "../../../pipeline/cut-out.ts";

/** What a person may say about where the object is. */
export interface CutOutWish {
	readonly background: BackgroundMode;
	/** [x, y, width, height] in pixels of `photo.source`: only what is inside is looked at. */
	readonly box?: readonly [number, number, number, number] | undefined;
	/** Which of several objects, from 0, the largest first. */
	readonly object?: number | undefined;
	readonly remover?: BackgroundRemover | undefined;
}

export interface FoundObject {
	readonly mask: Mask; // same size as photo.image
	readonly method: string;
	readonly confidence: number;
}

/** A box shows a little more than it was drawn, so that the background can be seen around the object. */
const BOX_MARGIN = 0.04;
/** Pieces below this share of the picture are no objects. */
const SMALLEST_PIECE = 0.0005;

/** The object of one photo, as the pipeline finds it, within what a person said about it. */
export async function cutOutOne(
	photo: Photo,
	wish: CutOutWish,
	ctx: RunContext,
): Promise<FoundObject> {
	const { width, height } = photo.image;
	const [x0, y0, x1, y1] = boxIn(photo, wish.box);
	const part = wish.box
		? { ...photo, image: crop(photo.image, x0, y0, x1, y1) }
		: photo;
	const [cutout] = await cutOut(
		[part],
		{ background: wish.background },
		ctx,
		wish.remover,
	);
	const mask = createMask(width, height);
	const rowLength = x1 - x0;
	for (let y = y0; y < y1; y++) {
		const from = (y - y0) * rowLength;
		mask.data.set(
			cutout.mask.data.subarray(from, from + rowLength),
			y * width + x0,
		);
	}
	if (wish.object !== undefined) keepPiece(mask, wish.object, photo.label);
	return { mask, method: cutout.method, confidence: cutout.confidence };
}

/** The box with its margin, in pixels of the decoded picture. */
function boxIn(
	{ image, source, label }: Photo,
	box: CutOutWish["box"],
): [number, number, number, number] {
	if (box === undefined) return [0, 0, image.width, image.height];
	const [x, y, width, height] = box;
	const scale = image.width / source.width;
	const margin = BOX_MARGIN * Math.max(width, height);
	const x0 = Math.max(0, Math.floor((x - margin) * scale));
	const y0 = Math.max(0, Math.floor((y - margin) * scale));
	const x1 = Math.min(image.width, Math.ceil((x + width + margin) * scale));
	const y1 = Math.min(image.height, Math.ceil((y + height + margin) * scale));
	if (x1 - x0 < 8 || y1 - y0 < 8)
		throw new LunarError(
			"REQUEST_INVALID",
			`the box ${box.join(", ")} holds nothing of ${label}, which is ${source.width} × ${source.height}`,
		);
	return [x0, y0, x1, y1];
}

function crop(
	image: Image,
	x0: number,
	y0: number,
	x1: number,
	y1: number,
): Image {
	const part = createImage(x1 - x0, y1 - y0);
	for (let y = y0; y < y1; y++) {
		const from = (y * image.width + x0) * 4;
		part.data.set(
			image.data.subarray(from, from + part.width * 4),
			(y - y0) * part.width * 4,
		);
	}
	return part;
}

/** Clears everything but one connected piece. */
function keepPiece(mask: Mask, wanted: number, label: string): void {
	const { width, height, data } = mask;
	const set = data.map((coverage) => (coverage >= 128 ? 1 : 0));
	const { labels, components } = connectedComponents(set, width, height);
	const smallest = SMALLEST_PIECE * data.length;
	const ranked = components
		.map(({ area }, index) => ({ area, index }))
		.filter(({ area }) => area >= smallest)
		.sort((a, b) => b.area - a.area);
	const piece = ranked[wanted];
	if (piece === undefined)
		throw new LunarError(
			"REQUEST_INVALID",
			`${label} has ${ranked.length} objects; object ${wanted} is none of them (they count from 0)`,
		);
	for (let p = 0; p < data.length; p++) {
		if (labels[p] === piece.index) continue;
		// The soft edge beside the piece stays.
		if (data[p] < 128 && touches(labels, p, width, height, piece.index))
			continue;
		data[p] = 0;
	}
}

function touches(
	labels: Int32Array, // [height × width]
	p: number,
	width: number,
	height: number,
	index: number,
): boolean {
	const x = p % width;
	const y = (p - x) / width;
	for (let dy = -1; dy <= 1; dy++)
		for (let dx = -1; dx <= 1; dx++) {
			const nx = x + dx;
			const ny = y + dy;
			if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
			if (labels[ny * width + nx] === index) return true;
		}
	return false;
}
