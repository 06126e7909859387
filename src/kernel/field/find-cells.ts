import type { Checkpoint } from "../../core/run-context.ts";
import {
	type ActiveCells,
	cornerOfCell,
	nameCell,
	wakeCell,
} from "./active-cells.ts";
import type { LatticeSource } from "./extract-lattice.ts";
import { interpolateBox, visitLikelyCells } from "./likely-cells.ts";
import { type SparseLattice, sampleBounded } from "./sparse-lattice.ts";

/**
 * A box may hold surface though its corners agree in sign, if the least of their values is below
 * this share of how far values differ: in the coarsest boxes, among their neighbours too; in finer
 * ones, among their own corners.
 */
const REACH = { coarsest: 0.75, finer: 0.5, finest: 0.25 };
/** Boxes of this side that the surface crosses are taken as trilinear inside, and looked at cell by cell if they are not. */
const SMOOTH_SIDE = 4;
/** Cells nearer to changing sign than this, as a share of how far the corners of their box differ, are tried. */
const NEAR = 0.02;
/** Fields further from trilinear than this, likewise, are evaluated at every point of the box. */
const SMOOTH = 0.1;
/** Points whose value should be larger than this, likewise, belong to no likely cell. */
const FAR = 0.5;
/** Of the 27 points of a box that is cut once. */
const MIDDLE = 13;

/** Cells that the surface should cross, marked as active: at least one of every piece that any coarse point sees. */
export async function findCells(
	source: LatticeSource,
	lattice: SparseLattice,
	stride: number,
	active: ActiveCells,
	checkpoint?: Checkpoint,
): Promise<number[]> {
	const cells: number[] = [];
	const wake = (x: number, y: number, z: number): void => {
		if (wakeCell(active, x, y, z)) cells.push(nameCell(x, y, z));
	};
	// (1) The coarsest boxes, all of them.
	const coarse = await sampleCoarse(source, lattice.padded, stride);
	checkpoint?.(0.1);
	let boxes = coarseBoxes(coarse, lattice, stride);
	// (2) Halves of those, down to two cells; where the field seems to be simple the cells at once.
	for (let side = stride; ; side /= 2) {
		if (side === SMOOTH_SIDE)
			boxes = await takeSmooth(source, lattice, boxes, wake);
		if (side === 2) break;
		const halves = halvesOf(boxes, side / 2, active.cellCount);
		for (const box of halves)
			lattice.wantCorners(...cornerOfCell(box), side / 2);
		await lattice.fetch(source);
		boxes = mayCross(lattice, halves, side / 2);
	}
	checkpoint?.(0.3);
	// (3) The cells of what is left.
	const corners = new Float32Array(8);
	const values = new Float32Array(27);
	for (const box of boxes) {
		const [x, y, z] = cornerOfCell(box);
		lattice.readCorners(x, y, z, 2, corners);
		const range = rangeOf(corners);
		if (range === undefined) {
			wakeAll(box, 2, wake);
			continue;
		}
		interpolateBox(corners, 2, values);
		visitLikelyCells(values, 2, REACH.finest * range, (i, j, k) =>
			wake(x + i, y + j, z + k),
		);
	}
	return cells;
}

/**
 * Wakes the likely cells of boxes that the surface crosses, and all cells of those whose field turns out to be less
 * simple. Returns those of the other boxes whose middle says that surface may hide in them.
 */
