import type { Box } from "../../core/mesh.ts";
import type { Field } from "../../core/shape.ts";
import { gaussianBlur } from "../image/gaussian-blur.ts";
import {
	type SilhouetteDistance,
	sampleSilhouetteDistance,
} from "../image/silhouette-distance.ts";
import { pixelRay, projectionMatrix } from "../math/camera.ts";
import { carryOutwards } from "./carry-outwards.ts";
import type { CropFrame } from "./crop-frame.ts";
import { joinDepths } from "./join-depths.ts";
import type { ReliefPlace } from "./place-relief.ts";

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
/** Along the outline the middle of the two depths is blurred; work pixels. */
const MIDDLE_SIGMA = 3;
const MIDDLE_END = 6;
/** Least thickness before the rim rounds it off, and by how much neighbours overlap; work pixels. */
const OVERLAP = 1.5;
/** A cell of this many work pixels shows all there is. */
const CELL = 1;
/** A jump in depth is felt this far around it, work units. */
const JUMP_REACH = 0.07;

/** Where a ray through each pixel enters the solid and where it leaves it. Counts inside the outline only. */
export interface TwoSidedDepth {
	readonly front: Float32Array; // [size × size] work units towards the viewer
	readonly back: Float32Array; // [size × size] work units towards the viewer
}

/**
 * The closed solid between two depths, seen in perspective: with the middle m and the half thickness
 * h of the two, inside where (z − m)² < h². One piece wherever the outline is one piece.
 *
 * h² falls to zero at the outline with a finite slope where h itself has none, so (z − m)² − h² is
 * smooth there; divided by about its gradient's length it is close to a distance near the surface.
 * Within a few pixels of the outline h² is the silhouette's own sub-pixel distance times a slope
 * taken from the depths: the outline of the solid is that of the picture, exactly.
 */
