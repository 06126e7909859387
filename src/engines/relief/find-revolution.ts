export interface Revolution {
	readonly weight: number; // 0 not a solid of revolution – 1 surely one
	readonly depth: Float32Array; // [size × size] half depth of the solid, pixels; 0 outside of it
}

/** How far the axis may lie from the centroid, pixels of a 128 grid. */
const SEARCH = 6;
/** Overlap of the outline with its mirror image: none below the first, all from their sum on. */
const OVERLAP_FROM = 0.94;
const OVERLAP_RANGE = 0.03;
/** One row in ten with a gap rules a solid of revolution out. */
const BROKEN_ROWS_COST = 10;

/**
 * Looks for an axis in the picture's plane about which the outline is mirrored: upright, or one of the
 * outline's principal axes, for what leans or lies.
 */
export function findRevolution(
	distance: Float32Array, // [size × size] signed, pixels, negative inside
	size: number,
): Revolution {
	const { x, y, angle } = principalAxis(distance, size);
	let found = { ...uprightRevolution(distance, size), turn: 0 };
	// The long axis first: bottles are turned about it, and only plates about the short one.
	for (const turn of [angle - Math.PI / 2, angle]) {
		if (found.weight === 1) break;
		const turned = turnGrid(distance, size, x, y, turn);
		const candidate = uprightRevolution(turned, size);
		if (candidate.weight > found.weight) found = { ...candidate, turn };
	}
	const depth = new Float32Array(size * size);
	if (found.weight === 0) return { weight: 0, depth };
	const c = Math.cos(found.turn);
	const s = Math.sin(found.turn);
	for (let n = 0; n < depth.length; n++) {
		const dx = (n % size) + 0.5 - x;
		const dy = Math.floor(n / size) + 0.5 - y;
		const across = x + c * dx + s * dy - found.axis;
		const along = Math.max(
			0,
			Math.min(size - 1.001, y - s * dx + c * dy - 0.5),
		);
		const row = Math.floor(along);
		const radius =
			found.radius[row] +
			(found.radius[row + 1] - found.radius[row]) * (along - row);
		depth[n] = Math.sqrt(Math.max(0, radius * radius - across * across));
	}
	return { weight: found.weight, depth };
}

/** Centroid of the inside, and the direction that it is longest in; radians from the x axis. */
function principalAxis(
	distance: Float32Array,
	size: number,
): { x: number; y: number; angle: number } {
	const sums = [0, 0, 0, 0, 0];
	let count = 0;
	for (let n = 0; n < distance.length; n++) {
		if (!(distance[n] < 0)) continue;
		const x = (n % size) + 0.5;
		const y = Math.floor(n / size) + 0.5;
		sums[0] += x;
		sums[1] += y;
		sums[2] += x * x;
		sums[3] += x * y;
		sums[4] += y * y;
		count++;
	}
	const [x, y, xx, xy, yy] = sums.map((sum) => sum / Math.max(1, count));
	const angle = Math.atan2(2 * (xy - x * y), xx - x * x - (yy - y * y)) / 2;
	return { x, y, angle };
}

/** The grid turned about a point, so that the direction (−sin, cos) of the angle becomes upright. */
function turnGrid(
	distance: Float32Array,
	size: number,
	x: number,
	y: number,
	angle: number,
): Float32Array {
	const c = Math.cos(angle);
	const s = Math.sin(angle);
	const out = new Float32Array(size * size).fill(size);
	for (let n = 0; n < out.length; n++) {
		const dx = (n % size) + 0.5 - x;
		const dy = Math.floor(n / size) + 0.5 - y;
		const i = x + c * dx - s * dy - 0.5;
		const j = y + s * dx + c * dy - 0.5;
		if (!(i >= 0 && j >= 0 && i < size - 1 && j < size - 1)) continue;
		const at = Math.floor(j) * size + Math.floor(i);
		const fx = i - Math.floor(i);
		const fy = j - Math.floor(j);
		out[n] =
			(distance[at] * (1 - fx) + distance[at + 1] * fx) * (1 - fy) +
			(distance[at + size] * (1 - fx) + distance[at + size + 1] * fx) * fy;
	}
	return out;
}

/** The best upright axis. */
function uprightRevolution(
	distance: Float32Array,
	size: number,
): {
	axis: number; // pixels from the left edge
	weight: number;
	radius: Float32Array; // [size] half width of each row about the axis, pixels
} {
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
