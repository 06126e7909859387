export interface Revolution {
	readonly axis: number; // pixels from the left edge
	readonly weight: number; // 0 not a solid of revolution – 1 surely one
	readonly radius: Float32Array; // [size] half width of each row about the axis, pixels
}

/** How far the axis may lie from the centroid, pixels of a 128 grid. */
const SEARCH = 6;
/** Overlap of the outline with its mirror image: none below the first, all from their sum on. */
const OVERLAP_FROM = 0.94;
const OVERLAP_RANGE = 0.03;
/** One row in ten with a gap rules a solid of revolution out. */
const BROKEN_ROWS_COST = 10;

/** Looks for an upright axis about which the outline is mirrored. */
export function findRevolution(
	distance: Float32Array, // [size × size] signed, pixels, negative inside
	size: number,
): Revolution {
	let sum = 0;
	let count = 0;
	for (let n = 0; n < distance.length; n++)
		if (distance[n] < 0) {
			sum += (n % size) + 0.5;
			count++;
		}
	const centroid = sum / Math.max(1, count);
	let axis = centroid;
	let best = 0;
	const reach = (SEARCH * size) / 128;
	for (let c = centroid - reach; c <= centroid + reach; c += 0.5) {
		const overlap = mirrorOverlap(distance, size, c);
		if (overlap <= best) continue;
		best = overlap;
		axis = c;
	}
	const radius = new Float32Array(size);
	let rows = 0;
	let brokenRows = 0;
	for (let y = 0; y < size; y++) {
		let left = 0;
		let right = 0;
		let runs = 0;
		for (let x = 0; x < size; x++) {
			// Soft edge: a pixel counts as far as the outline lets it.
			const inside = Math.min(1, Math.max(0, 0.5 - distance[y * size + x]));
			if (x + 0.5 < axis) left += inside;
			else right += inside;
			const begins = x === 0 || !(distance[y * size + x - 1] < 0);
			if (begins && distance[y * size + x] < 0) runs++;
		}
		if (runs > 0) rows++;
		if (runs > 1) brokenRows++;
		radius[y] = (left + right) / 2;
	}
	// What is turned on a lathe has one run of pixels in every row; chairs and people do not.
	const whole = Math.max(
		0,
		1 - (BROKEN_ROWS_COST * brokenRows) / Math.max(1, rows),
	);
	const mirrored = Math.min(
		1,
		Math.max(0, (best - OVERLAP_FROM) / OVERLAP_RANGE),
	);
	return { axis, weight: mirrored * whole, radius };
}

/** Intersection over union of the outline and its mirror image about x = axis. */
function mirrorOverlap(
	distance: Float32Array,
	size: number,
	axis: number,
): number {
	let both = 0;
	let either = 0;
	for (let y = 0; y < size; y++)
		for (let x = 0; x < size; x++) {
			const here = distance[y * size + x] < 0;
			const mirrored = Math.floor(2 * axis - (x + 0.5));
			const there =
				mirrored >= 0 && mirrored < size && distance[y * size + mirrored] < 0;
			if (here && there) both++;
			if (here || there) either++;
		}
	return either === 0 ? 0 : both / either;
}
