import type { Image } from "../../core/image.ts";
import type { ColorField } from "../../core/shape.ts";
import { gaussianBlur } from "../image/gaussian-blur.ts";
import { projectionMatrix } from "../math/camera.ts";
import { carryOutwards } from "./carry-outwards.ts";
import { type CropFrame, cropLinear, resizeFrame } from "./crop-frame.ts";
import { largeMasses } from "./large-masses.ts";
import { partRadius } from "./part-radius.ts";
import type { ReliefPlace } from "./place-relief.ts";
import { rimAffinity } from "./rim-affinity.ts";
import type { TwoSidedDepth } from "./two-sided-field.ts";

export interface HiddenColorOptions {
	/** soft: the photo's large masses, no second face. mirror: the photo straight through. Default soft. */
	readonly back?: "soft" | "mirror";
	/** The solid's depths: sides begin at their middle. Default: at the crop's plane. */
	readonly depth?: TwoSidedDepth;
}

/** Pixels along the side of the colour grid: everything on it is blurred, unless the photo is mirrored. */
const SOFT_GRID = 96;
const MIRROR_GRID = 384;
/** Colours are taken this far inside the outline, where no background mixes in; work units. */
const RING_FROM = 0.025;
const RING_TO = 0.07;
/** Blur of the ring's colours where the sides begin and where they end, so that spots do not become streaks; work units. */
const NEAR_SIGMA = 0.04;
const FAR_SIGMA = 0.16;
/** From the middle of the solid to where its sides have the wider blur, work units. */
const SIDE_DEPTH = 0.15;
/** What is narrower than this is left out of the back's colours, and how soft the rest is; work units. */
const MASS_RADIUS = 0.2;
const MASS_SIGMA = 0.05;
/** Share of the masses in the back's colour, from this far inside the outline on. */
const MASS_SHARE = 0.8;
const MASS_FULL = 0.22;
/** Masses count where this share of what lies within a blur of this width is like the rim; the width in work units. */
const KNOWN_SIGMA = 0.12;
const KNOWN_FULL = 0.4;
/** Of the radius of a thin part, how much is left out as mixed with the background. */
const THIN_SHARE = 0.4;
/** How far beyond the outline a mirrored photo goes on, pixels of the grid. */
const BEYOND = 6;
const SWEEPS = 100;
const OMEGA = 1.85;

/** Colours along the camera's rays: at the middle of the solid, and a little behind it. */
interface RayColors {
	readonly near: Float32Array; // [3 × size × size]
	readonly far: Float32Array; // [3 × size × size]
	readonly middle: Float32Array; // [size × size] work units
}

/**
 * Colour of what the photo does not show. Sides take the colours of the rim, the back the rim's
 * colours diffused inwards and the photo's large masses. A sharp mirrored photo would put a second
 * face on the back.
 */
export function hiddenColor(
	image: Image,
	workFrame: CropFrame,
	place: ReliefPlace,
	options: HiddenColorOptions = {},
): ColorField {
	const mirrored = options.back === "mirror";
	const frame = resizeFrame(workFrame, mirrored ? MIRROR_GRID : SOFT_GRID);
	const linear = cropLinear(image, frame);
	const middle = middleOf(options.depth, workFrame, frame.size);
	if (mirrored) {
		const colors = mirroredColors(linear, frame);
		return alongRays({ near: colors, far: colors, middle }, frame, place);
	}
	return alongRays({ ...softColors(linear, frame), middle }, frame, place);
}

