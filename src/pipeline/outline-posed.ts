import type { Camera } from "../core/camera.ts";
import type { Mask } from "../core/image.ts";
import type { Cutout } from "../core/photo.ts";
import type { OrbitPose } from "../kernel/field/silhouette-coherence.ts";
import { resizeMask } from "../kernel/image/resize.ts";
import {
	type SilhouetteOutline,
	silhouetteOutline,
} from "../kernel/image/silhouette-outline.ts";
import { solveSymmetric } from "../kernel/image/solve-symmetric.ts";
import { cameraCentre, pixelRay, resizeCamera } from "../kernel/math/camera.ts";
import { type MaskBox, requireBox } from "./mask-box.ts";
import { REGISTERED_SIZE } from "./register-views.ts";
import type { Gauge } from "./registered-cameras.ts";

/** Captures with cameras as far as their silhouettes go, in a frame where the object lies at the origin. */
export interface PosedOutlines {
	readonly outlines: readonly SilhouetteOutline[];
	readonly poses: readonly OrbitPose[];
	readonly frame: ObjectFrame;
	/** Back to the world. */
	readonly gauge: Gauge;
}

/** Lenses whose two focal lengths differ by more than this get their masks stretched. */
const SQUARE = 1e-4;

export type Triple = [number, number, number];

/** The world's place and size of the object: x_world = unit · x + centre. */
export interface ObjectFrame {
	readonly centre: Triple;
	readonly unit: number;
}

/** Undefined where the cameras do not look at one place. */
export function outlinePosed(
	cutouts: readonly Cutout[],
): PosedOutlines | undefined {
	const seen = cutouts.map((cutout) => {
		const { mask, camera } = squarePixels(
			cutout.mask,
			cutout.photo.camera as Camera,
		);
		return { mask, camera, box: requireBox({ mask, photo: cutout.photo }) };
	});
	const frame = objectFrame(seen);
	if (frame === undefined) return undefined;
	const { centre, unit } = frame;
	const outlines = seen.map(({ mask, box }) => silhouetteOutline(mask, box));
	return {
		outlines,
		poses: seen.map(({ camera }, v) =>
			poseOf(camera, outlines[v], centre, unit),
		),
		frame,
		gauge: { scale: unit, centre: centre.map((c) => -c / unit) as Triple },
	};
}

/** Where the boxes' middles meet, and the object's size there. Undefined where they do not meet before the cameras. */
export function objectFrame(
	seen: readonly { readonly camera: Camera; readonly box: MaskBox }[],
): ObjectFrame | undefined {
	const centre = meetingPoint(
		seen.map(({ camera, box }) => ({
			eye: cameraCentre(camera),
			ray: pixelRay(
				camera,
				(box.left + box.right) / 2,
				(box.top + box.bottom) / 2,
			),
		})),
	);
	if (centre === undefined) return undefined;
	const sizes = seen.map(({ camera, box }) => {
		const m = camera.worldFromCamera;
		const depth =
			m[2] * (m[3] - centre[0]) +
			m[6] * (m[7] - centre[1]) +
			m[10] * (m[11] - centre[2]);
		const side = Math.max(box.right - box.left, box.bottom - box.top);
		return (side * depth) / camera.fx;
	});
	if (!sizes.every((size) => size > 0)) return undefined;
	return { centre, unit: Math.max(...sizes) / REGISTERED_SIZE };
}

function squarePixels(
	mask: Mask,
	camera: Camera,
): { mask: Mask; camera: Camera } {
	if (Math.abs(camera.fy / camera.fx - 1) <= SQUARE) return { mask, camera };
	const height = Math.max(1, Math.round((mask.height * camera.fx) / camera.fy));
	return {
		mask: resizeMask(mask, mask.width, height),
		camera: resizeCamera(camera, mask.width, height),
	};
}

export function poseOf(
	camera: Camera,
	outline: SilhouetteOutline,
	centre: Triple,
	unit: number,
): OrbitPose {
	const m = camera.worldFromCamera;
	const eye = cameraCentre(camera).map((c, axis) => (c - centre[axis]) / unit);
	const along = (column: number): number =>
		m[column] * eye[0] + m[4 + column] * eye[1] + m[8 + column] * eye[2];
	const distance = along(2);
	return {
		// biome-ignore format: one row a line
		rotation: Float64Array.of(
			m[0], m[4], m[8],
			m[1], m[5], m[9],
			m[2], m[6], m[10],
		),
		scale: camera.fx / distance,
		cx: camera.cx - outline.left,
		cy: camera.cy - outline.top,
		perspective: 1 / distance,
		offset: [along(0), along(1)],
	};
}

/** The point with the least sum of squared distances to all rays; undefined where they are as good as parallel. */
function meetingPoint(
	rays: readonly { readonly eye: Triple; readonly ray: Triple }[],
): Triple | undefined {
	const a = new Float64Array(9);
	const b = new Float64Array(3);
	for (const { eye, ray } of rays)
		for (let i = 0; i < 3; i++)
			for (let j = 0; j < 3; j++) {
				const across = (i === j ? 1 : 0) - ray[i] * ray[j];
				a[i * 3 + j] += across / rays.length;
				b[i] += (across * eye[j]) / rays.length;
			}
	for (let i = 0; i < 3; i++) a[i * 4] += 1e-9;
	const point = solveSymmetric(a, b);
	return point.every(Number.isFinite)
		? (Array.from(point) as Triple)
		: undefined;
}
