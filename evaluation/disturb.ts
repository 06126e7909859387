import sharp from "sharp";
import type { Camera } from "../src/core/camera.ts";
import type { Image, Mask } from "../src/core/image.ts";
import type { Photo } from "../src/core/photo.ts";
import { createRandom } from "../src/core/run-context.ts";
import { gaussianBlur } from "../src/kernel/image/gaussian-blur.ts";
import { silhouetteDistance } from "../src/kernel/image/silhouette-distance.ts";
import { linearToSrgb, SRGB_TO_LINEAR } from "../src/kernel/image/srgb.ts";
import { multiply } from "../src/kernel/math/mat4.ts";
import { turned } from "../src/kernel/math/rotation.ts";

// What goes wrong with pictures, masks and cameras in practice, by a seed: good inputs in, worse ones out.

/** What shows where a mask reaches beyond the object: the white of a studio. */
const STUDIO = 235;

/** Masks that are too large (pixels > 0) or too small. */
export function offsetMasks(photos: readonly Photo[], pixels: number): Photo[] {
	return photos.map((photo) => withEdge(photo, () => pixels));
}

/** Each mask off by up to so many pixels, some too large and some too small. */
export function mixedMasks(
	photos: readonly Photo[],
	pixels: number,
	seed: number,
): Photo[] {
	const random = createRandom(seed);
	return photos.map((photo) => {
		const off = pixels * (2 * random() - 1);
		return withEdge(photo, () => off);
	});
}

/** Eight round holes of 3 to 9 pixels in each mask. */
export function pierceMasks(photos: readonly Photo[], seed: number): Photo[] {
	const random = createRandom(seed);
	return photos.map((photo) => {
		const { width, height } = photo.image;
		const distance = silhouetteDistance(maskOf(photo.image), {
			maxSide: width,
		}).data;
		const data = photo.image.data.slice();
		for (let n = 0; n < 8; n++) {
			const radius = 3 + 6 * random();
			let at = 0;
			do at = Math.floor(random() * width * height);
			while (distance[at] > -radius - 3);
			for (let p = 0; p < width * height; p++)
				if (
					Math.hypot(
						(p % width) - (at % width),
						Math.floor(p / width) - Math.floor(at / width),
					) < radius
				)
					data[p * 4 + 3] = 0;
		}
		return { ...photo, image: { ...photo.image, data } };
	});
}

/** Edges of six pixels' softness. */
export function softenMasks(photos: readonly Photo[]): Photo[] {
	return photos.map((photo) => {
		const { width, height } = photo.image;
		const alpha = Float32Array.from(maskOf(photo.image).data);
		return withAlpha(photo, gaussianBlur(alpha, width, height, 2));
	});
}

/** Masks that were saved as JPEG of low quality and read back: ringing and blocks along the edge. */
export function jpegMasks(photos: readonly Photo[]): Promise<Photo[]> {
	return Promise.all(
		photos.map(async (photo) => {
			const { width, height } = photo.image;
			const raw = { width, height, channels: 1 as const };
			const jpeg = await sharp(maskOf(photo.image).data, { raw })
				.jpeg({ quality: 15 })
				.toBuffer();
			const alpha = await sharp(jpeg).greyscale().raw().toBuffer();
			return withAlpha(
				photo,
				Float32Array.from(alpha, (value) => (value >= 128 ? 255 : 0)),
			);
		}),
	);
}

/** Exposures between 0.8 and 1.25, in linear light. */
export function exposePictures(
	photos: readonly Photo[],
	seed: number,
): Photo[] {
	const random = createRandom(seed);
	return photos.map((photo) => {
		const gain = 0.8 * (1.25 / 0.8) ** random();
		const data = photo.image.data.slice();
		for (let i = 0; i < data.length; i++)
			if (i % 4 !== 3) data[i] = linearToSrgb(gain * SRGB_TO_LINEAR[data[i]]);
		return { ...photo, image: { ...photo.image, data } };
	});
}

/** Cameras whose poses are wrong: turned about the object's middle and moved, both in random directions. */
export function misplaceCameras(
	photos: readonly Photo[],
	degrees: number,
	share: number, // of the camera's distance
	seed: number,
): Photo[] {
	const random = createRandom(seed);
	return photos.map((photo) => ({
		...photo,
		camera: misplaced(photo.camera as Camera, degrees, share, random),
	}));
}

/** One camera turned about the world's origin by so many degrees and moved by a share of its distance. */
export function misplaced(
	camera: Camera,
	degrees: number,
	share: number,
	random: () => number,
): Camera {
	const [x, y, z] = direction(random);
	const angle = (degrees * Math.PI) / 180;
	const r = turned(
		Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
		x * angle,
		y * angle,
		z * angle,
	);
	// biome-ignore format: one row a line
	const turn = Float64Array.of(
		r[0], r[1], r[2], 0,
		r[3], r[4], r[5], 0,
		r[6], r[7], r[8], 0,
		0, 0, 0, 1,
	);
	const moved = multiply(turn, camera.worldFromCamera);
	const distance = Math.hypot(moved[3], moved[7], moved[11]);
	const to = direction(random);
	for (let axis = 0; axis < 3; axis++)
		moved[axis * 4 + 3] += share * distance * to[axis];
	return { ...camera, worldFromCamera: moved };
}

function direction(random: () => number): [number, number, number] {
	const z = 2 * random() - 1;
	const angle = 2 * Math.PI * random();
	const r = Math.sqrt(1 - z * z);
	return [r * Math.cos(angle), r * Math.sin(angle), z];
}

/** Left and right exchanged. */
export function mirrored(image: Image): Image {
	const { width, height, data } = image;
	const out = new Uint8ClampedArray(data.length);
	for (let p = 0; p < width * height; p++) {
		const x = p % width;
		const q = p - x + width - 1 - x;
		out.set(data.subarray(p * 4, p * 4 + 4), q * 4);
	}
	return { width, height, data: out };
}

/** The picture with its outline moved outwards; what comes in is studio white. */
function withEdge(photo: Photo, offsetAt: (pixel: number) => number): Photo {
	const { width } = photo.image;
	const { data } = silhouetteDistance(maskOf(photo.image), {
		maxSide: width,
	});
	return withAlpha(
		photo,
		data.map((d, p) =>
			Math.min(255, Math.max(0, 255 * (0.5 - (d - offsetAt(p))))),
		),
	);
}

function withAlpha(photo: Photo, alpha: Float32Array): Photo {
	const { width, height } = photo.image;
	const data = photo.image.data.slice();
	for (let p = 0; p < alpha.length; p++) {
		const before = data[p * 4 + 3] / 255;
		const after = Math.min(255, Math.max(0, Math.round(alpha[p])));
		if (after / 255 > before)
			for (let c = 0; c < 3; c++)
				data[p * 4 + c] = data[p * 4 + c] * before + STUDIO * (1 - before);
		data[p * 4 + 3] = after;
	}
	return { ...photo, image: { width, height, data } };
}

function maskOf({ width, height, data }: Image): Mask {
	const mask = new Uint8Array(width * height);
	for (let p = 0; p < mask.length; p++) mask[p] = data[p * 4 + 3];
	return { width, height, data: mask };
}
