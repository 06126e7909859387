/** Grey levels of the histogram that finds the middle brightness. */
const LEVELS = 64;
/** Share of the disc, in the middle of its brightness, whose colours are averaged. */
const KEPT = 0.3;

/**
 * A picture reduced to its large masses: each pixel takes the mean colour of those pixels of a disc around it that lie in
 * the middle of the disc's brightness (a trimmed vector median; Astola et al., 1990). What is smaller than the disc, like
 * an eye or a button, goes; boundaries between large parts stay sharp. Pixels without weight do not count.
 */
export function largeMasses(
	linear: Float32Array, // [3 × size × size] planes r, g, b
	weight: Float32Array, // [size × size] 0 or 1
	size: number,
	radius: number, // pixels
): Float32Array /* [3 × size × size] 0 where no pixel of the disc counts */ {
	const plane = size * size;
	const level = new Uint8Array(plane);
	for (let n = 0; n < plane; n++) {
		const y =
			0.2126 * linear[n] +
			0.7152 * linear[plane + n] +
			0.0722 * linear[2 * plane + n];
		level[n] = Math.min(LEVELS - 1, Math.sqrt(Math.max(0, y)) * LEVELS);
	}
	const out = new Float32Array(3 * plane);
	const counts = new Uint32Array(LEVELS);
	const sums = new Float64Array(3 * LEVELS);
	const reach = Math.floor(radius);
	for (let y = 0; y < size; y++)
		for (let x = 0; x < size; x++) {
			// (1) Brightness histogram of the disc, with the colours of each level.
			counts.fill(0);
			sums.fill(0);
			let total = 0;
			for (let dy = -reach; dy <= reach; dy++) {
				if (y + dy < 0 || y + dy >= size) continue;
				const half = Math.floor(Math.sqrt(radius * radius - dy * dy));
				const row = (y + dy) * size;
				const end = Math.min(size - 1, x + half);
				for (let k = Math.max(0, x - half); k <= end; k++) {
					const at = row + k;
					if (weight[at] === 0) continue;
					const l = level[at];
					counts[l]++;
					sums[3 * l] += linear[at];
					sums[3 * l + 1] += linear[plane + at];
					sums[3 * l + 2] += linear[2 * plane + at];
					total++;
				}
			}
			if (total === 0) continue;
			// (2) The middle of it.
			const from = (total * (1 - KEPT)) / 2;
			const to = (total * (1 + KEPT)) / 2;
			let below = 0;
			let kept = 0;
			let r = 0;
			let g = 0;
			let b = 0;
			for (let l = 0; l < LEVELS && below < to; l++) {
				const count = counts[l];
				if (count === 0) continue;
				const inside = Math.min(to, below + count) - Math.max(from, below);
				below += count;
				if (!(inside > 0)) continue;
				const share = inside / count;
				kept += inside;
				r += share * sums[3 * l];
				g += share * sums[3 * l + 1];
				b += share * sums[3 * l + 2];
			}
			const at = y * size + x;
			out[at] = r / kept;
			out[plane + at] = g / kept;
			out[2 * plane + at] = b / kept;
		}
	return out;
}
