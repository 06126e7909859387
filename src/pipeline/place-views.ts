import type { Camera } from "../core/camera.ts";
import type { EngineLens } from "../core/engine.ts";
import { LunarError } from "../core/errors.ts";
import type { Cutout } from "../core/photo.ts";
import type { RunContext } from "../core/run-context.ts";
import type { View, ViewName } from "../core/view.ts";
import { CANONICAL_DISTANCE, canonicalCamera } from "../kernel/math/camera.ts";
import { lookAt } from "../kernel/math/mat4.ts";
import { frameNamedViews } from "./frame-named-views.ts";
import { requireBox } from "./mask-box.ts";
import { mendMasks } from "./mend-masks.ts";
import { settleNamedViews, settlePosedViews } from "./settle-views.ts";

/** For a photo whose lens is unknown. */
const LONE_PHOTO_LENS: EngineLens = {
	distance: CANONICAL_DISTANCE,
	fovYRadians: 2 * Math.atan(0.21), // 24 degrees
	fill: 1 / 1.1,
};

/**
 * Gives every cut-out a camera: its own where the capture came with one, the canonical side where
 * it has a name, and the front, framed on the object as `lens` says, for a lone photo. Views that contradict the others
 * may be missing from the result.
 */
export function placeViews(
	cutouts: readonly Cutout[],
	ctx: RunContext,
	lens: EngineLens = LONE_PHOTO_LENS,
): readonly View[] {
	const posed = cutouts.filter((cutout) => cutout.photo.camera !== undefined);
	if (posed.length === cutouts.length)
		return settlePosedViews(cutouts, ctx).map(({ cutout, camera }) =>
			viewOf(cutout, camera),
		);
	if (posed.length > 0)
		throw new LunarError(
			"CAMERA_INVALID",
			`${posed.length} of ${cutouts.length} pictures have a camera; all of them need one`,
		);
	if (cutouts.length === 1) return [lonePhoto(cutouts[0], lens)];

	const seen = new Map<string, string>();
	for (const { photo } of cutouts) {
		if (photo.name === undefined)
			throw new LunarError(
				"NO_INPUT",
				`${photo.label} has neither a side nor a camera: with several pictures each needs one`,
			);
		const earlier = seen.get(photo.name);
		if (earlier !== undefined)
			throw new LunarError(
				"VIEW_NAME_DUPLICATE",
				`both ${earlier} and ${photo.label} are given as ${photo.name}`,
			);
		seen.set(photo.name, photo.label);
	}
	tellRepeated(cutouts, ctx);
	const canonical = cutouts.map(({ mask, photo }) =>
		canonicalCamera(photo.name as ViewName, mask.width, mask.height),
	);
	const settled = settleNamedViews(mendMasks(cutouts, canonical, ctx), ctx);
	return frameNamedViews(settled, ctx).flatMap((camera, index) =>
		camera === undefined ? [] : [viewOf(settled[index], camera)],
	);
}

/** The same file for two sides is more often a slip than a symmetric object. */
function tellRepeated(cutouts: readonly Cutout[], ctx: RunContext): void {
	const seen = new Map<string, Cutout["photo"]>();
	for (const { photo } of cutouts) {
		const earlier = seen.get(photo.source.sha256);
		if (earlier !== undefined)
			ctx.notice({
				code: "picture-repeated",
				severity: "warning",
				message: `${earlier.name} (${earlier.label}) and ${photo.name} (${photo.label}) are the same picture`,
				remedy:
					"Give each side its own picture, or leave out what you do not have.",
				label: photo.label,
			});
		else seen.set(photo.source.sha256, photo);
	}
}

function lonePhoto(cutout: Cutout, lens: EngineLens): View {
	const box = requireBox(cutout);
	const { width, height } = cutout.photo.image;
	const halfSide =
		Math.max(box.right - box.left, box.bottom - box.top) / 2 / lens.fill;
	const focal = halfSide / Math.tan(lens.fovYRadians / 2);
	return {
		...viewOf(cutout, {
			worldFromCamera: lookAt([0, 0, lens.distance], [0, 0, 0]),
			fx: focal,
			fy: focal,
			cx: (box.left + box.right) / 2,
			cy: (box.top + box.bottom) / 2,
			width,
			height,
		}),
		name: cutout.photo.name ?? "front",
		isGuessed: true,
	};
}

function viewOf(cutout: Cutout, camera: Camera): View {
	return {
		image: cutout.photo.image,
		mask: cutout.mask,
		camera,
		label: cutout.photo.label,
		...(cutout.photo.name === undefined ? {} : { name: cutout.photo.name }),
	};
}
