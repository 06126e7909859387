import type { Camera } from "../../core/camera.ts";
import type { Image, Mask } from "../../core/image.ts";
import type { Mesh } from "../../core/mesh.ts";
import { sphereDirections } from "../math/sphere-directions.ts";
import { rasterize } from "../raster/rasterize.ts";

/** A camera at a point, looking at the origin, +Y about up. */
export function lookFrom(
	x: number,
	y: number,
	z: number,
	size: number, // pixels
	focal: number, // pixels
): Camera {
	const length = Math.hypot(x, y, z);
	const back = [x / length, y / length, z / length];
	const across = Math.hypot(back[0], back[2]);
	// Straight above and below, −Z is up.
	const right =
		across > 1e-6 ? [back[2] / across, 0, -back[0] / across] : [1, 0, 0];
	const up = [
		back[1] * right[2] - back[2] * right[1],
		back[2] * right[0] - back[0] * right[2],
		back[0] * right[1] - back[1] * right[0],
	];
	return {
		// biome-ignore format: a matrix
		worldFromCamera: Float64Array.from([
			right[0], up[0], back[0], x,
			right[1], up[1], back[1], y,
			right[2], up[2], back[2], z,
			0, 0, 0, 1,
		]),
		fx: focal,
		fy: focal,
		cx: size / 2,
		cy: size / 2,
		width: size,
		height: size,
	};
}

/** Points spread evenly over a sphere about the origin. */
export function spreadEyes(
	count: number,
	distance: number,
): [number, number, number][] {
	return sphereDirections(count).map(([x, y, z]) => [
		x * distance,
		y * distance,
		z * distance,
	]);
}

/** Solid paint that repeats nowhere: noise at two sizes, 0–1. */
export function paint(
	x: number,
	y: number,
	z: number,
): [number, number, number] {
	const channel = (c: number): number =>
		0.6 * noise(x * 8, y * 8, z * 8, c) +
		0.4 * noise(x * 19, y * 19, z * 19, c + 3);
	return [channel(0), channel(1), channel(2)];
}

/** Random values at whole numbers, smooth between them (value noise). */
function noise(x: number, y: number, z: number, seed: number): number {
	const [i, j, k] = [Math.floor(x), Math.floor(y), Math.floor(z)];
	const ease = (t: number): number => t * t * (3 - 2 * t);
	const [fx, fy, fz] = [ease(x - i), ease(y - j), ease(z - k)];
	let sum = 0;
	for (let corner = 0; corner < 8; corner++) {
		const [dx, dy, dz] = [corner & 1, (corner >> 1) & 1, corner >> 2];
		let hash = Math.imul(i + dx, 0x27d4eb2d) ^ Math.imul(seed + 1, 0x1b873593);
		hash = Math.imul(hash ^ (hash >>> 15) ^ (j + dy), 0x2c1b3c6d);
		hash = Math.imul(hash ^ (hash >>> 12) ^ (k + dz), 0x297a2d39);
		const value = ((hash ^ (hash >>> 15)) >>> 0) / 4294967296;
		sum +=
			value *
			(dx === 1 ? fx : 1 - fx) *
			(dy === 1 ? fy : 1 - fy) *
			(dz === 1 ? fz : 1 - fz);
	}
	return sum;
}

const SAMPLES = 2;

/** What a camera sees of a painted mesh, 2 × 2 samples a pixel. Colours 0–1. */
export function paintedView(
	mesh: Mesh,
	camera: Camera,
	colorAt: typeof paint = paint,
): { image: Image; mask: Mask; camera: Camera } {
	const { width, height, worldFromCamera: m } = camera;
	const image = {
		width,
		height,
		data: new Uint8ClampedArray(width * height * 4),
	};
	const mask = { width, height, data: new Uint8Array(width * height) };
	const raster = rasterize(mesh, camera, {
		width: width * SAMPLES,
		height: height * SAMPLES,
	});
	const sums = new Float64Array(width * height * 4);
	for (let at = 0; at < raster.depth.length; at++) {
		const d = raster.depth[at];
		if (!(d < Infinity)) continue;
		const u = ((at % raster.width) + 0.5) / SAMPLES;
		const v = (Math.floor(at / raster.width) + 0.5) / SAMPLES;
		const a = ((u - camera.cx) / camera.fx) * d;
		const b = ((camera.cy - v) / camera.fy) * d;
		const color = colorAt(
			m[0] * a + m[1] * b - m[2] * d + m[3],
			m[4] * a + m[5] * b - m[6] * d + m[7],
			m[8] * a + m[9] * b - m[10] * d + m[11],
		);
		const to = (Math.floor(v) * width + Math.floor(u)) * 4;
		for (let c = 0; c < 3; c++) sums[to + c] += color[c] * 255;
		sums[to + 3]++;
	}
	for (let n = 0; n < mask.data.length; n++) {
		const hits = sums[n * 4 + 3];
		for (let c = 0; c < 3; c++)
			image.data[n * 4 + c] = hits === 0 ? 0 : sums[n * 4 + c] / hits;
		mask.data[n] = Math.round((255 * hits) / SAMPLES ** 2);
		image.data[n * 4 + 3] = mask.data[n];
	}
	return { image, mask, camera };
}
