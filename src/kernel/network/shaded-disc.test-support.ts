import { createPlanes, type Planes } from "./planes.ts";

/** The picture of training/export.py: a disc and a bar in a few soft colours. */
export function shadedDisc(): Planes /* 4 × 128 × 128 */ {
	const picture = createPlanes(4, 128, 128);
	const plane = 128 * 128;
	for (let n = 0; n < plane; n++) {
		const x = (n % 128) / 63.5 - 1;
		const y = Math.floor(n / 128) / 63.5 - 1;
		const inside =
			x * x + y * y < 0.36 || (Math.abs(x) < 0.15 && Math.abs(y) < 0.85);
		picture.data[3 * plane + n] = inside ? 1 : -1;
		if (!inside) continue;
		picture.data[n] = (0.5 - 0.3 * x - 0.5) * 2;
		picture.data[plane + n] = (0.5 - 0.3 * y - 0.5) * 2;
		picture.data[2 * plane + n] = (0.4 + 0.2 * x * y - 0.5) * 2;
	}
	return picture;
}
