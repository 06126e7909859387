import type { Image } from "../../core/image.ts";
import type { ColorField } from "../../core/shape.ts";
import { gaussianBlur } from "../image/gaussian-blur.ts";
import { projectionMatrix } from "../math/camera.ts";
import { type CropFrame, cropLinear, resizeFrame } from "./crop-frame.ts";
import type { ReliefPlace } from "./place-relief.ts";

/** Pixels along the side of the colour grid: everything on it is blurred. */
const GRID = 96;
/** Colours are taken this far inside the outline, where no background mixes in; work units. */
const RING_FROM = 0.025;
const RING_TO = 0.07;
/** Blur of the ring's colours, and of the photo below them; work units. */
const RING_SIGMA = 0.04;
const PHOTO_SIGMA = 0.12;
/** Share of the blurred photo in the back's colour: enough to place its masses, too little for a face. */
const PHOTO_SHARE = 0.35;
const SWEEPS = 100;
const OMEGA = 1.85;

/**
 * Colour of what the photo does not show. Sides take the colours of the rim, the back the rim's
 * colours diffused inwards, mixed with a strongly blurred photo. A sharp mirrored photo would put
 * a second face on the back.
 */
export function hiddenColor(
	image: Image,
	workFrame: CropFrame,
	place: ReliefPlace,
): ColorField {
	const frame = resizeFrame(workFrame, GRID);
	const linear = cropLinear(image, frame);
	const { size, distance, centreU, centreV, halfSide } = frame;
	const planeSize = size * size;
	const pixel = 2 / size;
	let deepest = 0;
	for (let n = 0; n < planeSize; n++)
		deepest = Math.max(deepest, -distance[n] * pixel);
	// Thin objects have no room for the whole ring.
	const from = Math.min(RING_FROM, deepest * 0.4);
	const to = Math.max(Math.min(RING_TO, deepest), from + pixel);
	const ring = Float32Array.from(distance, (d) =>
		-d * pixel >= from && -d * pixel <= to ? 1 : 0,
	);
	const body = Float32Array.from(distance, (d) => (-d * pixel >= from ? 1 : 0));
	const colors = new Float32Array(3 * planeSize);
	for (let c = 0; c < 3; c++) {
		const photo = linear.subarray(c * planeSize, (c + 1) * planeSize);
		const rim = blurWithin(photo, ring, size, (RING_SIGMA * size) / 2);
		const back = rim.slice();
		diffuse(back, distance, size, from / pixel);
		const soft = blurWithin(photo, body, size, (PHOTO_SIGMA * size) / 2);
		for (let n = 0; n < planeSize; n++) {
			const inward = Math.min(1, Math.max(0, (-distance[n] * pixel) / 0.25));
			colors[c * planeSize + n] =
				back[n] + inward * PHOTO_SHARE * (soft[n] - back[n]);
		}
	}
	const p = projectionMatrix(place.camera);
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
				for (let c = 0; c < 3; c++) {
					const at = c * planeSize + y0 * size + x0;
					out[n * 3 + c] =
						(colors[at] * (1 - fx) + colors[at + 1] * fx) * (1 - fy) +
						(colors[at + size] * (1 - fx) + colors[at + size + 1] * fx) * fy;
				}
			}
		},
	};
}

/** Blur that mixes only pixels of positive weight; far from any, a wider blur takes over, then the mean. */
function blurWithin(
	values: Float32Array,
	weight: Float32Array,
	size: number,
	sigma: number,
): Float32Array {
	const weighted = values.map((value, n) => value * weight[n]);
	const out = new Float32Array(size * size);
	const sigmas = [sigma, sigma * 4];
	const filled = new Uint8Array(size * size);
	let sum = 0;
	let count = 0;
	for (let n = 0; n < out.length; n++) {
		sum += weighted[n];
		count += weight[n];
	}
	out.fill(count > 0 ? sum / count : 0.5);
	for (const s of sigmas) {
		const total = gaussianBlur(weighted, size, size, s);
		const share = gaussianBlur(weight, size, size, s);
		for (let n = 0; n < out.length; n++) {
			if (filled[n] === 1 || !(share[n] > 1e-4)) continue;
			out[n] = total[n] / share[n];
			filled[n] = 1;
		}
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
