import type { Image, Mask } from "../../core/image.ts";
import { cropRound, type ObjectCrop } from "../image/crop-round.ts";
import {
	type SilhouetteDistance,
	sampleSilhouetteDistance,
	silhouetteDistance,
} from "../image/silhouette-distance.ts";
import { SRGB_TO_LINEAR } from "../image/srgb.ts";

/**
 * The square crop round the object that everything is solved in. Work coordinates: x right,
 * y up, z to the viewer, the crop's half side is 1; work pixels count from the top left.
 */
export interface CropFrame extends ObjectCrop {
	readonly size: number; // work pixels along a side
	readonly silhouette: SilhouetteDistance; // of the whole picture
	readonly distance: Float32Array; // [size × size] signed, work pixels, negative inside
}

/** Null where the mask is empty. */
export function frameObject(mask: Mask, size: number): CropFrame | null {
	const silhouette = silhouetteDistance(mask);
	const crop = cropRound(mask);
	if (crop === null) return null;
	return {
		size,
		silhouette,
		distance: distanceGrid(silhouette, crop, size),
		...crop,
	};
}

/** The same crop on a grid of another size. */
export function resizeFrame(frame: CropFrame, size: number): CropFrame {
	return {
		...frame,
		size,
		distance: distanceGrid(frame.silhouette, frame, size),
	};
}

function distanceGrid(
	silhouette: SilhouetteDistance,
	crop: { centreU: number; centreV: number; halfSide: number },
	size: number,
): Float32Array {
	const pixel = (2 * crop.halfSide) / size; // picture pixels per work pixel
	const distance = new Float32Array(size * size);
	for (let j = 0; j < size; j++)
		for (let i = 0; i < size; i++)
			distance[j * size + i] =
				sampleSilhouetteDistance(
					silhouette,
					crop.centreU + (i + 0.5 - size / 2) * pixel,
					crop.centreV + (j + 0.5 - size / 2) * pixel,
				) / pixel;
	return distance;
}

/** A linear-light copy of the picture inside the crop; the border is repeated outwards. */
export function cropLinear(
	image: Image,
	frame: CropFrame,
): Float32Array /* [3 × size × size] planes r, g, b */ {
	const { size, centreU, centreV, halfSide } = frame;
	const { width, height, data } = image;
	const pixel = (2 * halfSide) / size;
	const taps = Math.max(1, Math.min(8, Math.round(pixel)));
	const out = new Float32Array(3 * size * size);
	for (let j = 0; j < size; j++)
		for (let i = 0; i < size; i++) {
			const at = j * size + i;
			for (let tap = 0; tap < taps * taps; tap++) {
				const u =
					centreU + (i + ((tap % taps) + 0.5) / taps - size / 2) * pixel;
				const v =
					centreV +
					(j + (Math.floor(tap / taps) + 0.5) / taps - size / 2) * pixel;
				const x = Math.max(0, Math.min(width - 1, Math.floor(u)));
				const y = Math.max(0, Math.min(height - 1, Math.floor(v)));
				for (let c = 0; c < 3; c++)
					out[c * size * size + at] +=
						SRGB_TO_LINEAR[data[(y * width + x) * 4 + c]] / (taps * taps);
			}
		}
	return out;
}
