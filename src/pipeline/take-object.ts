import type { Mask } from "../core/image.ts";
import type { PixelBox } from "../kernel/image/crop.ts";
import { resizeMask } from "../kernel/image/resize.ts";
import { squaredDistance } from "../kernel/image/squared-distance.ts";
import { chooseObject, type FoundObject } from "./choose-object.ts";
import { boxIn } from "./pixel-box.ts";

/** Longer side of the copy that objects are told apart on, pixels. */
const WORK_SIDE = 384;

/** One object of a finished mask, or all of them uncounted; nothing outside the box. */
export function takeObject(
	mask: Mask,
	box: PixelBox | undefined,
	object: number | "all",
): { readonly mask: Mask; readonly objects: readonly FoundObject[] } {
	const inside = box ? clearedOutside(mask, box) : mask;
	if (object === "all") return { mask: inside, objects: [] };
	const scale = Math.min(1, WORK_SIDE / Math.max(mask.width, mask.height));
	const width = Math.max(1, Math.round(mask.width * scale));
	const height = Math.max(1, Math.round(mask.height * scale));
	const small = resizeMask(inside, width, height);
	const found = small.data.map((coverage) => (coverage >= 128 ? 1 : 0));
	const chosen = chooseObject(found, width, height, object);
	const objects = chosen.objects.map(({ box, areaShare }) => ({
		box: boxIn(box, small, mask),
		areaShare,
	}));
	if (objects.length < 2) return { mask: inside, objects };
	// What is nearer to one of the others goes with it.
	const others = Uint8Array.from(found, (v, p) => v & (1 - chosen.set[p]));
	const toOthers = squaredDistance(others, width, height);
	const toChosen = squaredDistance(chosen.set, width, height);
	const data = inside.data.slice();
	for (let y = 0; y < mask.height; y++) {
		const row = Math.min(height - 1, Math.floor(y * scale)) * width;
		for (let x = 0; x < mask.width; x++) {
			const p = row + Math.min(width - 1, Math.floor(x * scale));
			if (toOthers[p] < toChosen[p]) data[y * mask.width + x] = 0;
		}
	}
	return { mask: { width: mask.width, height: mask.height, data }, objects };
}

function clearedOutside(
	mask: Mask,
	{ left, top, right, bottom }: PixelBox,
): Mask {
	const data = new Uint8Array(mask.data.length);
	for (let y = top; y < bottom; y++) {
		const from = y * mask.width;
		data.set(mask.data.subarray(from + left, from + right), from + left);
	}
	return { width: mask.width, height: mask.height, data };
}
