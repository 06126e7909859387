import type { Image } from "../../core/image.ts";
import { SRGB_TO_LINEAR } from "./srgb.ts";

/** CIE 1976 L*a*b* (D65) of every pixel; alpha is ignored. L 0–100, a and b about ±100. */
export function imageToLab(
	image: Image,
): Float32Array /* [height × width × 3] */ {
	const { data } = image;
	const count = image.width * image.height;
	const out = new Float32Array(count * 3);
	for (let i = 0, s = 0, d = 0; i < count; i++, s += 4, d += 3) {
		const r = SRGB_TO_LINEAR[data[s]];
		const g = SRGB_TO_LINEAR[data[s + 1]];
		const b = SRGB_TO_LINEAR[data[s + 2]];
		const x = labCurve(
			(0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047,
		);
		const y = labCurve(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
		const z = labCurve(
			(0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883,
		);
		out[d] = 116 * y - 16;
		out[d + 1] = 500 * (x - y);
		out[d + 2] = 200 * (y - z);
	}
	return out;
}

function labCurve(t: number): number {
	return t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t) / 116 + 16 / 116;
}
