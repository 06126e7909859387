/**
 * How thick the part is that a pixel belongs to: the radius of the largest disc inside the outline
 * that covers the pixel (local thickness; Hildebrand and Rüegsegger, 1997). Legs are thin and bodies thick.
 */
export function partRadius(
	distance: Float32Array, // [size × size] signed, work pixels, negative inside
	size: number,
): Float32Array /* [size × size] work pixels, 0 outside */ {
	const out = new Float32Array(size * size);
	for (let y = 1; y < size - 1; y++)
		for (let x = 1; x < size - 1; x++) {
			const at = y * size + x;
			const d = distance[at];
			if (!(d < 0)) continue;
			if (-d > out[at]) out[at] = -d;
			// A disc beside a larger one by as much as it lies nearer to the outline is inside that one.
			if (
				distance[at - 1] < d - 0.9 ||
				distance[at + 1] < d - 0.9 ||
				distance[at - size] < d - 0.9 ||
				distance[at + size] < d - 0.9
			)
				continue;
			paintDisc(out, size, x, y, -d);
		}
	for (let n = 0; n < out.length; n++) if (!(distance[n] < 0)) out[n] = 0;
	return out;
}

function paintDisc(
	out: Float32Array,
	size: number,
	x: number,
	y: number,
	radius: number,
): void {
	const reach = Math.floor(radius);
	for (let dy = -reach; dy <= reach; dy++) {
		if (y + dy < 0 || y + dy >= size) continue;
		const half = Math.floor(Math.sqrt(radius * radius - dy * dy));
		const row = (y + dy) * size;
		const end = Math.min(size - 1, x + half);
		for (let k = Math.max(0, x - half); k <= end; k++)
			if (out[row + k] < radius) out[row + k] = radius;
	}
}
