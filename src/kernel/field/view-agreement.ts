import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { View } from "../../core/view.ts";
import { resizeMask } from "../image/resize.ts";
import { createRasterMemory, rasterize } from "../raster/rasterize.ts";
import { extractSurface } from "./extract-surface.ts";
import { hullBounds } from "./hull-bounds.ts";
import { hullField, type SilhouetteCone } from "./hull-field.ts";

/** Longer side of the pictures in which silhouettes are compared. */
const COMPARE_SIDE = 192;
/** Grid of a hull that is only compared with others. */
const TRIAL_RESOLUTION = 64;
/** With more views than this, leaving each out in turn costs too much. */
const LEAVE_ONE_OUT_MAX_VIEWS = 12;

/** Share of each view's silhouette, less its outermost pixels, that the hull covers; 0–1. */
export function explainedShares(
	hull: Mesh,
	views: readonly Pick<View, "mask" | "camera">[],
	checkpoint?: Checkpoint,
): Float64Array /* [viewCount] */ {
	const shares = new Float64Array(views.length);
	const memory = createRasterMemory();
	for (let v = 0; v < views.length; v++) {
		checkpoint?.(v / views.length);
		const { mask, camera } = views[v];
		const scale = Math.min(1, COMPARE_SIDE / Math.max(mask.width, mask.height));
		const width = Math.max(1, Math.round(mask.width * scale));
		const height = Math.max(1, Math.round(mask.height * scale));
		const inside = resizeMask(mask, width, height).data;
		const raster = rasterize(hull, camera, {
			width,
			height,
			frontOnly: true,
			memory,
		});
		let all = 0;
		let covered = 0;
		for (let y = 1; y < height - 1; y++)
			for (let x = 1; x < width - 1; x++) {
				const at = y * width + x;
				// Not the outermost pixels: there, rounding decides.
				if (
					Math.min(
						inside[at],
						inside[at - 1],
						inside[at + 1],
						inside[at - width],
						inside[at + width],
					) < 128
				)
					continue;
				all++;
				if (raster.triangle[at] >= 0) covered++;
			}
		shares[v] = all === 0 ? 1 : covered / all;
	}
	return shares;
}

/** How well a hull of these silhouettes explains them, 0–1; 0 where there is no hull. */
export function meanExplained(
	cones: readonly SilhouetteCone[],
	views: readonly View[],
): number {
	const bounds = hullBounds(cones);
	if (bounds === null) return 0;
	const hull = extractSurface(hullField(cones, bounds.box), {
		resolution: TRIAL_RESOLUTION,
	});
	const shares = explainedShares(hull, views);
	return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/**
 * Names the view that the others agree without: the one whose removal explains the rest best.
 * Null where no single view is to blame, or there are too few or too many to tell.
 */
export function findOddView(
	cones: readonly SilhouetteCone[],
	views: readonly View[],
	checkpoint?: Checkpoint,
): number | null {
	if (views.length < 3 || views.length > LEAVE_ONE_OUT_MAX_VIEWS) return null;
	let best = 0;
	let second = 0;
	let odd = -1;
	for (let v = 0; v < views.length; v++) {
		checkpoint?.(v / views.length);
		const restCones = cones.filter((_, index) => index !== v);
		const restViews = views.filter((_, index) => index !== v);
		const score = meanExplained(restCones, restViews);
		if (score > best) {
			second = best;
			best = score;
			odd = v;
		} else if (score > second) second = score;
	}
	return best > 0.8 && best - second > 0.02 ? odd : null;
}