export function twoSidedField(
	frame: CropFrame,
	depth: TwoSidedDepth,
	place: ReliefPlace,
): Field {
	const { size, distance, silhouette, centreU, centreV, halfSide } = frame;
	const { front, back } = joinDepths(
		depth,
		distance,
		size,
		(OVERLAP * 2) / size,
	);
	const workPixel = (2 * halfSide) / size; // picture pixels
	const squared = front.map((z, n) =>
		distance[n] < 0 ? ((z - back[n]) / 2) ** 2 : 0,
	);
	const middle = middleDepth(front, back, distance, size);
	const slope = rimSlope(frame, squared);
	const bend = halfGradient(frame, squared, slope); // (|∇h²| / 2)²
	const tilt = steepestNear(middle, distance, size); // |∇m|², the most of the surroundings
	const p = projectionMatrix(place.camera);
	const { depth: planeDepth, scale } = place;
	let nearest = Number.NEGATIVE_INFINITY;
	let farthest = Number.POSITIVE_INFINITY;
	for (let n = 0; n < distance.length; n++) {
		if (!(distance[n] < 0)) continue;
		nearest = Math.max(nearest, front[n]);
		farthest = Math.min(farthest, back[n]);
	}
	// Nothing may come closer than a tenth of the way to the camera.
	const closest = 0.1 * planeDepth;
	nearest = Math.min(nearest, (planeDepth - closest) / scale);
	const peak = Math.max(1, nearest, -farthest);

	const bounds = worldBounds(frame, place, nearest, farthest);
	const longest = Math.max(
		...bounds.max.map((high, axis) => high - bounds.min[axis]),
	);
	return {
		bounds,
		finestResolution: Math.min(
			1024,
			Math.ceil(longest / ((CELL * 2 * scale) / size)),
		),
		lipschitz: SLOPE * (1 + (scale / planeDepth) * peak),
		sample(points, out, count) {
			for (let n = 0; n < count; n++) {
				const x = points[n * 3];
				const y = points[n * 3 + 1];
				const z = points[n * 3 + 2];
				const d = p[8] * x + p[9] * y + p[10] * z + p[11];
				if (d <= closest) {
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
				const w = (planeDepth - d) / scale - bilinear(middle, size, i, j);
				const value =
					(w * w - h2) /
					(2 *
						Math.sqrt(
							w * w * (1 + bilinear(tilt, size, i, j)) +
								bilinear(bend, size, i, j) +
								SOFTEN2,
						));
				out[n] = scale * Math.max(-LIMIT, Math.min(LIMIT, value));
			}
		},
	};
}

/** Half way between the two depths, carried on beyond the outline; along the outline, where the solid is thin, blurred. */
function middleDepth(
	front: Float32Array,
	back: Float32Array,
	distance: Float32Array,
	size: number,
): Float32Array {
	const out = new Float32Array(size * size);
	const known = new Uint8Array(size * size);
	let sum = 0;
	let count = 0;
	for (let n = 0; n < out.length; n++) {
		if (!(distance[n] < 0)) continue;
		out[n] = (front[n] + back[n]) / 2;
		known[n] = 1;
		sum += out[n];
		count++;
	}
	const inside = Float32Array.from(known);
	const total = gaussianBlur(out, size, size, MIDDLE_SIGMA);
	const share = gaussianBlur(inside, size, size, MIDDLE_SIGMA);
	for (let n = 0; n < out.length; n++) {
		if (known[n] === 0 || distance[n] <= -MIDDLE_END) continue;
		const t = Math.max(0, (-distance[n] - RIM_FULL) / (MIDDLE_END - RIM_FULL));
		const rim = total[n] / share[n];
		out[n] = rim + (out[n] - rim) * t;
	}
	const reached = carryOutwards(out, known, size, RIM_RINGS);
	const mean = sum / Math.max(1, count);
	for (let n = 0; n < out.length; n++) if (reached[n] === 0) out[n] = mean;
	return out;
}

/** The largest |∇m|² within reach, from differences to all four neighbours inside. */
function steepestNear(
	middle: Float32Array,
	distance: Float32Array,
	size: number,
): Float32Array {
	let most = new Float32Array(size * size);
	const perUnit2 = (size / 2) ** 2;
	for (let y = 1; y < size - 1; y++)
		for (let x = 1; x < size - 1; x++) {
			const at = y * size + x;
			if (!(distance[at] < 1)) continue;
			const m = middle[at];
			const gx = Math.max(
				Math.abs(middle[at + 1] - m),
				Math.abs(middle[at - 1] - m),
			);
			const gy = Math.max(
				Math.abs(middle[at + size] - m),
				Math.abs(middle[at - size] - m),
			);
			most[at] = (gx * gx + gy * gy) * perUnit2;
		}
	const radius = Math.ceil((JUMP_REACH * size) / 2);
	for (const step of [1, size]) {
		const wide = most.slice();
		for (let n = 0; n < most.length; n++) {
			if (most[n] < 1e-3) continue;
			const along = step === 1 ? n % size : Math.floor(n / size);
			const low = Math.max(-radius, -along);
			const high = Math.min(radius, size - 1 - along);
			for (let k = low; k <= high; k++)
				if (wide[n + k * step] < most[n]) wide[n + k * step] = most[n];
		}
		most = wide;
	}
	return most;
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
function rimSlope(frame: CropFrame, squared: Float32Array): Float32Array {
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
	const isKnown = new Uint8Array(size * size);
	let sum = 0;
	let count = 0;
	for (let n = 0; n < out.length; n++) {
		if (!(weight[n] > 0)) continue;
		out[n] = total[n] / share[n];
		isKnown[n] = 1;
		sum += out[n];
		count++;
	}
	// (2) Outwards, ring by ring.
	const reached = carryOutwards(out, isKnown, size, RIM_RINGS);
	const mean = count === 0 ? 2 / size : sum / count;
	for (let n = 0; n < out.length; n++) {
		if (reached[n] === 0) out[n] = mean;
		// A flat rim would let rounding decide where the outline is.
		out[n] = Math.max(out[n], 0.1 * mean);
	}
	return out;
}

/** (|∇h²| / 2)² in work units, with h² carried on outside by its slope. */
function halfGradient(
	frame: CropFrame,
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

/** Box of the object's part of the frustum between two depths, a little widened. */
function worldBounds(
	frame: CropFrame,
	place: ReliefPlace,
	nearest: number, // work units
	farthest: number, // work units
): Box {
	const { camera, depth, scale } = place;
	const m = camera.worldFromCamera;
	const margin = 0.01 * (nearest - farthest) + 0.01;
	const min = [Infinity, Infinity, Infinity];
	const max = [-Infinity, -Infinity, -Infinity];
	for (let corner = 0; corner < 8; corner++) {
		const u =
			frame.centreU +
			(corner & 1 ? 1 : -1) * (frame.boxX * 1.02 + 0.02) * frame.halfSide;
		const v =
			frame.centreV +
			(corner & 2 ? 1 : -1) * (frame.boxY * 1.02 + 0.02) * frame.halfSide;
		const along =
			depth - (corner & 4 ? nearest + margin : farthest - margin) * scale;
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
