import type { Camera } from "../src/core/camera.ts";
import type { Image } from "../src/core/image.ts";
import type { Mesh } from "../src/core/mesh.ts";
import type { Photo } from "../src/core/photo.ts";
import { createRandom } from "../src/core/run-context.ts";
import { pixelRay, projectionMatrix } from "../src/kernel/math/camera.ts";
import { rasterize } from "../src/kernel/raster/rasterize.ts";
import { misplaced } from "./disturb.ts";

/** Samples a pixel and axis of a silhouette. */
const SAMPLES = 3;
/** A surface this much behind what a picture shows is hidden there, world units. */
const BEHIND = 0.01;

/**
 * Canonical views as somebody takes them by hand: from a camera that is turned about the object and moved by as much.
 * Drawn anew from the true surface; colours come from the picture that looks nearest the same way and sees the place.
 */
export function takeByHand(
	photos: readonly Photo[], // with name
	canonical: readonly Photo[], // with camera, in the same order
	others: readonly Photo[], // with camera
	truth: Mesh,
	{ degrees, share, seed }: { degrees: number; share: number; seed: number },
): Photo[] {
	const random = createRandom(seed);
	const sources = [...canonical, ...others].map((photo) =>
		sourceOf(photo, truth),
	);
	return photos.map((photo, v) => {
		const camera = misplaced(
			canonical[v].camera as Camera,
			degrees,
			share,
			random,
		);
		return { ...photo, image: draw(camera, truth, sources) };
	});
}

interface Source {
	readonly image: Image;
	readonly projection: Float64Array; // [12]
	readonly depth: Float32Array; // [height × width]
	readonly towards: readonly number[]; // unit, from the object
}

function sourceOf(photo: Photo, truth: Mesh): Source {
	const camera = photo.camera as Camera;
	const m = camera.worldFromCamera;
	return {
		image: photo.image,
		projection: projectionMatrix(camera),
		depth: rasterize(truth, camera).depth,
		towards: [m[2], m[6], m[10]],
	};
}

function draw(camera: Camera, truth: Mesh, sources: readonly Source[]): Image {
	const { width, height } = camera;
	const m = camera.worldFromCamera;
	const sorted = [...sources].sort((a, b) => nearness(b, m) - nearness(a, m));
	const { depth } = rasterize(truth, camera, {
		width: width * SAMPLES,
		height: height * SAMPLES,
	});
	const data = new Uint8ClampedArray(width * height * 4);
	for (let p = 0; p < width * height; p++) {
		const [x, y] = [p % width, Math.floor(p / width)];
		let covered = 0;
		let nearest = Number.POSITIVE_INFINITY;
		for (let k = 0; k < SAMPLES * SAMPLES; k++) {
			const row = y * SAMPLES + Math.floor(k / SAMPLES);
			const d = depth[row * width * SAMPLES + x * SAMPLES + (k % SAMPLES)];
			if (d < Number.POSITIVE_INFINITY) covered++;
			nearest = Math.min(nearest, d);
		}
		if (covered === 0) continue;
		const ray = pixelRay(camera, x + 0.5, y + 0.5);
		const along = -(m[2] * ray[0] + m[6] * ray[1] + m[10] * ray[2]);
		const place = ray.map((r, k) => m[k * 4 + 3] + (r * nearest) / along);
		data.set(colorAt(place, sorted), p * 4);
		data[p * 4 + 3] = Math.round((255 * covered) / (SAMPLES * SAMPLES));
	}
	return { width, height, data };
}

function nearness({ towards }: Source, m: Float64Array): number {
	return towards[0] * m[2] + towards[1] * m[6] + towards[2] * m[10];
}

/** sRGB of the first source that sees the place; else of the first that has something there. */
function colorAt(
	[x, y, z]: readonly number[],
	sources: readonly Source[],
): number[] {
	let fallback: number[] | undefined;
	for (const { image, projection: q, depth } of sources) {
		const d = q[8] * x + q[9] * y + q[10] * z + q[11];
		const u = (q[0] * x + q[1] * y + q[2] * z + q[3]) / d - 0.5;
		const v = (q[4] * x + q[5] * y + q[6] * z + q[7]) / d - 0.5;
		const [i, j] = [Math.floor(u), Math.floor(v)];
		if (i < 0 || j < 0 || i + 1 >= image.width || j + 1 >= image.height)
			continue;
		const sum = [0, 0, 0, 0];
		let hidden = false;
		for (let k = 0; k < 4; k++) {
			const at = (j + (k >> 1)) * image.width + i + (k & 1);
			const weight =
				((k & 1 ? u - i : 1 - u + i) *
					(k >> 1 ? v - j : 1 - v + j) *
					image.data[at * 4 + 3]) /
				255;
			if (d > depth[at] + BEHIND) hidden = true;
			for (let c = 0; c < 3; c++) sum[c] += weight * image.data[at * 4 + c];
			sum[3] += weight;
		}
		if (sum[3] < 0.5) continue;
		const color = [sum[0] / sum[3], sum[1] / sum[3], sum[2] / sum[3], 255];
		if (!hidden) return color;
		fallback ??= color;
	}
	return fallback ?? [128, 128, 128, 255];
}
