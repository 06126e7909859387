import { gaussianBlur } from "../image/gaussian-blur.ts";

/** Rim colours that the masses are compared with, and from where to where they are like one; of 1, by square roots. */
const PALETTE = 128;
const LIKE = 0.1;
const UNLIKE = 0.25;
/** How far around it what is unlike the rim counts, and how softly; work units. */
const REACH = 0.12;
const BLUR = 0.06;

/**
 * Whether the rim has each pixel's colour somewhere, 0–1: what never reaches the outline, like the stone of a
 * halved fruit, is on the front only, and so is what surrounds it.
 */
export function rimAffinity(
	masses: Float32Array, // [3 × size × size] linear
	linear: Float32Array, // [3 × size × size]
	ring: Float32Array, // [size × size] 1 on the rim
	body: Float32Array, // [size × size] 1 where the masses count
	size: number,
): Float32Array /* [size × size] */ {
	const planeSize = ring.length;
	const pixels: number[] = [];
	for (let n = 0; n < planeSize; n++) if (ring[n] > 0) pixels.push(n);
	const step = Math.max(1, Math.ceil(pixels.length / PALETTE));
	const palette: number[] = []; // square roots: about as the eye sees differences
	for (let k = 0; k < pixels.length; k += step)
		for (let c = 0; c < 3; c++)
			palette.push(Math.sqrt(linear[c * planeSize + pixels[k]]));
	const out = new Float32Array(planeSize);
	for (let n = 0; n < planeSize; n++) {
		if (body[n] === 0) {
			out[n] = 1;
			continue;
		}
		const r = Math.sqrt(masses[n]);
		const g = Math.sqrt(masses[planeSize + n]);
		const b = Math.sqrt(masses[2 * planeSize + n]);
		let best = Number.POSITIVE_INFINITY;
		for (let k = 0; k < palette.length; k += 3) {
			const d =
				(palette[k] - r) ** 2 +
				(palette[k + 1] - g) ** 2 +
				(palette[k + 2] - b) ** 2;
			if (d < best) best = d;
		}
		const t = (Math.sqrt(best) - LIKE) / (UNLIKE - LIKE);
		out[n] = t <= 0 ? 1 : t >= 1 ? 0 : 1 - t * t * (3 - 2 * t);
	}
	return gaussianBlur(
		leastNear(out, size, Math.round((REACH * size) / 2)),
		size,
		size,
		(BLUR * size) / 2,
	);
}

/** The least value of a square around each pixel. */
function leastNear(
	values: Float32Array,
	size: number,
	radius: number,
): Float32Array {
	let least = values;
	for (const step of [1, size]) {
		const narrow = least.slice();
		for (let n = 0; n < least.length; n++) {
			const along = step === 1 ? n % size : Math.floor(n / size);
			const low = Math.max(-radius, -along);
			const high = Math.min(radius, size - 1 - along);
			for (let k = low; k <= high; k++)
				if (least[n + k * step] < narrow[n]) narrow[n] = least[n + k * step];
		}
		least = narrow;
	}
	return least;
}