async function takeSmooth(
	source: LatticeSource,
	lattice: SparseLattice,
	boxes: readonly number[],
	wake: (x: number, y: number, z: number) => void,
): Promise<number[]> {
	const side = SMOOTH_SIDE;
	const corners = new Float32Array(8);
	const values = new Float32Array((side + 1) ** 3);
	const others: number[] = [];
	const crossed: number[] = [];
	// (1) Cells by what the field should be.
	for (const box of boxes) {
		const [x, y, z] = cornerOfCell(box);
		lattice.readCorners(x, y, z, side, corners);
		const range = rangeOf(corners);
		if (range === undefined || !changesSign(corners)) {
			others.push(box);
			lattice.want(x + side / 2, y + side / 2, z + side / 2);
			continue;
		}
		crossed.push(box);
		interpolateBox(corners, side, values);
		visitLikelyCells(values, side, NEAR * range, (i, j, k) => {
			wake(x + i, y + j, z + k);
			lattice.wantCorners(x + i, y + j, z + k, 1);
		});
	}
	await lattice.fetch(source);
	// (2) What it is.
	for (const box of crossed) {
		const [x, y, z] = cornerOfCell(box);
		lattice.readCorners(x, y, z, side, corners);
		interpolateBox(corners, side, values);
		const range = rangeOf(corners) ?? 0;
		const off = SMOOTH * range;
		let isSmooth = true;
		for (let n = 0; n < values.length && isSmooth; n++) {
			// Where the surface should be far there is no value to compare.
			if (Math.abs(values[n]) > FAR * range) continue;
			const row = Math.floor(n / (side + 1));
			const value = lattice.known(
				x + (n % (side + 1)),
				y + (row % (side + 1)),
				z + Math.floor(row / (side + 1)),
			);
			isSmooth = !(Math.abs(value - values[n]) > off); // unknown ones do not tell
		}
		if (!isSmooth) wakeAll(box, side, wake);
	}
	return others.filter((box) => {
		const [x, y, z] = cornerOfCell(box);
		lattice.readCorners(x, y, z, side, corners);
		const range = rangeOf(corners);
		if (range === undefined) return true;
		interpolateBox(corners, 2, values);
		const value = lattice.known(x + side / 2, y + side / 2, z + side / 2);
		const middle = values[MIDDLE];
		return (
			value < 0 !== middle < 0 || Math.abs(value - middle) > SMOOTH * range
		);
	});
}

function wakeAll(
	box: number,
	side: number,
	wake: (x: number, y: number, z: number) => void,
): void {
	const [x, y, z] = cornerOfCell(box);
	for (let k = 0; k < side; k++)
		for (let j = 0; j < side; j++)
			for (let i = 0; i < side; i++) wake(x + i, y + j, z + k);
}

function halvesOf(
	boxes: readonly number[],
	half: number,
	end: number,
): number[] {
	const halves: number[] = [];
	for (const box of boxes) {
		const [x0, y0, z0] = cornerOfCell(box);
		for (let c = 0; c < 8; c++) {
			const x = x0 + (c & 1) * half;
			const y = y0 + ((c >> 1) & 1) * half;
			const z = z0 + (c >> 2) * half;
			if (Math.max(x, y, z) < end) halves.push(nameCell(x, y, z));
		}
	}
	return halves;
}

/** How far corners differ; undefined at the lattice's border. */
function rangeOf(corners: Float32Array): number | undefined {
	let low = corners[0];
	let high = low;
	for (let c = 1; c < 8; c++) {
		if (corners[c] < low) low = corners[c];
		if (corners[c] > high) high = corners[c];
	}
	return high > 1e38 || low < -1e38 ? undefined : high - low;
}

function changesSign(corners: Float32Array): boolean {
	const first = corners[0] < 0;
	for (let c = 1; c < 8; c++) if (corners[c] < 0 !== first) return true;
	return false;
}

/** Those of the boxes whose corners differ in sign, or come close to zero for how far they differ. */
function mayCross(
	lattice: SparseLattice,
	boxes: readonly number[],
	side: number,
): number[] {
	const reach = side === 2 ? REACH.finest : REACH.finer;
	const corners = new Float32Array(8);
	const summary = new Float32Array(2);
	return boxes.filter((box) => {
		lattice.readCorners(...cornerOfCell(box), side, corners);
		summarize(corners, summary);
		return summary[0] === 0 || summary[0] < reach * summary[1];
	});
}

/** Field at every point whose coordinates are multiples of `stride`. */
interface CoarseLattice {
	readonly values: Float32Array; // [points³] infinite outside
	readonly points: number; // along each axis
}

