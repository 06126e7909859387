import type { Camera } from "../core/camera.ts";
import type { Cutout } from "../core/photo.ts";
import type { RunContext } from "../core/run-context.ts";
import type { ViewName } from "../core/view.ts";
import { CANONICAL_DISTANCE, canonicalCamera } from "../kernel/math/camera.ts";
import { type MaskBox, requireBox } from "./mask-box.ts";

/** World axes along the picture's right and up, with sign: 0 x, 1 y, 2 z. */
const AXES: Record<
	ViewName,
	readonly [right: 0 | 2, rightSign: 1 | -1, up: 1 | 2, upSign: 1 | -1]
> = {
	front: [0, 1, 1, 1],
	right: [2, -1, 1, 1],
	back: [0, -1, 1, 1],
	left: [2, 1, 1, 1],
	top: [0, 1, 2, -1],
	bottom: [0, 1, 2, 1],
};

/**
 * Two exact canonical views of one object may still disagree about an extent: perspective shows the
 * near side larger, by up to half the object's depth over the camera's distance.
 */
const PERSPECTIVE_SLACK = 0.5 / CANONICAL_DISTANCE + 0.06;
/** Longest side of an object whose views had to be reframed, world units. */
const REFRAMED_SIZE = 0.95;

/**
 * Canonical cameras for named views. Views that share the canonical framing keep it exactly. Views
 * taken by hand (other lens, other distance, off centre) are reframed: each is centred on its
 * object and scaled so that the extents it shares with the others agree.
 */
export function frameNamedViews(
	cutouts: readonly Cutout[],
	ctx: RunContext,
): Camera[] {
	const boxes = cutouts.map(requireBox);
	const cameras = cutouts.map(({ photo }) =>
		canonicalCamera(
			photo.name as ViewName,
			photo.image.width,
			photo.image.height,
		),
	);
	const names = cutouts.map(({ photo }) => photo.name as ViewName);
	const gap = worstDisagreement(names, boxes, cameras);
	if (gap <= PERSPECTIVE_SLACK) return cameras;

	ctx.notice({
		code: "views-reframed",
		severity: "info",
		message: `The views do not share one framing (extents differ by ${(gap * 100).toFixed(0)} % of the object's size); each was centred and scaled to agree.`,
		remedy:
			"Take all views from the same distance with the object in the middle.",
	});
	return reframe(names, boxes, cameras);
}

/** Largest difference between two views about where an axis begins or ends, in object sizes. */
function worstDisagreement(
	names: readonly ViewName[],
	boxes: readonly MaskBox[],
	cameras: readonly Camera[],
): number {
	const low = [Infinity, Infinity, Infinity];
	const lowMax = [-Infinity, -Infinity, -Infinity];
	const high = [Infinity, Infinity, Infinity];
	const highMax = [-Infinity, -Infinity, -Infinity];
	for (let view = 0; view < names.length; view++) {
		const { cx, cy, fx, fy } = cameras[view];
		const { left, right, top, bottom } = boxes[view];
		const scaleX = CANONICAL_DISTANCE / fx;
		const scaleY = CANONICAL_DISTANCE / fy;
		const [axisRight, signRight, axisUp, signUp] = AXES[names[view]];
		for (const [axis, a, b] of [
			[
				axisRight,
				signRight * (left - cx) * scaleX,
				signRight * (right - cx) * scaleX,
			],
			[axisUp, signUp * (cy - top) * scaleY, signUp * (cy - bottom) * scaleY],
		] as const) {
			low[axis] = Math.min(low[axis], a, b);
			lowMax[axis] = Math.max(lowMax[axis], Math.min(a, b));
			high[axis] = Math.min(high[axis], Math.max(a, b));
			highMax[axis] = Math.max(highMax[axis], a, b);
		}
	}
	let size = 0;
	let gap = 0;
	for (let axis = 0; axis < 3; axis++) {
		if (highMax[axis] === -Infinity) continue;
		size = Math.max(size, highMax[axis] - low[axis]);
		gap = Math.max(gap, lowMax[axis] - low[axis], highMax[axis] - high[axis]);
	}
	return gap / size;
}

/**
 * Least squares in logarithms: extent of view v along axis a × scale of v = size of a.
 * Alternating means converge in a few rounds; the gauge is the longest axis.
 */
function reframe(
	names: readonly ViewName[],
	boxes: readonly MaskBox[],
	cameras: readonly Camera[],
): Camera[] {
	const extents = boxes.map(
		(box) =>
			[Math.log(box.right - box.left), Math.log(box.bottom - box.top)] as const,
	);
	const logScale = new Float64Array(names.length); // world units per pixel at the object
	const logSize = new Float64Array(3);
	for (let round = 0; round < 60; round++) {
		const sum = [0, 0, 0];
		const count = [0, 0, 0];
		for (let view = 0; view < names.length; view++) {
			const [axisRight, , axisUp] = AXES[names[view]];
			sum[axisRight] += extents[view][0] + logScale[view];
			sum[axisUp] += extents[view][1] + logScale[view];
			count[axisRight]++;
			count[axisUp]++;
		}
		let longest = -Infinity;
		for (let axis = 0; axis < 3; axis++) {
			if (count[axis] === 0) continue;
			logSize[axis] = sum[axis] / count[axis];
			longest = Math.max(longest, logSize[axis]);
		}
		for (let axis = 0; axis < 3; axis++)
			logSize[axis] += Math.log(REFRAMED_SIZE) - longest;
		for (let view = 0; view < names.length; view++) {
			const [axisRight, , axisUp] = AXES[names[view]];
			logScale[view] =
				(logSize[axisRight] -
					extents[view][0] +
					logSize[axisUp] -
					extents[view][1]) /
				2;
		}
	}
	return cameras.map((camera, view) => {
		const focal = CANONICAL_DISTANCE / Math.exp(logScale[view]);
		const box = boxes[view];
		return {
			...camera,
			fx: focal,
			fy: focal,
			cx: (box.left + box.right) / 2,
			cy: (box.top + box.bottom) / 2,
		};
	});
}
