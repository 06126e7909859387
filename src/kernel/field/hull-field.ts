import type { Camera } from "../../core/camera.ts";
import type { Box } from "../../core/mesh.ts";
import type { Field } from "../../core/shape.ts";
import {
	type SilhouetteDistance,
	sampleSilhouetteDistance,
	UNKNOWN_SLOPE,
} from "../image/silhouette-distance.ts";
import { projectionMatrix } from "../math/camera.ts";

/** One view's say on where the object can be. Camera and silhouette have the same size in pixels. */
export interface SilhouetteCone {
	readonly camera: Camera;
	readonly silhouette: SilhouetteDistance;
}

/** Points that are bounded together when views are ruled out. */
const CHUNK = 256;
/** With fewer views than this, ruling some out costs more than it saves. */
const MIN_VIEWS_TO_PRUNE = 3;
/** Likewise for points. */
const MIN_POINTS_TO_PRUNE = 32;
/** Interpolation makes the distance map a little steeper than 1 pixel per pixel. */
const MAP_SLOPE = 1.1;

/**
 * Visual hull as a field: the largest, over all views, of the signed silhouette distance at the
 * projected point, turned from pixels to world units by depth / focal length.
 *
 * Laurentini, "The visual hull concept", 1994.
 *
 * A view's value grows in proportion to depth along every ray, so its slope is at most
 * √(1 + (R / f)²), R being the picture's farthest corner from the principal point.
 */
export function hullField(
	cones: readonly SilhouetteCone[],
	bounds: Box,
): Field {
	if (cones.length === 0) throw new RangeError("a hull needs a view");
	const views = cones.map(prepareView);
	const lipschitz = Math.max(...views.map((view) => view.lipschitz));
	const inChunk = new Float64Array(views.length); // value at the chunk's centre
	return {
		bounds,
		lipschitz,
		sample(points, out, count) {
			for (let start = 0; start < count; start += CHUNK) {
				const end = Math.min(count, start + CHUNK);
				out.fill(Number.NEGATIVE_INFINITY, start, end);
				let needed = Number.NEGATIVE_INFINITY;
				if (
					views.length >= MIN_VIEWS_TO_PRUNE &&
					end - start >= MIN_POINTS_TO_PRUNE
				) {
					needed = boundChunk(views, points, start, end, lipschitz, inChunk);
				}
				for (let v = 0; v < views.length; v++)
					if (needed === Number.NEGATIVE_INFINITY || inChunk[v] >= needed)
						raiseByView(views[v], points, out, start, end);
			}
		},
	};
}

interface PreparedView {
	readonly projection: Float64Array; // [12]
	readonly camera: Camera;
	readonly silhouette: SilhouetteDistance;
	readonly worldPerPixelDepth: number; // 1 / focal length
	readonly open: boolean; // the object leaves the picture somewhere
	readonly lipschitz: number;
}

function prepareView({ camera, silhouette }: SilhouetteCone): PreparedView {
	const { cx, cy, width, height, fx, fy } = camera;
	const { touches } = silhouette;
	const open = touches.left || touches.right || touches.top || touches.bottom;
	const corner = Math.hypot(
		Math.max(Math.abs(cx), Math.abs(width - cx)) / fx,
		Math.max(Math.abs(cy), Math.abs(height - cy)) / fy,
	);
	const slope = open ? Math.hypot(1, UNKNOWN_SLOPE) : 1;
	const offAxis = corner * (open ? 1 + UNKNOWN_SLOPE : 1);
	return {
		projection: projectionMatrix(camera),
		camera,
		silhouette,
		worldPerPixelDepth: 1 / Math.max(fx, fy),
		open,
		lipschitz: MAP_SLOPE * Math.hypot(slope, offAxis),
	};
}

/** Fills each view's value at the centre of a chunk; returns the least that can still be the largest. */
function boundChunk(
	views: readonly PreparedView[],
	points: Float32Array,
	start: number,
	end: number,
	lipschitz: number,
	atCentre: Float64Array,
): number {
	const centre = new Float32Array(3);
	let radius2 = 0;
	for (let axis = 0; axis < 3; axis++) {
		let min = Number.POSITIVE_INFINITY;
		let max = Number.NEGATIVE_INFINITY;
		for (let n = start * 3 + axis; n < end * 3; n += 3) {
			if (points[n] < min) min = points[n];
			if (points[n] > max) max = points[n];
		}
		centre[axis] = (min + max) / 2;
		radius2 += ((max - min) / 2) ** 2;
	}
	const value = new Float32Array(1);
	let largest = Number.NEGATIVE_INFINITY;
	for (let v = 0; v < views.length; v++) {
		value[0] = Number.NEGATIVE_INFINITY;
		raiseByView(views[v], centre, value, 0, 1);
		atCentre[v] = value[0];
		if (value[0] > largest) largest = value[0];
	}
	return largest - 2.02 * lipschitz * Math.sqrt(radius2);
}

function raiseByView(
	view: PreparedView,
	points: Float32Array,
	out: Float32Array,
	start: number,
	end: number,
): void {
	const { projection: p, silhouette, worldPerPixelDepth } = view;
	const { columns, rows, data } = silhouette;
	const [p0, p1, p2, p3] = [p[0], p[1], p[2], p[3]];
	const [p4, p5, p6, p7] = [p[4], p[5], p[6], p[7]];
	const [p8, p9, p10, p11] = [p[8], p[9], p[10], p[11]]; // a typed array's iterator is slow
	const perStep = 1 / silhouette.step;
	const endX = columns - 1;
	const endY = rows - 1;
	for (let n = start; n < end; n++) {
		const x = points[n * 3];
		const y = points[n * 3 + 1];
		const z = points[n * 3 + 2];
		const depth = p8 * x + p9 * y + p10 * z + p11;
		const a = p0 * x + p1 * y + p2 * z + p3;
		const b = p4 * x + p5 * y + p6 * z + p7;
		let value = 0;
		if (depth > 0) {
			const perDepth = 1 / depth;
			const u = a * perDepth;
			const v = b * perDepth;
			const mapX = u * perStep - 0.5;
			const mapY = v * perStep - 0.5;
			if (mapX >= 0 && mapX < endX && mapY >= 0 && mapY < endY) {
				// The inside of the picture, inlined: three quarters of the time of a hull.
				const i = mapX | 0;
				const j = mapY | 0;
				const fx = mapX - i;
				const at = j * columns + i;
				const below = at + columns;
				const upper = data[at] + (data[at + 1] - data[at]) * fx;
				const lower = data[below] + (data[below + 1] - data[below]) * fx;
				value = upper + (lower - upper) * (mapY - j);
			} else value = sampleSilhouetteDistance(silhouette, u, v);
			value *= depth * worldPerPixelDepth;
		} else value = behindCamera(view, a, b, depth);
		if (value > out[n]) out[n] = value;
	}
}

/** Behind a camera is out of its picture: outside, or unknown if the object leaves the picture. */
function behindCamera(
	view: PreparedView,
	a: number,
	b: number,
	depth: number,
): number {
	const { cx, cy, fx, fy } = view.camera;
	const distance = Math.hypot(
		(a - cx * depth) / fx,
		(b - cy * depth) / fy,
		depth,
	);
	return view.open ? -UNKNOWN_SLOPE * distance : distance;
}
