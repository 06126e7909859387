import { squaredDistance } from "./squared-distance.ts";

/** Grows a set by a disc. Radius in pixels, fractions allowed. */
export function dilate(
	set: Uint8Array, // [height × width] 0 or 1
	width: number,
	height: number,
	radius: number,
): Uint8Array /* [height × width] 0 or 1 */ {
	const distance = squaredDistance(set, width, height);
	const out = new Uint8Array(set.length);
	const limit = radius * radius;
	for (let i = 0; i < out.length; i++) out[i] = distance[i] <= limit ? 1 : 0;
	return out;
}

/** Shrinks a set by a disc. Outside the picture counts as inside the set. */
export function erode(
	set: Uint8Array, // [height × width] 0 or 1
	width: number,
	height: number,
	radius: number,
): Uint8Array /* [height × width] 0 or 1 */ {
	const out = dilate(invert(set), width, height, radius);
	for (let i = 0; i < out.length; i++) out[i] = 1 - out[i];
	return out;
}

/** Erosion, then dilation: removes what is thinner than the disc. */
export function open(
	set: Uint8Array,
	width: number,
	height: number,
	radius: number,
): Uint8Array {
	return dilate(erode(set, width, height, radius), width, height, radius);
}

/** Dilation, then erosion: closes gaps thinner than the disc. */
export function close(
	set: Uint8Array,
	width: number,
	height: number,
	radius: number,
): Uint8Array {
	return erode(dilate(set, width, height, radius), width, height, radius);
}

function invert(set: Uint8Array): Uint8Array {
	const out = new Uint8Array(set.length);
	for (let i = 0; i < out.length; i++) out[i] = set[i] !== 0 ? 0 : 1;
	return out;
}
