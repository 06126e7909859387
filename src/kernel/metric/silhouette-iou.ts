import type { Mask } from "../../core/image.ts";

/** Intersection over union of two silhouettes; a pixel is inside from half coverage. Two empty ones agree: 1. */
export function silhouetteIou(a: Mask, b: Mask): number {
	if (a.width !== b.width || a.height !== b.height)
		throw new RangeError(
			`masks differ in size: ${a.width} × ${a.height} and ${b.width} × ${b.height}`,
		);
	let both = 0;
	let either = 0;
	for (let i = 0; i < a.data.length; i++) {
		const inA = a.data[i] >= 128 ? 1 : 0;
		const inB = b.data[i] >= 128 ? 1 : 0;
		both += inA & inB;
		either += inA | inB;
	}
	return either === 0 ? 1 : both / either;
}