/** The rim's colours near the outline, and inwards more and more of the large masses. */
function softColors(
	linear: Float32Array, // [3 × size × size]
	{ size, distance }: CropFrame,
): Pick<RayColors, "near" | "far"> {
	const planeSize = size * size;
	const pixel = 2 / size;
	const { ring, body } = weightsOf(distance, size);
	// What is on the front only gives way to what is around it; where that is far, to the rim's colours.
	const sharp = largeMasses(linear, body, size, MASS_RADIUS / pixel);
	const affinity = rimAffinity(sharp, linear, ring, body, size);
	for (let n = 0; n < planeSize; n++) affinity[n] *= body[n];
	const masses = blurWithin(sharp, affinity, size, MASS_SIGMA / pixel);
	const known = gaussianBlur(affinity, size, size, KNOWN_SIGMA / pixel);
	const all = gaussianBlur(body, size, size, KNOWN_SIGMA / pixel);
	const share = distance.map((d, n) => {
		const t = Math.min(1, Math.max(0, (-d * pixel) / MASS_FULL));
		const k = all[n] > 0 ? Math.min(1, known[n] / all[n] / KNOWN_FULL) : 0;
		return MASS_SHARE * t * t * (3 - 2 * t) * k * k * (3 - 2 * k);
	});
	const [near, far] = [NEAR_SIGMA, FAR_SIGMA].map((sigma) => {
		const colors = blurWithin(linear, ring, size, sigma / pixel);
		for (let c = 0; c < 3; c++) {
			const plane = colors.subarray(c * planeSize, (c + 1) * planeSize);
			diffuse(plane, distance, size, RING_FROM / pixel);
			for (let n = 0; n < planeSize; n++)
				plane[n] += share[n] * (masses[c * planeSize + n] - plane[n]);
		}
		return colors;
	});
	return { near, far };
}

/** Which pixels are surely the object's, and which of them are its rim. Parts too thin for a ring count whole. */
function weightsOf(
	distance: Float32Array,
	size: number,
): { ring: Float32Array; body: Float32Array } {
	const pixel = 2 / size;
	const radius = partRadius(distance, size);
	const ring = new Float32Array(size * size);
	const body = new Float32Array(size * size);
	for (let n = 0; n < ring.length; n++) {
		const depth = -distance[n] * pixel;
		const from = Math.min(RING_FROM, radius[n] * pixel * THIN_SHARE);
		if (!(depth > 0) || depth < from) continue;
		body[n] = 1;
		if (depth <= RING_TO) ring[n] = 1;
	}
	return { ring, body };
}

/** Half way between the depths, on a grid of another size. */
function middleOf(
	depth: TwoSidedDepth | undefined,
	{ size: from, distance }: CropFrame,
	size: number,
): Float32Array {
	const out = new Float32Array(size * size);
	if (!depth) return out;
	const middle = depth.front.map((z, n) => (z + depth.back[n]) / 2);
	const inside = Uint8Array.from(distance, (d) => (d < 0 ? 1 : 0));
	carryOutwards(middle, inside, from, 4);
	for (let j = 0; j < size; j++)
		for (let i = 0; i < size; i++)
			out[j * size + i] =
				middle[
					Math.floor(((j + 0.5) * from) / size) * from +
						Math.floor(((i + 0.5) * from) / size)
				];
	return out;
}

/** The photo itself; along the outline and beyond it the colours a little inside. */
function mirroredColors(
	linear: Float32Array, // [3 × size × size]
	{ size, distance }: CropFrame,
): Float32Array /* [3 × size × size] */ {
	const planeSize = size * size;
	const pixel = 2 / size;
	const body = Uint8Array.from(weightsOf(distance, size).body);
	const colors = linear.slice();
	for (let c = 0; c < 3; c++)
		carryOutwards(
			colors.subarray(c * planeSize, (c + 1) * planeSize),
			body,
			size,
			Math.ceil(RING_FROM / pixel) + BEYOND,
		);
	return colors;
}

