/** IEC 61966-2-1 as tables, for loops over pixels. */

/** sRGB byte → linear light 0–1. */
export const SRGB_TO_LINEAR: Float32Array = Float32Array.from(
	{ length: 256 },
	(_, byte) => {
		const s = byte / 255;
		return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
	},
); // [256]

/** One entry covers 1 / 16384 of linear light. */
const STEPS = 16384;

/** Linear light × 16384, rounded → sRGB byte. Every byte survives the way there and back. */
const LINEAR_TO_SRGB: Uint8Array = Uint8Array.from(
	{ length: STEPS + 1 },
	(_, k) => {
		const l = k / STEPS;
		const s = l <= 0.0031308 ? l * 12.92 : 1.055 * l ** (1 / 2.4) - 0.055;
		return Math.round(s * 255);
	},
); // [STEPS + 1]

/** Linear light → sRGB byte; below 0 and above 1 are cut off. */
export function linearToByte(linear: number): number {
	return linear > 0
		? LINEAR_TO_SRGB[linear < 1 ? (linear * STEPS + 0.5) | 0 : STEPS]
		: 0;
}
