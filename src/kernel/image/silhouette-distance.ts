import type { Mask } from "../../core/image.ts";

/** Signed distance to the outline of a mask. Negative inside the object. */
export interface SilhouetteDistance {
	readonly width: number; // pixels of the mask
	readonly height: number; // pixels of the mask
	/** Mask pixels per map pixel: 1, or more where a large mask was reduced. */
	readonly step: number;
	readonly columns: number; // ⌈width / step⌉
	readonly rows: number; // ⌈height / step⌉
	readonly data: Float32Array; // [rows × columns] mask pixels, at map pixel centres
	/** Sides of the picture that the object touches: nothing is known beyond them. */
	readonly touches: {
		readonly left: boolean;
		readonly right: boolean;
		readonly top: boolean;
		readonly bottom: boolean;
	};
}

/** Larger masks are reduced before the distance is computed, unless asked otherwise. */
const MAX_SIDE = 1024;
/** Coverage of the outline. */
const HALF = 127.5;
/** How fast the unknown opens beyond a side that the object touches: 2 is an angle of 63°. */
export const UNKNOWN_SLOPE = 2;

export interface SilhouetteDistanceOptions {
	/** Moves the outline outwards by so many pixels. Default: 0. */
	readonly widenBy?: number;
	/** A mask of more pixels a side is reduced first. Default: 1024. */
	readonly maxSide?: number;
	/** Outside the outline's box and farther than this from it, pixels are simply far away. Default: everywhere exact. */
	readonly reach?: number;
}

/**
 * Sub-pixel signed distance to the line where coverage is one half.
 *
 * The line is traced through the pixel centres (marching squares); pixels beside it get their exact
 * distance to its segments, all others the distance to the nearest point that a neighbour knows
 * (vector distance transform: Danielsson, 1980). A mask with no outline has a
 * constant, of several times the picture's size.
 *
 */
export function silhouetteDistance(
	mask: Mask,
	{
		widenBy = 0,
		maxSide = MAX_SIDE,
		reach = Infinity,
	}: SilhouetteDistanceOptions = {},
): SilhouetteDistance {
	const { width, height } = mask;
	if (width < 1 || height < 1 || mask.data.length !== width * height)
		throw new RangeError(
			`mask of ${mask.data.length} values is not ${width} × ${height}`,
		);
	const step = Math.ceil(Math.max(width, height) / maxSide);
	const columns = Math.ceil(width / step);
	const rows = Math.ceil(height / step);
	const coverage = reduce(mask, step, columns, rows);
	const nearest = new Float32Array(columns * rows * 2).fill(Number.NaN);
	const farthest = 4 * (columns + rows);
	const squared = new Float32Array(columns * rows).fill(farthest * farthest);
	seedOutline(coverage, columns, rows, nearest, squared);
	const grid = { columns, rows };
	const box = boxOfSeeds(grid, nearest, Math.ceil(reach / step));
	spreadNearest(grid, box, nearest, squared);
	for (let n = 0; n < squared.length; n++)
		squared[n] =
			Math.sqrt(squared[n]) * (coverage[n] > HALF ? -step : step) - widenBy;
	return {
		width,
		height,
		step,
		columns,
		rows,
		data: squared,
		touches: {
			left: anyInside(coverage, 0, columns, rows),
			right: anyInside(coverage, columns - 1, columns, rows),
			top: anyInside(coverage, 0, 1, columns),
			bottom: anyInside(coverage, (rows - 1) * columns, 1, columns),
		},
	};
}

/**
 * Signed distance in pixels at any pixel position, also outside the picture.
 * Beyond a side that the object does not touch all is outside; beyond one that it touches,
 * the distance falls with `UNKNOWN_SLOPE`, so that what nobody saw is soon not ruled out.
 */
export function sampleSilhouetteDistance(
	silhouette: SilhouetteDistance,
	u: number,
	v: number,
): number {
	const { columns, rows, data, step } = silhouette;
	const x = u / step - 0.5;
	const y = v / step - 0.5;
	const maxX = columns - 1;
	const maxY = rows - 1;
	const cx = x < 0 ? 0 : x > maxX ? maxX : x;
	const cy = y < 0 ? 0 : y > maxY ? maxY : y;
	const i = cx | 0;
	const j = cy | 0;
	const fx = cx - i;
	const fy = cy - j;
	const at = j * columns + i;
	const right = i < maxX ? 1 : 0;
	const down = j < maxY ? columns : 0;
	const upper = data[at] + (data[at + right] - data[at]) * fx;
	const lower =
		data[at + down] + (data[at + down + right] - data[at + down]) * fx;
	const inner = upper + (lower - upper) * fy;
	if (x === cx && y === cy) return inner;

	const { touches } = silhouette;
	const dx = (x - cx) * step;
	const dy = (y - cy) * step;
	const unknownX = dx < 0 ? touches.left : dx > 0 && touches.right;
	const unknownY = dy < 0 ? touches.top : dy > 0 && touches.bottom;
	if (unknownX || unknownY) {
		const beyondX = unknownX ? Math.abs(dx) : 0;
		const beyondY = unknownY ? Math.abs(dy) : 0;
		const open = inner - UNKNOWN_SLOPE * Math.sqrt(beyondX ** 2 + beyondY ** 2);
		// Past a corner with one known side, that side still rules.
		const known = unknownX ? (unknownY ? 0 : dy) : dx;
		return known === 0 ? open : Math.max(open, Math.abs(known));
	}
	const base = Math.max(0, inner);
	return Math.sqrt(base * base + dx * dx + dy * dy);
}

