import type { Camera } from "../../core/camera.ts";
import type { Box } from "../../core/mesh.ts";
import type { Field } from "../../core/shape.ts";
import { gaussianBlur } from "../../kernel/image/gaussian-blur.ts";
import {
	type SilhouetteDistance,
	sampleSilhouetteDistance,
} from "../../kernel/image/silhouette-distance.ts";
import { pixelRay, projectionMatrix } from "../../kernel/math/camera.ts";
import type { ReliefDepth } from "./solve-depth.ts";
import type { WorkFrame } from "./work-frame.ts";

/** The value is limited to this distance, work units: far from the surface it means only "far". */
const LIMIT = 0.12;
/** Keeps the slope bounded where the solid is thin; work units². */
const SOFTEN2 = 0.05 ** 2;
/** Slope of the value across the band of ± LIMIT, work units per work unit, measured on hard outlines. */
const SLOPE = 2;
/** Near the outline the depth follows the picture's own silhouette; work pixels. */
const RIM_FULL = 1.5;
const RIM_END = 4;
const RIM_RINGS = 10;
const RIM_SIGMA = 2;

/** Where the crop stands in the world. */
export interface ReliefPlace {
	readonly camera: Camera;
	readonly depth: number; // of the plane z = 0 along the camera's axis, world units
	readonly scale: number; // world units per work unit in that plane
}

/** The crop's plane goes through the world's origin, or the point of the camera's axis nearest to it. */
export function placeRelief(camera: Camera, frame: WorkFrame): ReliefPlace {
	const toOrigin = projectionMatrix(camera)[11];
	const depth = toOrigin > 1e-6 ? toOrigin : 2.5;
	return {
		camera,
		depth,
		scale: (depth * frame.halfSide) / Math.sqrt(camera.fx * camera.fy),
	};
}

/**
 * The closed solid |z| ≤ h(x, y) seen in perspective: inside where z² < h².
 *
 * h² falls to zero at the outline with a finite slope where h itself has none, so z² − h² is
 * smooth there; divided by about its gradient's length it is close to a distance near the surface.
 * Within a few pixels of the outline h² is the silhouette's own sub-pixel distance times a slope
 * taken from the solved depth: the outline of the solid is that of the picture, exactly.
 */
export function reliefField(
	frame: WorkFrame,
	depth: ReliefDepth,
	place: ReliefPlace,
): Field {
	const { size, silhouette, centreU, centreV, halfSide } = frame;
	const { squared, detail } = depth;
	const workPixel = (2 * halfSide) / size; // picture pixels
	const slope = rimSlope(frame, squared);
	const bend = halfGradient(frame, squared, slope); // (|∇h²| / 2)²
	const p = projectionMatrix(place.camera);
	const { depth: planeDepth, scale } = place;
	let peak = 0;
	for (let n = 0; n < squared.length; n++)
		peak = Math.max(peak, Math.sqrt(squared[n]) + Math.max(0, detail[n]));
	// Nothing may come closer than a tenth of the way to the camera.
	const nearest = 0.1 * planeDepth;
	const peakZ = Math.min(peak, (planeDepth - nearest) / scale);

	return {
		bounds: worldBounds(frame, place, peakZ),
		lipschitz: SLOPE * (1 + (scale / planeDepth) * Math.max(1, peakZ)),
		sample(points, out, count) {
			for (let n = 0; n < count; n++) {
				const x = points[n * 3];
				const y = points[n * 3 + 1];
				const z = points[n * 3 + 2];
				const d = p[8] * x + p[9] * y + p[10] * z + p[11];
				if (d <= nearest) {
					out[n] = LIMIT * scale;
					continue;
				}
				const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) / d;
				const v = (p[4] * x + p[5] * y + p[6] * z + p[7]) / d;
				const i = ((u - centreU) / halfSide + 1) * (size / 2) - 0.5;
				const j = ((v - centreV) / halfSide + 1) * (size / 2) - 0.5;
				const h2 = halfDepth2(
					silhouette,
					squared,
					slope,
					size,
					workPixel,
					u,
					v,
					i,
					j,
				);
				let w = (planeDepth - d) / scale;
				if (w > 0 && h2 > 0) {
					// Detail belongs to the front: it fades in from the middle plane.
					const t = Math.min(1, w / (0.6 * Math.sqrt(h2) + 1e-6));
					w -= t * t * (3 - 2 * t) * bilinear(detail, size, i, j);
				}
				const value =
					(w * w - h2) /
					(2 * Math.sqrt(w * w + bilinear(bend, size, i, j) + SOFTEN2));
				out[n] = scale * Math.max(-LIMIT, Math.min(LIMIT, value));
			}
		},
	};
}

/** h² at a picture position: the solved grid inside, the sub-pixel silhouette near the outline. */
function halfDepth2(
	silhouette: SilhouetteDistance,
	squared: Float32Array,
	slope: Float32Array,
	size: number,
	workPixel: number, // picture pixels
	u: number,
	v: number,
	i: number,
	j: number,
): number {
	const distance = sampleSilhouetteDistance(silhouette, u, v) / workPixel;
	if (distance <= -RIM_END) return bilinear(squared, size, i, j);
	const rim = -distance * bilinear(slope, size, i, j);
	if (distance >= -RIM_FULL) return rim;
	const t = (-distance - RIM_FULL) / (RIM_END - RIM_FULL);
	return rim + (bilinear(squared, size, i, j) - rim) * t;
}

