import { connectedComponents } from "../kernel/image/connected-components.ts";
import {
	grabCut,
	MAYBE_BACKGROUND,
	MAYBE_FOREGROUND,
	SURE_BACKGROUND,
} from "../kernel/image/grabcut/grabcut.ts";
import { resizePlanes } from "../kernel/image/resize.ts";
import { setIou } from "../kernel/image/set-iou.ts";
import { spreadColor } from "../kernel/image/spread-color.ts";
import { squaredDistance } from "../kernel/image/squared-distance.ts";
import type { Scene } from "./flood-even.ts";

/** How far from its outline the draft is trusted, and how far outside all is background; draft pixels. */
const DEEP = 4;
const REACH = 12;
/** Cost of leaving the draft beyond that, nats: inside it, and outside. */
const HOLD = 3;
const AWAY = 2;
/** Overlap with the draft below which the refined set is not the same object. */
const SAME_OBJECT = 0.5;
/** Difference below which a pixel looks like the local colour of the ground, Lab units. */
const LIKE = 7;

/** The draft found again on the working copy, with colour models of its own surroundings. */
export function refineForeground(
	work: Scene,
	draft: Scene,
	set: Uint8Array, // [draft.height × draft.width] 1: object
): Uint8Array /* [work.height × work.width] */ {
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
	const deep = (DEEP * width) / draft.width;
	const far = (REACH * width) / draft.width;
	const near = spreadColor(work.lab, outside, width, height, deep);
	const seeds = new Uint8Array(width * height);
	const bias = new Float32Array(width * height); // nats
	for (let p = 0; p < seeds.length; p++)
		if (inside[p] === 1) {
			// What looks like the ground beside it may be ground, seen through.
			if (distanceAt(work.lab, near, p) < LIKE) seeds[p] = MAYBE_BACKGROUND;
			else {
				seeds[p] = MAYBE_FOREGROUND;
				if (toOutside[p] > deep * deep) bias[p] = -HOLD;
			}
		} else {
			seeds[p] = toInside[p] > far * far ? SURE_BACKGROUND : MAYBE_BACKGROUND;
			if (toInside[p] > deep * deep) bias[p] = AWAY;
		}
	const found = grabCut(work.lab, width, height, seeds, {
		iterations: 2,
		components: 8,
		smoothness: 30,
		bias,
	});
	// A cut may collapse where nothing tells the object from its ground.
	if (setIou(found, inside) < SAME_OBJECT) return inside;
	return fillSmallHoles(found, width, height);
}

function distanceAt(a: Float32Array, b: Float32Array, p: number): number {
	const d0 = a[p * 3] - b[p * 3];
	const d1 = a[p * 3 + 1] - b[p * 3 + 1];
	const d2 = a[p * 3 + 2] - b[p * 3 + 2];
	return Math.sqrt(d0 * d0 + d1 * d1 + d2 * d2);
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
