import { MOST_POINTS } from "./active-cells.ts";
import type { LatticeSource } from "./extract-lattice.ts";

/** Points along the side of a brick, the unit of memory. */
const BRICK = 8;
const BRICK_POINTS = BRICK ** 3;
/** Most points handed to the source at once. */
const BATCH = 1 << 16;

/**
 * Values on a lattice with one more layer of points all round that counts as empty, kept only
 * where they were asked for. Coordinates here begin in that layer: 0 to size + 1.
 */
export interface SparseLattice {
	/** Points along each axis with the outer layer. */
	readonly padded: number;
	/** Notes a point for the next fetch, once. */
	want(x: number, y: number, z: number): void;
	/** Notes the corners of a cell. */
	wantCorners(x: number, y: number, z: number, side: number): void;
	/** A value that is known already. */
	put(x: number, y: number, z: number, value: number): void;
	/** Evaluates what was noted. */
	fetch(source: LatticeSource): Promise<void>;
	/** Field at a point, not a number where it was never fetched. */
	known(x: number, y: number, z: number): number;
	/** Field at the corners of a cell, x before y before z; infinite in the outer layer and beyond. */
	readCorners(
		x: number,
		y: number,
		z: number,
		side: number,
		out: Float32Array, // [8]
	): void;
}

export function createSparseLattice(size: number): SparseLattice {
	if (!(size >= 8 && size <= MOST_POINTS - 2))
		throw new RangeError(`size is ${size}, must be 8 to ${MOST_POINTS - 2}`);
	const padded = size + 2;
	const bricks = Math.ceil(padded / BRICK);
	const brickStart = new Int32Array(bricks ** 3).fill(-1);
	let values = new Float32Array(BRICK_POINTS * 256);
	let used = 0;
	let points = new Uint32Array(BATCH);
	let slots = new Uint32Array(BATCH);
	let wanted = 0;

	const isOuter = (x: number, y: number, z: number): boolean =>
		x < 1 || y < 1 || z < 1 || x > size || y > size || z > size;

	/** Where the value of a point lies; its brick is made on first sight. */
	const slotOf = (x: number, y: number, z: number): number => {
		const brick = (x >> 3) + bricks * ((y >> 3) + bricks * (z >> 3));
		let start = brickStart[brick];
		if (start < 0) {
			if (used + BRICK_POINTS > values.length) {
				const grown = new Float32Array(values.length * 2);
				grown.set(values);
				values = grown;
			}
			start = used;
			brickStart[brick] = start;
			values.fill(Number.NaN, start, start + BRICK_POINTS);
			used += BRICK_POINTS;
		}
		return start + (x & 7) + BRICK * ((y & 7) + BRICK * (z & 7));
	};

	const want = (x: number, y: number, z: number): void => {
		if (isOuter(x, y, z)) return;
		const slot = slotOf(x, y, z);
		if (!Number.isNaN(values[slot])) return;
		values[slot] = Number.NEGATIVE_INFINITY; // noted
		if (wanted === points.length) {
			points = doubled(points);
			slots = doubled(slots);
		}
		points[wanted] = x - 1 + size * (y - 1 + size * (z - 1));
		slots[wanted++] = slot;
	};

	return {
		padded,
		want,
		wantCorners(x, y, z, side) {
			want(x, y, z);
			want(x + side, y, z);
			want(x, y + side, z);
			want(x + side, y + side, z);
			want(x, y, z + side);
			want(x + side, y, z + side);
			want(x, y + side, z + side);
			want(x + side, y + side, z + side);
		},
		put(x, y, z, value) {
			if (!isOuter(x, y, z)) values[slotOf(x, y, z)] = value;
		},
		async fetch(source) {
			await sampleBounded(source, points.subarray(0, wanted), (n, value) => {
				values[slots[n]] = value;
			});
			wanted = 0;
		},
		known(x, y, z) {
			if (isOuter(x, y, z)) return Number.POSITIVE_INFINITY;
			const brick = (x >> 3) + bricks * ((y >> 3) + bricks * (z >> 3));
			const start = brickStart[brick];
			return start < 0
				? Number.NaN
				: values[start + (x & 7) + BRICK * ((y & 7) + BRICK * (z & 7))];
		},
		readCorners(x, y, z, side, out) {
			// Within one brick the corners lie at fixed distances.
			const last = BRICK - 1 - side;
			if (
				side < BRICK &&
				(x & 7) <= last &&
				(y & 7) <= last &&
				(z & 7) <= last &&
				!isOuter(x, y, z) &&
				!isOuter(x + side, y + side, z + side)
			) {
				const slot = slotOf(x, y, z);
				const row = side * BRICK;
				const slice = row * BRICK;
				out[0] = values[slot];
				out[1] = values[slot + side];
				out[2] = values[slot + row];
				out[3] = values[slot + row + side];
				out[4] = values[slot + slice];
				out[5] = values[slot + slice + side];
				out[6] = values[slot + slice + row];
				out[7] = values[slot + slice + row + side];
				return;
			}
			for (let c = 0; c < 8; c++) {
				const i = x + (c & 1) * side;
				const j = y + ((c >> 1) & 1) * side;
				const k = z + (c >> 2) * side;
				out[c] = isOuter(i, j, k)
					? Number.POSITIVE_INFINITY
					: values[slotOf(i, j, k)];
			}
		},
	};
}

/**
 * Evaluates points, some at a time, and hands out the value of each. What is not a number is outside; no value looks
 * like a mark.
 */
export async function sampleBounded(
	source: LatticeSource,
	points: Uint32Array,
	take: (n: number, value: number) => void,
): Promise<void> {
	for (let first = 0; first < points.length; first += BATCH) {
		const end = Math.min(points.length, first + BATCH);
		const found = await source.sample(points.subarray(first, end));
		for (let n = first; n < end; n++) {
			const value = found[n - first];
			take(
				n,
				Number.isNaN(value) ? 3e38 : Math.max(-3e38, Math.min(3e38, value)),
			);
		}
	}
}

function doubled(list: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
	const grown = new Uint32Array(list.length * 2);
	grown.set(list);
	return grown;
}