/** h² per work pixel of distance to the outline; known inside, spread outwards ring by ring. */
function rimSlope(frame: WorkFrame, squared: Float32Array): Float32Array {
	const { size, distance } = frame;
	// (1) The slope at each pixel, blurred; those nearest to the outline are the least certain.
	const weight = Float32Array.from(distance, (d) =>
		d <= -0.5 ? Math.min(1, 0.05 - 0.4 * (d + 0.5)) : 0,
	);
	const weighted = weight.map((w, n) =>
		w > 0 ? (w * squared[n]) / -distance[n] : 0,
	);
	const total = gaussianBlur(weighted, size, size, RIM_SIGMA);
	const share = gaussianBlur(weight, size, size, RIM_SIGMA);
	const out = new Float32Array(size * size);
	let known = new Uint8Array(size * size);
	let sum = 0;
	let count = 0;
	for (let n = 0; n < out.length; n++) {
		if (!(weight[n] > 0)) continue;
		out[n] = total[n] / share[n];
		known[n] = 1;
		sum += out[n];
		count++;
	}
	// (2) Outwards, ring by ring.
	for (let ring = 0; ring < RIM_RINGS; ring++) {
		const next = known.slice();
		for (let y = 1; y < size - 1; y++)
			for (let x = 1; x < size - 1; x++) {
				const at = y * size + x;
				if (known[at] === 1) continue;
				let around = 0;
				let near = 0;
				for (let dy = -size; dy <= size; dy += size)
					for (let dx = -1; dx <= 1; dx++)
						if (known[at + dy + dx] === 1) {
							around += out[at + dy + dx];
							near++;
						}
				if (near === 0) continue;
				out[at] = around / near;
				next[at] = 1;
			}
		known = next;
	}
	const mean = count === 0 ? 2 / size : sum / count;
	for (let n = 0; n < out.length; n++) {
		if (known[n] === 0) out[n] = mean;
		// A flat rim would let rounding decide where the outline is.
		out[n] = Math.max(out[n], 0.1 * mean);
	}
	return out;
}

/** (|∇h²| / 2)² in work units, with h² carried on outside by its slope. */
function halfGradient(
	frame: WorkFrame,
	squared: Float32Array,
	slope: Float32Array,
): Float32Array {
	const { size, distance } = frame;
	const value = squared.map((h2, n) =>
		distance[n] < 0 ? h2 : -distance[n] * slope[n],
	);
	const out = new Float32Array(size * size);
	for (let y = 0; y < size; y++)
		for (let x = 0; x < size; x++) {
			const at = y * size + x;
			const gx = value[x < size - 1 ? at + 1 : at] - value[x > 0 ? at - 1 : at];
			const gy =
				value[y < size - 1 ? at + size : at] - value[y > 0 ? at - size : at];
			// Central difference over two pixels of 2 / size each, halved and squared.
			out[at] = (gx * gx + gy * gy) * (size / 8) ** 2;
		}
	return out;
}

function bilinear(
	values: Float32Array,
	size: number,
	i: number,
	j: number,
): number {
	const x = i < 0 ? 0 : i > size - 1 ? size - 1 : i;
	const y = j < 0 ? 0 : j > size - 1 ? size - 1 : j;
	const x0 = x | 0;
	const y0 = y | 0;
	const at = y0 * size + x0;
	const right = x0 < size - 1 ? 1 : 0;
	const down = y0 < size - 1 ? size : 0;
	const upper = values[at] + (values[at + right] - values[at]) * (x - x0);
	const lower =
		values[at + down] +
		(values[at + down + right] - values[at + down]) * (x - x0);
	return upper + (lower - upper) * (y - y0);
}

/** Box of the object's part of the frustum between −peak and +peak, a little widened. */
function worldBounds(frame: WorkFrame, place: ReliefPlace, peak: number): Box {
	const { camera, depth, scale } = place;
	const m = camera.worldFromCamera;
	const min = [Infinity, Infinity, Infinity];
	const max = [-Infinity, -Infinity, -Infinity];
	for (let corner = 0; corner < 8; corner++) {
		const u =
			frame.centreU +
			(corner & 1 ? 1 : -1) * (frame.boxX * 1.02 + 0.02) * frame.halfSide;
		const v =
			frame.centreV +
			(corner & 2 ? 1 : -1) * (frame.boxY * 1.02 + 0.02) * frame.halfSide;
		const along = depth + (corner & 4 ? 1 : -1) * (peak * 1.02 + 0.01) * scale;
		const ray = pixelRay(camera, u, v);
		const cosine = -(ray[0] * m[2] + ray[1] * m[6] + ray[2] * m[10]);
		for (let axis = 0; axis < 3; axis++) {
			const at = m[axis * 4 + 3] + (ray[axis] * along) / cosine;
			min[axis] = Math.min(min[axis], at);
			max[axis] = Math.max(max[axis], at);
		}
	}
	return { min: [min[0], min[1], min[2]], max: [max[0], max[1], max[2]] };
}
