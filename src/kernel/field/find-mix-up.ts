import type { Mask } from "../../core/image.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { View } from "../../core/view.ts";
import { silhouetteDistance } from "../image/silhouette-distance.ts";
import type { SilhouetteCone } from "./hull-field.ts";
import { meanExplained } from "./view-agreement.ts";

/** With more views than this, trying every pair costs too much. */
const MAX_VIEWS = 6;
/** How well views that belong together explain each other, and the least gain worth telling. */
const AGREED = 0.96;
const LEAST_GAIN = 0.02;

/** The one change after which the views agree. */
export type MixUp =
	| { readonly kind: "swapped"; readonly a: number; readonly b: number }
	| { readonly kind: "mirrored"; readonly a: number };

/**
 * Tries what people get wrong: two views that carry each other's place, one view that is mirrored.
 * Null where no single such change makes all views agree.
 */
export function findMixUp(
	cones: readonly SilhouetteCone[],
	views: readonly View[],
	checkpoint?: Checkpoint,
): MixUp | null {
	const count = views.length;
	if (count < 3 || count > MAX_VIEWS) return null;
	let best = Math.max(AGREED, meanExplained(cones, views) + LEAST_GAIN);
	let found: MixUp | null = null;
	const trials = (count * (count + 1)) / 2;
	let trial = 0;
	for (let a = 0; a < count; a++)
		for (let b = a; b < count; b++) {
			checkpoint?.(trial++ / trials);
			const changed = new Map(
				a === b
					? [[a, mirrored(views[a])]]
					: [
							[a, placedAs(views[a], views[b])],
							[b, placedAs(views[b], views[a])],
						],
			);
			const score = meanExplained(
				cones.map((cone, v) => {
					const view = changed.get(v);
					if (view === undefined) return cone;
					const { camera, mask } = view;
					const silhouette =
						a === b ? silhouetteDistance(mask) : cone.silhouette;
					return { camera, silhouette };
				}),
				views.map((view, v) => changed.get(v) ?? view),
			);
			if (score <= best) continue;
			best = score;
			found = a === b ? { kind: "mirrored", a } : { kind: "swapped", a, b };
		}
	return found;
}

/** The picture and lens of one view where another stands. */
function placedAs(view: View, other: View): View {
	const { worldFromCamera } = other.camera;
	return { ...view, camera: { ...view.camera, worldFromCamera } };
}

function mirrored(view: View): View {
	const { width, height, data } = view.mask;
	const mask: Mask = { width, height, data: new Uint8Array(data.length) };
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++)
			mask.data[y * width + x] = data[y * width + width - 1 - x];
	const { camera } = view;
	return { ...view, mask, camera: { ...camera, cx: width - camera.cx } };
}