async function sampleCoarse(
	source: LatticeSource,
	padded: number,
	stride: number,
): Promise<CoarseLattice> {
	const { size } = source;
	const points = Math.ceil((padded - 1) / stride) + 1;
	const values = new Float32Array(points ** 3).fill(Number.POSITIVE_INFINITY);
	const numbers = new Uint32Array(values.length);
	const places = new Uint32Array(values.length);
	let count = 0;
	for (let k = 1; k < points && k * stride <= size; k++)
		for (let j = 1; j < points && j * stride <= size; j++)
			for (let i = 1; i < points && i * stride <= size; i++) {
				numbers[count] =
					i * stride - 1 + size * (j * stride - 1 + size * (k * stride - 1));
				places[count++] = i + points * (j + points * k);
			}
	await sampleBounded(source, numbers.subarray(0, count), (n, value) => {
		values[places[n]] = value;
	});
	return { values, points };
}

/** The coarsest boxes that may hold surface, their corners known to the lattice from here on. */
function coarseBoxes(
	{ values, points }: CoarseLattice,
	lattice: SparseLattice,
	stride: number,
): number[] {
	const count = points - 1; // boxes along each axis
	const corners = new Float32Array(8);
	const summary = new Float32Array(2);
	const readBox = (i: number, j: number, k: number): void => {
		for (let c = 0; c < 8; c++)
			corners[c] =
				values[
					i + (c & 1) + points * (j + ((c >> 1) & 1) + points * (k + (c >> 2)))
				];
	};
	const least = new Float32Array(count ** 3);
	const range = new Float32Array(count ** 3);
	for (let k = 0, box = 0; k < count; k++)
		for (let j = 0; j < count; j++)
			for (let i = 0; i < count; i++, box++) {
				readBox(i, j, k);
				summarize(corners, summary);
				least[box] = summary[0];
				range[box] = summary[1];
			}
	const boxes: number[] = [];
	for (let k = 0, box = 0; k < count; k++)
		for (let j = 0; j < count; j++)
			for (let i = 0; i < count; i++, box++) {
				const nearby = rangeNearby(range, count, i, j, k);
				if (!(least[box] <= REACH.coarsest * nearby)) continue;
				boxes.push(nameCell(i * stride, j * stride, k * stride));
				readBox(i, j, k);
				for (let c = 0; c < 8; c++)
					if (corners[c] !== Number.POSITIVE_INFINITY)
						lattice.put(
							(i + (c & 1)) * stride,
							(j + ((c >> 1) & 1)) * stride,
							(k + (c >> 2)) * stride,
							corners[c],
						);
			}
	return boxes;
}

/** The least distance of a corner from zero, 0 where signs differ, and how far corners differ. */
function summarize(
	corners: Float32Array, // [8] infinite outside the lattice
	out: Float32Array, // [2] least, range
): void {
	let low = Number.POSITIVE_INFINITY;
	let high = Number.NEGATIVE_INFINITY;
	let isOpen = false; // reaches out of the lattice
	for (let c = 0; c < 8; c++) {
		const value = corners[c];
		if (value === Number.POSITIVE_INFINITY) isOpen = true;
		else {
			if (value < low) low = value;
			if (value > high) high = value;
		}
	}
	const crosses = low < 0 && (high >= 0 || isOpen);
	out[0] = crosses ? 0 : Math.min(Math.abs(low), Math.abs(high));
	out[1] = high > low ? high - low : 0;
}

/** The largest range of a cell and its 26 neighbours. */
function rangeNearby(
	range: Float32Array, // [count³]
	count: number,
	i: number,
	j: number,
	k: number,
): number {
	let largest = 0;
	for (let z = Math.max(0, k - 1); z <= Math.min(count - 1, k + 1); z++)
		for (let y = Math.max(0, j - 1); y <= Math.min(count - 1, j + 1); y++)
			for (let x = Math.max(0, i - 1); x <= Math.min(count - 1, i + 1); x++)
				largest = Math.max(largest, range[x + count * (y + count * z)]);
	return largest;
}
