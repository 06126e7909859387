import type { Image, Mask } from "../../core/image.ts";

/**
 * A copy whose foreground colours reach `radius` pixels into the background, so that
 * filtered look-ups at the outline do not pick up what lies behind the object.
 * Alpha is kept.
 */
export function bleedColors(
	image: Image,
	mask: Mask,
	radius: number,
	/** Coverage from which a pixel's own colour counts. */
	threshold = 32,
): Image {
	const { width, height } = image;
	if (mask.width !== width || mask.height !== height)
		throw new RangeError(
			`mask is ${mask.width} × ${mask.height}, the picture ${width} × ${height}`,
		);
	const data = image.data.slice();
	const ring = new Uint8Array(width * height); // 0 unknown, k + 1: filled in round k
	for (let i = 0; i < ring.length; i++)
		if (mask.data[i] >= threshold) ring[i] = 1;

	// Known pixels of the last round; at first all that touch unknown ones.
	let last: number[] = [];
	for (let y = 0, i = 0; y < height; y++)
		for (let x = 0; x < width; x++, i++)
			if (
				ring[i] !== 0 &&
				((x > 0 && ring[i - 1] === 0) ||
					(x + 1 < width && ring[i + 1] === 0) ||
					(y > 0 && ring[i - width] === 0) ||
					(y + 1 < height && ring[i + width] === 0))
			)
				last.push(i);
	const reached = new Uint8Array(ring.length);
	for (let round = 1; round <= Math.min(radius, 254); round++) {
		// (1) Unknown pixels beside them.
		const frontier: number[] = [];
		for (const i of last)
			for (let side = 0; side < 4; side++) {
				const x = (i % width) + (side === 0 ? 1 : side === 1 ? -1 : 0);
				const j =
					i + (side === 0 ? 1 : side === 1 ? -1 : side === 2 ? width : -width);
				if (x < 0 || x >= width || j < 0 || j >= ring.length) continue;
				if (ring[j] !== 0 || reached[j] !== 0) continue;
				reached[j] = 1;
				frontier.push(j);
			}
		if (frontier.length === 0) break;
		// (2) Their colour: the mean of known neighbours of earlier rounds.
		for (const i of frontier) {
			const x = i % width;
			let r = 0;
			let g = 0;
			let b = 0;
			let known = 0;
			for (let dy = -1; dy <= 1; dy++)
				for (let dx = -1; dx <= 1; dx++) {
					const j = i + dy * width + dx;
					if (x + dx < 0 || x + dx >= width || j < 0 || j >= ring.length)
						continue;
					if (ring[j] === 0) continue;
					r += data[j * 4];
					g += data[j * 4 + 1];
					b += data[j * 4 + 2];
					known++;
				}
			data[i * 4] = Math.round(r / known);
			data[i * 4 + 1] = Math.round(g / known);
			data[i * 4 + 2] = Math.round(b / known);
		}
		// (3) Now they are known.
		for (const i of frontier) ring[i] = round + 1;
		last = frontier;
	}
	return { width, height, data };
}