/** The colour that a point of space has: that of its ray, by how far it lies behind the middle. */
function alongRays(
	{ near, far, middle }: RayColors,
	{ size, centreU, centreV, halfSide }: CropFrame,
	{ camera, depth, scale }: ReliefPlace,
): ColorField {
	const planeSize = size * size;
	const p = projectionMatrix(camera);
	return {
		sample(points, out, count) {
			for (let n = 0; n < count; n++) {
				const x = points[n * 3];
				const y = points[n * 3 + 1];
				const z = points[n * 3 + 2];
				const d = Math.max(1e-9, p[8] * x + p[9] * y + p[10] * z + p[11]);
				const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) / d;
				const v = (p[4] * x + p[5] * y + p[6] * z + p[7]) / d;
				const i = ((u - centreU) / halfSide + 1) * (size / 2) - 0.5;
				const j = ((v - centreV) / halfSide + 1) * (size / 2) - 0.5;
				const cx = Math.max(0, Math.min(size - 1.001, i));
				const cy = Math.max(0, Math.min(size - 1.001, j));
				const x0 = Math.floor(cx);
				const y0 = Math.floor(cy);
				const fx = cx - x0;
				const fy = cy - y0;
				const at = y0 * size + x0;
				const w00 = (1 - fx) * (1 - fy);
				const w10 = fx * (1 - fy);
				const w01 = (1 - fx) * fy;
				const w11 = fx * fy;
				const m =
					w00 * middle[at] +
					w10 * middle[at + 1] +
					w01 * middle[at + size] +
					w11 * middle[at + size + 1];
				const behind = (m - (depth - d) / scale) / SIDE_DEPTH;
				const t = behind < 0 ? 0 : behind > 1 ? 1 : behind;
				const share = t * t * (3 - 2 * t);
				for (let c = 0; c < 3; c++) {
					const k = c * planeSize + at;
					let value = 0;
					if (share < 1)
						value =
							(1 - share) *
							(w00 * near[k] +
								w10 * near[k + 1] +
								w01 * near[k + size] +
								w11 * near[k + size + 1]);
					if (share > 0)
						value +=
							share *
							(w00 * far[k] +
								w10 * far[k + 1] +
								w01 * far[k + size] +
								w11 * far[k + size + 1]);
					out[n * 3 + c] = value;
				}
			}
		},
	};
}

/** Blur that mixes only pixels of positive weight; far from any, a wider blur takes over, then the mean. */
function blurWithin(
	planes: Float32Array, // [3 × size × size]
	weight: Float32Array, // [size × size]
	size: number,
	sigma: number, // pixels
): Float32Array /* [3 × size × size] */ {
	const planeSize = size * size;
	const out = new Float32Array(3 * planeSize);
	const count = weight.reduce((sum, w) => sum + w, 0);
	const weighted = [0, 1, 2].map((c) => {
		const plane = planes.subarray(c * planeSize, (c + 1) * planeSize);
		const values = plane.map((value, n) => value * weight[n]);
		const sum = values.reduce((total, value) => total + value, 0);
		out.fill(count > 0 ? sum / count : 0.5, c * planeSize, (c + 1) * planeSize);
		return values;
	});
	const isFilled = new Uint8Array(planeSize);
	for (const s of [sigma, 4 * sigma]) {
		if (isFilled.indexOf(0) < 0) break;
		const share = gaussianBlur(weight, size, size, s);
		for (let c = 0; c < 3; c++) {
			const total = gaussianBlur(weighted[c], size, size, s);
			for (let n = 0; n < planeSize; n++)
				if (isFilled[n] === 0 && share[n] > 1e-4)
					out[c * planeSize + n] = total[n] / share[n];
		}
		for (let n = 0; n < planeSize; n++) if (share[n] > 1e-4) isFilled[n] = 1;
	}
	return out;
}

/** Solves Δ = 0 deeper than `depth` work pixels, with the values nearer to the outline held. */
function diffuse(
	values: Float32Array,
	distance: Float32Array,
	size: number,
	depth: number,
): void {
	const inside: number[] = [];
	for (let y = 1; y < size - 1; y++)
		for (let x = 1; x < size - 1; x++)
			if (-distance[y * size + x] > depth + 2) inside.push(y * size + x);
	const pixels = Int32Array.from(inside);
	for (let sweep = 0; sweep < SWEEPS; sweep++)
		for (let n = 0; n < pixels.length; n++) {
			const at = pixels[sweep % 2 === 0 ? n : pixels.length - 1 - n];
			const mean =
				(values[at - 1] +
					values[at + 1] +
					values[at - size] +
					values[at + size]) /
				4;
			values[at] += OMEGA * (mean - values[at]);
		}
}
