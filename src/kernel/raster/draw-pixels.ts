import type { Camera } from "../../core/camera.ts";
import { createImage, type Image } from "../../core/image.ts";
import type { Mesh } from "../../core/mesh.ts";
import { linearToSrgb } from "../image/srgb.ts";
import { projectionMatrix } from "../math/camera.ts";
import {
	createRasterMemory,
	type RasterMemory,
	rasterize,
} from "./rasterize.ts";

/** Samples per pixel and axis: 1 is no antialiasing, 4 is 16 samples a pixel. */
export type SamplesPerAxis = 1 | 2 | 3 | 4;

/**
 * Says the colour of the part of one triangle that one pixel sees: `count` samples of the pixel lie on it, with
 * corner weights b[k] and c[k], and their depth is about out[3]. Sets out[0..2] to linear RGB. (Fractions travel in
 * arrays: V8 allocates those that are passed as arguments.)
 */
export type Shade = (
	triangle: number,
	count: number,
	b: Float64Array, // [16]
	c: Float64Array, // [16]
	out: Float64Array, // [4]
	x: number,
	y: number,
) => void;

/**
 * How much of a pixel is shaded: 'triangle' shades every triangle it sees; 'surface' shades a pixel that sees one
 * unbroken surface once, at its first covered sample, which is enough for looks that do not change from triangle to
 * triangle.
 */
export type ShadeRate = "triangle" | "surface";

export interface DrawOptions {
	/** Default 'triangle'. */
	readonly rate?: ShadeRate;
	/** See `RasterizeOptions`. */
	readonly frontOnly?: boolean;
	readonly memory?: RasterMemory;
}

/** Samples of one pixel lie on one surface when their depths differ by less than this many pixels of world. */
const UNBROKEN_PIXELS = 3;

/** Rasters above this are drawn in bands, 16 bytes a sample. */
const SAMPLES_PER_BAND = 1 << 22;

/**
 * Draws a mesh into a picture with straight alpha. Each pixel is tested at samples × samples regular points; each
 * triangle it sees is shaded once, and the colours are averaged by sample count **in linear light** (what a camera
 * does), over the covered samples only. Alpha is the covered share.
 */
export function drawPixels(
	mesh: Mesh,
	camera: Camera,
	samples: SamplesPerAxis,
	shade: Shade,
	options: DrawOptions = {},
): Image {
	if (![1, 2, 3, 4].includes(samples))
		throw new RangeError(`samples is ${samples}; it must be 1, 2, 3 or 4`);
	const image = createImage(camera.width, camera.height);
	const memory = options.memory ?? createRasterMemory();
	const window = findWindow(mesh, camera);
	const rows = Math.max(
		1,
		Math.floor(SAMPLES_PER_BAND / (window.width * samples * samples)),
	);
	for (let y = 0; y < window.height; y += rows)
		drawBand(mesh, camera, samples, shade, { ...options, memory }, image, {
			...window,
			top: window.top + y,
			height: Math.min(rows, window.height - y),
		});
	return image;
}

/** A part of a picture, pixels. */
interface Window {
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly height: number;
}

/** The part of the picture that the mesh can cover: all of it where the mesh reaches behind the camera. */
function findWindow({ positions }: Mesh, camera: Camera): Window {
	const p = projectionMatrix(camera);
	const all = { left: 0, top: 0, width: camera.width, height: camera.height };
	let uLow = Infinity;
	let uHigh = -Infinity;
	let vLow = Infinity;
	let vHigh = -Infinity;
	for (let i = 0; i < positions.length; i += 3) {
		const x = positions[i];
		const y = positions[i + 1];
		const z = positions[i + 2];
		const w = 1 / (p[8] * x + p[9] * y + p[10] * z + p[11]);
		if (!(w > 0)) return all;
		const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) * w;
		const v = (p[4] * x + p[5] * y + p[6] * z + p[7]) * w;
		if (u < uLow) uLow = u;
		if (u > uHigh) uHigh = u;
		if (v < vLow) vLow = v;
		if (v > vHigh) vHigh = v;
	}
	const left = Math.max(0, Math.floor(uLow));
	const top = Math.max(0, Math.floor(vLow));
	const width = Math.min(camera.width, Math.ceil(uHigh)) - left;
	const height = Math.min(camera.height, Math.ceil(vHigh)) - top;
	return width > 0 && height > 0
		? { left, top, width, height }
		: { ...all, height: 0 };
}

