import { connectedComponents } from "../kernel/image/connected-components.ts";
import {
	grabCut,
	MAYBE_BACKGROUND,
	MAYBE_FOREGROUND,
	SURE_BACKGROUND,
	SURE_FOREGROUND,
} from "../kernel/image/grabcut/grabcut.ts";
import { resizePlanes } from "../kernel/image/resize.ts";
import { squaredDistance } from "../kernel/image/squared-distance.ts";
import type { Scene } from "./flood-even.ts";

/** The draft's outline, found again on the working copy: only a band along it is open. */
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
	return fillSmallHoles(found, width, height);
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
