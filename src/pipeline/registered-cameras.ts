import type { Camera } from "../core/camera.ts";
import {
	type OrbitPose,
	outlineGaps,
} from "../kernel/field/silhouette-coherence.ts";
import {
	type OutlinedView,
	REGISTERED_SIZE,
	TOLERANCE,
} from "./register-views.ts";

/** From the frame of the poses to the world: world = scale · (x − centre). */
export interface Gauge {
	readonly scale: number;
	readonly centre: readonly [number, number, number];
}

/**
 * The gauge that puts the object's middle at the origin and makes its longest side `REGISTERED_SIZE`. The object's
 * box is that of the points where rays through outlines touch the hull of the other views.
 */
export function objectGauge(
	views: readonly OutlinedView[],
	poses: readonly OrbitPose[],
): Gauge {
	const low = [Infinity, Infinity, Infinity];
	const high = [-Infinity, -Infinity, -Infinity];
	const outlines = views.map(({ outline }) => outline);
	for (let v = 0; v < poses.length; v++) {
		const others = poses.map((_, w) => w).filter((w) => w !== v);
		const { gap, along } = outlineGaps(outlines, poses, v, others);
		const { points } = outlines[v];
		const { rotation: r, scale, cx, cy, perspective, offset } = poses[v];
		for (let p = 0; p < gap.length; p++) {
			if (gap[p] > TOLERANCE) continue;
			const z = along[p];
			const q = (1 - perspective * z) / scale;
			const x = offset[0] + (points[p * 2] - cx) * q;
			const y = offset[1] + (cy - points[p * 2 + 1]) * q;
			for (let axis = 0; axis < 3; axis++) {
				const at = r[axis] * x + r[3 + axis] * y + r[6 + axis] * z;
				low[axis] = Math.min(low[axis], at);
				high[axis] = Math.max(high[axis], at);
			}
		}
	}
	const longest = Math.max(...high.map((value, axis) => value - low[axis]));
	if (!(longest > 0)) return { scale: 1, centre: [0, 0, 0] };
	return {
		scale: REGISTERED_SIZE / longest,
		centre: [
			(low[0] + high[0]) / 2,
			(low[1] + high[1]) / 2,
			(low[2] + high[2]) / 2,
		],
	};
}

/** The camera of a pose. */
export function registeredCamera(
	{
		outline,
		width,
		height,
	}: Pick<OutlinedView, "outline" | "width" | "height">,
	{ rotation: r, scale, cx, cy, perspective, offset }: OrbitPose,
	gauge: Gauge,
): Camera {
	const distance = 1 / perspective;
	const eye = gauge.centre.map(
		(middle, axis) =>
			gauge.scale *
			(r[axis] * offset[0] +
				r[3 + axis] * offset[1] +
				r[6 + axis] * distance -
				middle),
	);
	const focal = scale * distance;
	return {
		// biome-ignore format: one row a line
		worldFromCamera: new Float64Array([
			r[0], r[3], r[6], eye[0],
			r[1], r[4], r[7], eye[1],
			r[2], r[5], r[8], eye[2],
			0, 0, 0, 1,
		]),
		fx: focal,
		fy: focal,
		cx: cx + outline.left,
		cy: cy + outline.top,
		width,
		height,
	};
}
