import type { Camera } from "../../core/camera.ts";
import type { Image, Mask } from "../../core/image.ts";
import type { SilhouetteCone } from "../field/hull-field.ts";
import { silhouetteDistance } from "../image/silhouette-distance.ts";
import { cameraCentre, pixelRay } from "../math/camera.ts";
import { lookAt } from "../math/mat4.ts";

/** A camera at `eye` that looks at the origin, 96 × 96 pixels. */
export function cameraAt(eye: readonly [number, number, number]): Camera {
	return {
		worldFromCamera: lookAt(eye, [0, 0, 0], [0.1, 1, 0.05]),
		fx: 180,
		fy: 180,
		cx: 48,
		cy: 48,
		width: 96,
		height: 96,
	};
}

/** Picture and mask of a sphere about the origin, painted by the place on it; 3 × 3 samples at the rim. */
export function photographSphere(
	camera: Camera,
	radius: number,
	paint: (x: number, y: number, z: number) => readonly [number, number, number],
): { image: Image; mask: Mask } {
	const { width, height } = camera;
	const image = {
		width,
		height,
		data: new Uint8ClampedArray(width * height * 4),
	};
	const mask = { width, height, data: new Uint8Array(width * height) };
	const eye = cameraCentre(camera);
	for (let n = 0; n < width * height; n++) {
		let hits = 0;
		const sum = [0, 0, 0];
		for (let s = 0; s < 9; s++) {
			const ray = pixelRay(
				camera,
				(n % width) + ((s % 3) + 0.5) / 3,
				Math.floor(n / width) + (Math.floor(s / 3) + 0.5) / 3,
			);
			const b = eye[0] * ray[0] + eye[1] * ray[1] + eye[2] * ray[2];
			const c = eye[0] ** 2 + eye[1] ** 2 + eye[2] ** 2 - radius ** 2;
			if (b * b < c) continue;
			const t = -b - Math.sqrt(b * b - c);
			const color = paint(
				eye[0] + t * ray[0],
				eye[1] + t * ray[1],
				eye[2] + t * ray[2],
			);
			hits++;
			for (let k = 0; k < 3; k++) sum[k] += color[k];
		}
		if (hits === 0) continue;
		image.data.set([...sum.map((s) => s / hits), 255], n * 4);
		mask.data[n] = Math.round((hits * 255) / 9);
	}
	return { image, mask };
}

export function coneOf(camera: Camera, mask: Mask): SilhouetteCone {
	return { camera, silhouette: silhouetteDistance(mask) };
}

/** Six directions, none of them along an axis of the other. */
export const EYES: readonly (readonly [number, number, number])[] = [
	[0, 0, 2.5],
	[2.5, 0, 0],
	[0, 0, -2.5],
	[-2.5, 0, 0],
	[0, 2.5, 0.01],
	[0, -2.5, 0.01],
];