/** Mean coverage of step × step pixels, fewer at the far borders. */
function reduce(
	mask: Mask,
	step: number,
	columns: number,
	rows: number,
): Float32Array /* [rows × columns] 0–255 */ {
	if (step === 1) return new Float32Array(mask.data);
	const out = new Float32Array(columns * rows);
	for (let row = 0; row < rows; row++)
		for (let column = 0; column < columns; column++) {
			const endX = Math.min(mask.width, (column + 1) * step);
			const endY = Math.min(mask.height, (row + 1) * step);
			let sum = 0;
			for (let y = row * step; y < endY; y++)
				for (let x = column * step; x < endX; x++)
					sum += mask.data[y * mask.width + x];
			out[row * columns + column] =
				sum / ((endX - column * step) * (endY - row * step));
		}
	return out;
}

/** Gives the pixels round each outline segment their exact nearest point. */
function seedOutline(
	coverage: Float32Array,
	columns: number,
	rows: number,
	nearest: Float32Array,
	squared: Float32Array,
): void {
	const crossings = new Float64Array(8); // up to four points xy on the sides of a square
	for (let j = 0; j < rows - 1; j++)
		for (let i = 0; i < columns - 1; i++) {
			const at = j * columns + i;
			const a = coverage[at];
			const b = coverage[at + 1];
			const c = coverage[at + columns + 1];
			const d = coverage[at + columns];
			const signs =
				(a > HALF ? 1 : 0) |
				(b > HALF ? 2 : 0) |
				(c > HALF ? 4 : 0) |
				(d > HALF ? 8 : 0);
			if (signs === 0 || signs === 15) continue;
			// (1) Crossings in order round the square: top, right, bottom, left.
			let count = 0; // numbers, two a crossing
			if (a > HALF !== b > HALF) {
				crossings[count++] = i + (HALF - a) / (b - a);
				crossings[count++] = j;
			}
			if (b > HALF !== c > HALF) {
				crossings[count++] = i + 1;
				crossings[count++] = j + (HALF - b) / (c - b);
			}
			if (d > HALF !== c > HALF) {
				crossings[count++] = i + (HALF - d) / (c - d);
				crossings[count++] = j + 1;
			}
			if (a > HALF !== d > HALF) {
				crossings[count++] = i;
				crossings[count++] = j + (HALF - a) / (d - a);
			}
			// (2) Segments. With four crossings, corners a and c are cut off, whatever their sign.
			const pairs = count === 4 ? ONE_SEGMENT : TWO_SEGMENTS;
			for (let n = 0; n < pairs.length; n += 2)
				seedSegment(
					crossings[pairs[n] * 2],
					crossings[pairs[n] * 2 + 1],
					crossings[pairs[n + 1] * 2],
					crossings[pairs[n + 1] * 2 + 1],
					i,
					j,
					columns,
					rows,
					nearest,
					squared,
				);
		}
}

const ONE_SEGMENT = [0, 1];
const TWO_SEGMENTS = [3, 0, 1, 2];

function seedSegment(
	x0: number,
	y0: number,
	x1: number,
	y1: number,
	i: number,
	j: number,
	columns: number,
	rows: number,
	nearest: Float32Array,
	squared: Float32Array,
): void {
	const ex = x1 - x0;
	const ey = y1 - y0;
	const length2 = ex * ex + ey * ey;
	for (let y = Math.max(0, j - 1); y <= Math.min(rows - 1, j + 2); y++)
		for (let x = Math.max(0, i - 1); x <= Math.min(columns - 1, i + 2); x++) {
			const along = length2 > 0 ? ((x - x0) * ex + (y - y0) * ey) / length2 : 0;
			const t = along < 0 ? 0 : along > 1 ? 1 : along;
			const qx = x0 + t * ex;
			const qy = y0 + t * ey;
			const d2 = (x - qx) ** 2 + (y - qy) ** 2;
			const at = y * columns + x;
			if (d2 >= squared[at]) continue;
			squared[at] = d2;
			nearest[at * 2] = qx;
			nearest[at * 2 + 1] = qy;
		}
}

interface Grid {
	readonly columns: number;
	readonly rows: number;
}

/** Map pixels, all sides included. */
interface Sides {
	readonly left: number;
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
}

