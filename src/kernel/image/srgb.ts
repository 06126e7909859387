/** Linear light of an sRGB value, both 0–1 (IEC 61966-2-1). For colours that are not bytes. */
export function srgbToLinear(value: number): number {
	return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** Linear light, 0–1, of each sRGB byte. */
export const SRGB_TO_LINEAR: Float32Array = new Float32Array(256); // [256]
for (let byte = 0; byte < 256; byte++)
	SRGB_TO_LINEAR[byte] = srgbToLinear(byte / 255);

/** Steps of the inverse table: fine enough that a byte survives the round trip. */
const STEPS = 8192;
const LINEAR_TO_SRGB = new Uint8Array(STEPS + 1); // [STEPS + 1]
for (let step = 0; step <= STEPS; step++) {
	const v = step / STEPS;
	const c = v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055;
	LINEAR_TO_SRGB[step] = Math.round(c * 255);
}

/** The sRGB byte of linear light; values outside 0–1 are clamped. */
export function linearToSrgb(linear: number): number {
	if (!(linear > 0)) return 0;
	if (linear >= 1) return 255;
	return LINEAR_TO_SRGB[(linear * STEPS + 0.5) | 0];
}
