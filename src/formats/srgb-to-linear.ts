/** sRGB to linear light, 0–1 (IEC 61966-2-1). For colours that are not bytes. */
export function srgbToLinear(value: number): number {
	return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