/** The box of the pixels that know their nearest point, wider by `margin`. Empty where none does. */
function boxOfSeeds(
	{ columns, rows }: Grid,
	nearest: Float32Array,
	margin: number,
): Sides {
	let left = columns;
	let top = rows;
	let right = -1;
	let bottom = -1;
	for (let y = 0; y < rows; y++)
		for (let x = 0; x < columns; x++) {
			if (Number.isNaN(nearest[(y * columns + x) * 2])) continue;
			if (x < left) left = x;
			if (x > right) right = x;
			if (y < top) top = y;
			bottom = y;
		}
	if (right < 0) return { left, top, right, bottom };
	return {
		left: Math.max(0, left - margin),
		top: Math.max(0, top - margin),
		right: Math.min(columns - 1, right + margin),
		bottom: Math.min(rows - 1, bottom + margin),
	};
}

/** Two passes of raster sweeps, down and up: each pixel of the box tries the nearest points of its neighbours. */
function spreadNearest(
	grid: Grid,
	box: Sides,
	nearest: Float32Array,
	squared: Float32Array,
): void {
	for (let y = box.top; y <= box.bottom; y++)
		sweepRow(y, -1, grid, box, nearest, squared);
	for (let y = box.bottom; y >= box.top; y--)
		sweepRow(y, 1, grid, box, nearest, squared);
}

/**
 * Sweeps a row there and back. On the way there (away from the side where `ahead` points) each pixel tries the pixel
 * before it and the three of the row at y + `ahead`; on the way back the pixel before it.
 */
function sweepRow(
	y: number,
	ahead: -1 | 1,
	{ columns, rows }: Grid,
	{ left, right }: Sides,
	nearest: Float32Array,
	squared: Float32Array,
): void {
	const row = y * columns;
	const hasOther = y + ahead >= 0 && y + ahead < rows;
	const other = hasOther ? row + ahead * columns : row;
	const from = ahead < 0 ? left : right;
	const to = ahead < 0 ? right : left;
	const step = -ahead;
	// What the pixel before knows, and the three of the other row; NaN: nothing yet, and no comparison with it holds.
	let qx = Number.NaN;
	let qy = Number.NaN;
	let pastX = Number.NaN;
	let pastY = Number.NaN;
	let sameX = hasOther ? nearest[(other + from) * 2] : Number.NaN;
	let sameY = hasOther ? nearest[(other + from) * 2 + 1] : Number.NaN;
	let nextX = Number.NaN;
	let nextY = Number.NaN;
	for (let x = from; x !== to + step; x += step) {
		const at = row + x;
		let best = squared[at];
		let bestX = Number.NaN;
		let bestY = Number.NaN;
		let d2 = (x - qx) * (x - qx) + (y - qy) * (y - qy);
		if (d2 < best) {
			best = Math.fround(d2);
			bestX = qx;
			bestY = qy;
		}
		if (hasOther) {
			const n = (other + x + step) * 2;
			nextX = x === to ? Number.NaN : nearest[n];
			nextY = x === to ? Number.NaN : nearest[n + 1];
			d2 = (x - sameX) * (x - sameX) + (y - sameY) * (y - sameY);
			if (d2 < best) {
				best = Math.fround(d2);
				bestX = sameX;
				bestY = sameY;
			}
			d2 = (x - pastX) * (x - pastX) + (y - pastY) * (y - pastY);
			if (d2 < best) {
				best = Math.fround(d2);
				bestX = pastX;
				bestY = pastY;
			}
			d2 = (x - nextX) * (x - nextX) + (y - nextY) * (y - nextY);
			if (d2 < best) {
				best = Math.fround(d2);
				bestX = nextX;
				bestY = nextY;
			}
			pastX = sameX;
			pastY = sameY;
			sameX = nextX;
			sameY = nextY;
		}
		if (best < squared[at]) {
			squared[at] = best;
			nearest[at * 2] = bestX;
			nearest[at * 2 + 1] = bestY;
			qx = bestX;
			qy = bestY;
		} else {
			qx = nearest[at * 2];
			qy = nearest[at * 2 + 1];
		}
	}
	qx = nearest[(row + to) * 2];
	qy = nearest[(row + to) * 2 + 1];
	for (let x = to - step; x !== from - step; x -= step) {
		const at = row + x;
		const d2 = (x - qx) * (x - qx) + (y - qy) * (y - qy);
		if (d2 < squared[at]) {
			squared[at] = d2;
			nearest[at * 2] = qx;
			nearest[at * 2 + 1] = qy;
		} else {
			qx = nearest[at * 2];
			qy = nearest[at * 2 + 1];
		}
	}
}

function anyInside(
	coverage: Float32Array,
	start: number,
	stride: number,
	count: number,
): boolean {
	for (let n = 0; n < count; n++)
		if (coverage[start + n * stride] > HALF) return true;
	return false;
}
