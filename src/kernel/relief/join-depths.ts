import type { TwoSidedDepth } from "./two-sided-field.ts";

/**
 * Depths whose solid holds together: next to a jump the nearer part is deepened until it reaches
 * the farther one's front by `overlap`, and the front never lies behind the back.
 */
export function joinDepths(
	{ front, back }: TwoSidedDepth,
	distance: Float32Array, // [size × size] signed, work pixels, negative inside
	size: number,
	overlap: number, // work units
): TwoSidedDepth {
	const near = front.slice();
	const far = back.slice();
	for (let n = 0; n < near.length; n++) {
		if (!(distance[n] < 0) || near[n] - far[n] >= overlap) continue;
		const middle = (near[n] + far[n]) / 2;
		near[n] = middle + overlap / 2;
		far[n] = middle - overlap / 2;
	}
	const joined = far.slice();
	for (let y = 1; y < size - 1; y++)
		for (let x = 1; x < size - 1; x++) {
			const at = y * size + x;
			if (!(distance[at] < 0)) continue;
			for (let dy = -size; dy <= size; dy += size)
				for (let dx = -1; dx <= 1; dx++) {
					const beside = at + dy + dx;
					if (!(distance[beside] < 0)) continue;
					if (near[beside] - overlap < joined[at])
						joined[at] = near[beside] - overlap;
				}
		}
	return { front: near, back: joined };
}
