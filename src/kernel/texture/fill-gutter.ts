import type { Image } from "../../core/image.ts";
import { linearToSrgb } from "../image/srgb.ts";
import type { TexelMap } from "./texel-map.ts";

/** Rings of texels round the charts that continue them closely. */
const RINGS = 3;

/**
 * The finished texture: texel colours as sRGB, and every empty texel filled from its surroundings,
 * so that neither bilinear look-ups nor mipmaps bleed. First rings that continue the charts, then
 * pull-push (Gortler, Grzeszczuk, Szeliski, Cohen, "The lumigraph", 1996).
 */
export function fillGutter(
	map: TexelMap,
	color: Float32Array, // [texelCount × 3] linear RGB
): Image {
	const { size, texels } = map;
	const data = new Uint8ClampedArray(size * size * 4);
	const known = new Uint8Array(size * size);
	for (let i = 0; i < texels.length; i++) {
		const o = 4 * texels[i];
		data[o] = linearToSrgb(color[3 * i]);
		data[o + 1] = linearToSrgb(color[3 * i + 1]);
		data[o + 2] = linearToSrgb(color[3 * i + 2]);
		known[texels[i]] = 1;
	}
	growRings(data, known, size);
	pullPush(data, known, size);
	for (let i = 3; i < data.length; i += 4) data[i] = 255;
	return { width: size, height: size, data };
}

/** Each ring from the mean of the neighbours it has in earlier ones. */
function growRings(
	data: Uint8ClampedArray,
	known: Uint8Array, // 0: not yet; 255: of the ring that is being made
	size: number,
): void {
	// The first ring lies round all charts: every empty texel is asked. The next ones lie round it.
	let front: number[] = [];
	for (let j = 0; j < known.length; j++)
		if (known[j] === 0) reach(data, known, size, j, front);
	for (let ring = 2; ; ring++) {
		for (const j of front) known[j] = 2;
		if (ring > RINGS) return;
		const next: number[] = [];
		for (const i of front) {
			const x = i % size;
			const y = (i / size) | 0;
			for (let k = 0; k < 8; k++) {
				const nx = x + OFFSET_X[k];
				const ny = y + OFFSET_Y[k];
				if (nx < 0 || ny < 0 || nx >= size || ny >= size) continue;
				const j = ny * size + nx;
				if (known[j] === 0) reach(data, known, size, j, next);
			}
		}
		front = next;
	}
}

/** Takes an empty texel into a ring where it has neighbours from earlier ones. */
function reach(
	data: Uint8ClampedArray,
	known: Uint8Array,
	size: number,
	j: number,
	ring: number[],
): void {
	const x = j % size;
	const y = (j / size) | 0;
	let r = 0;
	let g = 0;
	let b = 0;
	let count = 0;
	for (let m = 0; m < 8; m++) {
		const mx = x + OFFSET_X[m];
		const my = y + OFFSET_Y[m];
		if (mx < 0 || my < 0 || mx >= size || my >= size) continue;
		const o = my * size + mx;
		if (known[o] === 0 || known[o] === 255) continue;
		r += data[4 * o];
		g += data[4 * o + 1];
		b += data[4 * o + 2];
		count++;
	}
	if (count === 0) return;
	data[4 * j] = r / count;
	data[4 * j + 1] = g / count;
	data[4 * j + 2] = b / count;
	known[j] = 255;
	ring.push(j);
}

const OFFSET_X = Int8Array.of(-1, 0, 1, -1, 1, -1, 0, 1);
const OFFSET_Y = Int8Array.of(-1, -1, -1, 0, 0, 1, 1, 1);

/** Fills what is not known from ever coarser means. */
function pullPush(
	data: Uint8ClampedArray,
	known: Uint8Array,
	size: number,
): void {
	if (size <= 1) return;
	const half = (size + 1) >> 1;
	const mean = new Uint8ClampedArray(half * half * 4);
	const meanKnown = new Uint8Array(half * half);
	let unknown = 0;
	for (let y = 0; y < half; y++)
		for (let x = 0; x < half; x++) {
			let r = 0;
			let g = 0;
			let b = 0;
			let count = 0;
			for (let k = 0; k < 4; k++) {
				const sx = 2 * x + (k & 1);
				const sy = 2 * y + (k >> 1);
				if (sx >= size || sy >= size) continue;
				const i = sy * size + sx;
				if (known[i] === 0) continue;
				r += data[4 * i];
				g += data[4 * i + 1];
				b += data[4 * i + 2];
				count++;
			}
			const o = y * half + x;
			if (count === 0) {
				unknown++;
				continue;
			}
			meanKnown[o] = 1;
			mean[4 * o] = r / count;
			mean[4 * o + 1] = g / count;
			mean[4 * o + 2] = b / count;
		}
	if (unknown === half * half) return;
	if (unknown > 0) pullPush(mean, meanKnown, half);
	for (let y = 0; y < size; y++)
		for (let x = 0; x < size; x++) {
			const i = y * size + x;
			if (known[i] !== 0) continue;
			// Bilinear between the four nearest means.
			const hx = x >> 1;
			const hy = y >> 1;
			const ox = (x & 1) === 0 ? hx - 1 : hx + 1;
			const oy = (y & 1) === 0 ? hy - 1 : hy + 1;
			const cx = ox < 0 ? 0 : ox >= half ? half - 1 : ox;
			const cy = oy < 0 ? 0 : oy >= half ? half - 1 : oy;
			const a = 4 * (hy * half + hx);
			const b = 4 * (hy * half + cx);
			const c = 4 * (cy * half + hx);
			const d = 4 * (cy * half + cx);
			for (let k = 0; k < 3; k++)
				data[4 * i + k] =
					(9 * mean[a + k] + 3 * mean[b + k] + 3 * mean[c + k] + mean[d + k]) /
					16;
		}
}