function drawBand(
	mesh: Mesh,
	wholeCamera: Camera,
	samples: number,
	shade: Shade,
	options: DrawOptions,
	image: Image,
	{ left, top, width, height }: Window,
): void {
	const { rate } = options;
	const camera = {
		...wholeCamera,
		cx: wholeCamera.cx - left,
		cy: wholeCamera.cy - top,
		width,
		height,
	};
	const raster = rasterize(mesh, camera, {
		...options,
		width: width * samples,
		height: height * samples,
	});
	const { triangle, bary, depth } = raster;
	const bySurface = rate === "surface";
	const unbroken = UNBROKEN_PIXELS / Math.min(camera.fx, camera.fy); // of the depth
	const perPixel = samples * samples;
	const seen = new Int32Array(16); // triangle of each sample; −1 once counted
	const sampleAt = new Int32Array(16);
	const b = new Float64Array(16);
	const c = new Float64Array(16);
	const out = new Float64Array(4);
	const { data } = image;

	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const corner = y * samples * raster.width + x * samples;
			const firstTriangle = triangle[corner];
			let alike = true;
			for (let sy = 0; sy < samples && alike; sy++) {
				const row = corner + sy * raster.width;
				for (let i = row; i < row + samples; i++)
					if (triangle[i] !== firstTriangle) alike = false;
			}
			if (alike && firstTriangle < 0) continue;
			const o = ((y + top) * image.width + x + left) * 4;
			if (alike && bySurface) {
				// Most pixels of a look that does not change from triangle to triangle.
				b[0] = bary[corner * 2];
				c[0] = bary[corner * 2 + 1];
				out[3] = depth[corner];
				shade(firstTriangle, 1, b, c, out, x + left, y + top);
				data[o] = linearToSrgb(out[0]);
				data[o + 1] = linearToSrgb(out[1]);
				data[o + 2] = linearToSrgb(out[2]);
				data[o + 3] = 255;
				continue;
			}
			// (1) Which samples are covered, and whether by one triangle or one surface.
			let covered = 0;
			let first = -1;
			let one = true;
			let nearest = Infinity;
			let farthest = -Infinity;
			for (let sy = 0; sy < samples; sy++) {
				const row = corner + sy * raster.width;
				for (let i = row; i < row + samples; i++) {
					const t = triangle[i];
					if (t < 0) continue;
					if (covered++ === 0) first = i;
					else if (t !== triangle[first]) one = false;
					const d = depth[i];
					if (d < nearest) nearest = d;
					if (d > farthest) farthest = d;
				}
			}
			data[o + 3] = Math.round((covered * 255) / perPixel);
			const firstDepth = depth[first];
			out[3] = firstDepth;
			const slack = firstDepth * unbroken;
			if (
				bySurface &&
				farthest - firstDepth <= slack &&
				firstDepth - nearest <= slack
			) {
				b[0] = bary[first * 2];
				c[0] = bary[first * 2 + 1];
				shade(triangle[first], 1, b, c, out, x + left, y + top);
				data[o] = linearToSrgb(out[0]);
				data[o + 1] = linearToSrgb(out[1]);
				data[o + 2] = linearToSrgb(out[2]);
				continue;
			}
			let count = 0;
			for (let sy = 0; sy < samples; sy++) {
				const row = corner + sy * raster.width;
				for (let i = row; i < row + samples; i++)
					if (triangle[i] >= 0) sampleAt[count++] = i;
			}
			if (one) {
				for (let k = 0; k < covered; k++) {
					b[k] = bary[sampleAt[k] * 2];
					c[k] = bary[sampleAt[k] * 2 + 1];
				}
				shade(triangle[first], covered, b, c, out, x + left, y + top);
				data[o] = linearToSrgb(out[0]);
				data[o + 1] = linearToSrgb(out[1]);
				data[o + 2] = linearToSrgb(out[2]);
				continue;
			}

			// (2) Shade each triangle once.
			let red = 0;
			let green = 0;
			let blue = 0;
			for (let k = 0; k < covered; k++) seen[k] = triangle[sampleAt[k]];
			for (let k = 0; k < covered; k++) {
				const t = seen[k];
				if (t < 0) continue;
				count = 0;
				for (let j = k; j < covered; j++)
					if (seen[j] === t) {
						seen[j] = -1;
						b[count] = bary[sampleAt[j] * 2];
						c[count++] = bary[sampleAt[j] * 2 + 1];
					}
				shade(t, count, b, c, out, x + left, y + top);
				red += out[0] * count;
				green += out[1] * count;
				blue += out[2] * count;
			}
			data[o] = linearToSrgb(red / covered);
			data[o + 1] = linearToSrgb(green / covered);
			data[o + 2] = linearToSrgb(blue / covered);
		}
}
