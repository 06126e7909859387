import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { addCell, createTriangleList } from "./cell-triangles.ts";
import { createEdgeCrossings, type EdgeCrossings } from "./edge-crossings.ts";
import {
	BATCH,
	boundedValue,
	createSparseLattice,
	type SparseLattice,
} from "./sparse-lattice.ts";

/** A field known on a lattice only, costly to evaluate, and perhaps elsewhere: by a network. */
export interface LatticeSource {
	/** Points along each axis, 8–1024. */
	readonly size: number;
	/** Field at lattice points, negative inside. Called with as many points as there are to do. */
	sample(
		points: Uint32Array, // [count] ix + size × (iy + size × iz)
	): Promise<Float32Array> /* [count] */;
}

export interface ExtractLatticeOptions {
	/**
	 * Cells between the points that are always evaluated. 8 suits fields that hardly turn within eight cells; 1 evaluates
	 * every point: slow, and the proof that nothing is missed otherwise. Default 4.
	 */
	readonly stride?: 1 | 2 | 4 | 8;
	/** Where along an edge the surface crosses, 0–1, by the values at its ends. Default: linear. */
	readonly crossing?: (low: number, high: number) => number;
}

/** Cells along the side of a block: eight cells, each of them a bit of a byte. */
const BLOCK = 2;
const WHOLE_BLOCK = 255;
/**
 * A cell may hold surface though its corners agree in sign, if the least of their values is below
 * this share of how far values differ: in the coarsest cells, among their neighbours too; in finer
 * ones, among their own corners.
 */
const REACH = { coarsest: 0.75, finer: 0.5, block: 0.25 };
/** Error of a value between the corners of a block where it is taken as linear, as a share of how far they differ. */
const BEND = 0.01;
const BEND2 = 0.05;
/** Vertices keep this share of the edge away from its ends, so that no two ever coincide. */
const MARGIN = 0.001;

/**
 * Surface of a lattice as a closed 2-manifold, in lattice coordinates, counter-clockwise seen from
 * outside; what leaves the lattice is capped there. Marching cubes.
 *
 * Points are evaluated where the surface is only: coarse lattices find it (every fourth point, say, and
 * every second where the field changes fast enough to cross zero between), and from there it is
 * followed from cell to cell over every face on which the field changes sign. So all of a
 * connected surface is found once any of it is; lost can be only a piece that lies wholly between
 * the points tried.
 */
export async function extractLattice(
	source: LatticeSource,
	options: ExtractLatticeOptions = {},
	checkpoint?: Checkpoint,
): Promise<Mesh> {
	const lattice = createSparseLattice(source.size);
	const blockCount = Math.ceil((lattice.padded - 1) / BLOCK);
	const active = new Uint8Array(blockCount ** 3);
	// (1) Where the surface is.
	checkpoint?.(0);
	const stride = options.stride ?? 4;
	const blocks =
		stride === 1
			? Int32Array.from(active, (_, b) => b)
			: await findBlocks(source, lattice, stride, blockCount, checkpoint);
	const cells =
		stride === 1
			? everyCell(blocks, active)
			: likelyCells(lattice, blocks, blockCount, active);
	// (2) Along it.
	await follow(source, lattice, blockCount, active, cells, (fraction) =>
		checkpoint?.(0.3 + 0.5 * fraction),
	);
	// (3) Triangles.
	checkpoint?.(0.8);
	const crossings = createEdgeCrossings();
	const indices = march(lattice, blockCount, active, crossings);
	checkpoint?.(0.95);
	return {
		positions: placeOnEdges(
			crossings,
			lattice.padded,
			options.crossing ?? linearCrossing,
		),
		indices,
	};
}

/** Blocks in which the surface may be: cells of `stride`, cut in eight where it may be in them, and so on. */
async function findBlocks(
	source: LatticeSource,
	lattice: SparseLattice,
	stride: number,
	blockCount: number,
	checkpoint?: Checkpoint,
): Promise<Int32Array> {
	// (1) The coarsest cells, all of them.
	const coarse = await sampleCoarse(source, lattice.padded, stride);
	checkpoint?.(0.1);
	let cells = coarseCells(coarse, lattice, stride);
	// (2) Halves of those, down to blocks.
	const end = blockCount * BLOCK;
	const corners = new Float32Array(8);
	const between = new Float32Array(27);
	for (let side = stride; side > BLOCK; side /= 2) {
		const half = side / 2;
		const halves: number[] = [];
		for (let n = 0; n < cells.length; n += 3) {
			lattice.readCorners(cells[n], cells[n + 1], cells[n + 2], side, corners);
			const mask =
				side === stride
					? WHOLE_BLOCK
					: likelyMask(corners, between, BEND2, REACH.finer);
			for (let c = 0; c < 8; c++) {
				if (((mask >> c) & 1) === 0) continue;
				const x = cells[n] + (c & 1) * half;
				const y = cells[n + 1] + ((c >> 1) & 1) * half;
				const z = cells[n + 2] + (c >> 2) * half;
				if (Math.max(x, y, z) < end) halves.push(x, y, z);
			}
		}
		for (let n = 0; n < halves.length; n += 3)
			for (let c = 0; c < 8; c++)
				lattice.want(
					halves[n] + (c & 1) * half,
					halves[n + 1] + ((c >> 1) & 1) * half,
					halves[n + 2] + (c >> 2) * half,
				);
		await lattice.fetch(source);
		cells = mayCross(lattice, halves, half);
	}
	checkpoint?.(0.3);
	const blocks = new Int32Array(cells.length / 3);
	for (let n = 0; n < blocks.length; n++)
		blocks[n] =
			cells[n * 3] / BLOCK +
			blockCount *
				(cells[n * 3 + 1] / BLOCK + (blockCount * cells[n * 3 + 2]) / BLOCK);
	return blocks;
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
	for (let first = 0; first < count; first += BATCH) {
		const end = Math.min(count, first + BATCH);
		const found = await source.sample(numbers.subarray(first, end));
		for (let n = first; n < end; n++)
			values[places[n]] = boundedValue(found[n - first]);
	}
	return { values, points };
}

/** The coarsest cells that may hold surface, their corners known to the lattice from here on. */
function coarseCells(
	{ values, points }: CoarseLattice,
	lattice: SparseLattice,
	stride: number,
): number[] /* [kept × 3] lowest corners */ {
	const count = points - 1; // cells along each axis
	const corners = new Float32Array(8);
	const summary = new Float32Array(2);
	const readCell = (i: number, j: number, k: number): void => {
		for (let c = 0; c < 8; c++)
			corners[c] =
				values[
					i + (c & 1) + points * (j + ((c >> 1) & 1) + points * (k + (c >> 2)))
				];
	};
	const least = new Float32Array(count ** 3);
	const range = new Float32Array(count ** 3);
	for (let k = 0, cell = 0; k < count; k++)
		for (let j = 0; j < count; j++)
			for (let i = 0; i < count; i++, cell++) {
				readCell(i, j, k);
				summarize(corners, summary);
				least[cell] = summary[0];
				range[cell] = summary[1];
			}
	const cells: number[] = [];
	for (let k = 0, cell = 0; k < count; k++)
		for (let j = 0; j < count; j++)
			for (let i = 0; i < count; i++, cell++) {
				const nearby = rangeNearby(range, count, i, j, k);
				if (!(least[cell] <= REACH.coarsest * nearby)) continue;
				cells.push(i * stride, j * stride, k * stride);
				readCell(i, j, k);
				for (let c = 0; c < 8; c++)
					if (corners[c] !== Number.POSITIVE_INFINITY)
						lattice.put(
							(i + (c & 1)) * stride,
							(j + ((c >> 1) & 1)) * stride,
							(k + (c >> 2)) * stride,
							corners[c],
						);
			}
	return cells;
}

/** Those of the cells whose corners differ in sign, or come close to zero for how far they differ. */
function mayCross(
	lattice: SparseLattice,
	cells: readonly number[], // [count × 3] lowest corners
	side: number,
): number[] /* [kept × 3] */ {
	const reach = side === BLOCK ? REACH.block : REACH.finer;
	const kept: number[] = [];
	const corners = new Float32Array(8);
	const summary = new Float32Array(2);
	for (let n = 0; n < cells.length; n += 3) {
		lattice.readCorners(cells[n], cells[n + 1], cells[n + 2], side, corners);
		summarize(corners, summary);
		if (summary[0] === 0 || summary[0] < reach * summary[1])
			kept.push(cells[n], cells[n + 1], cells[n + 2]);
	}
	return kept;
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

/** A cell by its block and its bit there: block × 8 + bit. */
function everyCell(
	blocks: Int32Array,
	active: Uint8Array, // [blockCount³]
): number[] {
	active.fill(WHOLE_BLOCK);
	return Array.from({ length: blocks.length * 8 }, (_, cell) => cell);
}

/** Cells of the blocks that the surface should cross, judged by the corners of their blocks. */
function likelyCells(
	lattice: SparseLattice,
	blocks: Int32Array,
	blockCount: number,
	active: Uint8Array, // [blockCount³]
): number[] {
	const cells: number[] = [];
	const corners = new Float32Array(8);
	const between = new Float32Array(27);
	for (const b of blocks) {
		const [x, y, z] = cornerOf(b, blockCount);
		lattice.readCorners(x, y, z, BLOCK, corners);
		const mask = likelyMask(corners, between, BEND, REACH.block);
		active[b] = mask;
		for (let bit = 0; bit < 8; bit++)
			if ((mask >> bit) & 1) cells.push(b * 8 + bit);
	}
	return cells;
}

function likelyMask(
	corners: Float32Array, // [8] of a block
	between: Float32Array, // [27] working space
	bend: number,
	reach: number,
): number {
	let low = corners[0];
	let high = low;
	for (let c = 1; c < 8; c++) {
		if (corners[c] < low) low = corners[c];
		if (corners[c] > high) high = corners[c];
	}
	if (high > 1e38 || low < -1e38) return WHOLE_BLOCK; // at the lattice's border
	for (let c = 0; c < 8; c++)
		between[(c & 1) * 2 + ((c >> 1) & 1) * 6 + (c >> 2) * 18] = corners[c];
	for (const n of [0, 6, 18, 24]) halve(between, n, 1);
	for (const n of [0, 1, 2, 18, 19, 20]) halve(between, n, 3);
	for (let n = 0; n < 9; n++) halve(between, n, 9);
	const margin = (low < 0 && high >= 0 ? bend : reach) * (high - low);
	let mask = 0;
	for (let bit = 0; bit < 8; bit++) {
		const first = (bit & 1) + 3 * ((bit >> 1) & 1) + 9 * (bit >> 2);
		let least = between[first];
		let most = least;
		for (let c = 1; c < 8; c++) {
			const value =
				between[first + (c & 1) + 3 * ((c >> 1) & 1) + 9 * (c >> 2)];
			if (value < least) least = value;
			if (value > most) most = value;
		}
		if (least < margin && most >= -margin) mask |= 1 << bit;
	}
	return mask;
}

/** The value half way between two that lie two steps apart. */
function halve(values: Float32Array, at: number, step: number): void {
	values[at + step] = (values[at] + values[at + 2 * step]) / 2;
}

/** Corners of a cell's faces as bits: low x, high x, low y, high y, low z, high z. */
const FACES = [0x55, 0xaa, 0x33, 0xcc, 0x0f, 0xf0];

/** Evaluates active cells, and wakes the neighbours into which the surface goes on. */
async function follow(
	source: LatticeSource,
	lattice: SparseLattice,
	blockCount: number,
	active: Uint8Array, // [blockCount³]
	cells: number[],
	onWave: (fraction: number) => void,
): Promise<void> {
	const cellCount = lattice.padded - 1; // along each axis
	const corners = new Float32Array(8);
	let wave = cells;
	for (let waves = 1; wave.length > 0; waves++) {
		onWave(1 - 1 / waves);
		for (const cell of wave) {
			const [x, y, z] = lowCornerOf(cell, blockCount);
			for (let c = 0; c < 8; c++)
				lattice.want(x + (c & 1), y + ((c >> 1) & 1), z + (c >> 2));
		}
		await lattice.fetch(source);
		const next: number[] = [];
		for (const cell of wave) {
			const at = lowCornerOf(cell, blockCount);
			const [x, y, z] = at;
			lattice.readCorners(x, y, z, 1, corners);
			const signs = signsOf(corners);
			if (signs === 0 || signs === 255) continue;
			for (let face = 0; face < 6; face++) {
				const shared = signs & FACES[face];
				if (shared === 0 || shared === FACES[face]) continue;
				const axis = face >> 1;
				at[axis] += (face & 1) * 2 - 1;
				const isCell = at[axis] >= 0 && at[axis] < cellCount;
				const neighbour = cellAt(at, blockCount);
				at[axis] -= (face & 1) * 2 - 1;
				const block = neighbour >> 3;
				const bit = 1 << (neighbour & 7);
				if (!isCell || (active[block] & bit) !== 0) continue;
				active[block] |= bit;
				next.push(neighbour);
			}
		}
		wave = next;
	}
}

function signsOf(corners: Float32Array): number {
	let signs = 0;
	for (let c = 0; c < 8; c++) if (corners[c] < 0) signs |= 1 << c;
	return signs;
}

function cornerOf(
	block: number,
	blockCount: number,
): [x: number, y: number, z: number] {
	return [
		(block % blockCount) * BLOCK,
		(Math.floor(block / blockCount) % blockCount) * BLOCK,
		Math.floor(block / (blockCount * blockCount)) * BLOCK,
	];
}

function lowCornerOf(
	cell: number,
	blockCount: number,
): [x: number, y: number, z: number] {
	const at = cornerOf(cell >> 3, blockCount);
	at[0] += cell & 1;
	at[1] += (cell >> 1) & 1;
	at[2] += (cell >> 2) & 1;
	return at;
}

function cellAt(
	[x, y, z]: readonly [x: number, y: number, z: number],
	blockCount: number,
): number {
	const block = (x >> 1) + blockCount * ((y >> 1) + blockCount * (z >> 1));
	return block * 8 + (x & 1) + 2 * (y & 1) + 4 * (z & 1);
}

function march(
	lattice: SparseLattice,
	blockCount: number,
	active: Uint8Array, // [blockCount³]
	crossings: EdgeCrossings,
): Uint32Array /* [triangleCount × 3] */ {
	const { padded } = lattice;
	const strides = { rowLength: padded, sliceLength: padded * padded };
	const triangles = createTriangleList();
	const corners = new Float32Array(8);
	for (let b = 0; b < active.length; b++) {
		if (active[b] === 0) continue;
		for (let bit = 0; bit < 8; bit++) {
			if (((active[b] >> bit) & 1) === 0) continue;
			const [x, y, z] = lowCornerOf(b * 8 + bit, blockCount);
			if (Math.max(x, y, z) >= padded - 1) continue;
			lattice.readCorners(x, y, z, 1, corners);
			const signs = signsOf(corners);
			if (signs === 0 || signs === 255) continue;
			addCell(
				triangles,
				crossings,
				strides,
				x + padded * (y + padded * z),
				corners,
				signs,
			);
		}
	}
	return triangles.indices.slice(0, triangles.length);
}

/** Vertices in lattice coordinates; the layer around the lattice is at −1 and at its size. */
function placeOnEdges(
	{ count, edges, low, high }: EdgeCrossings,
	padded: number,
	crossing: (low: number, high: number) => number,
): Float32Array /* [count × 3] */ {
	const positions = new Float32Array(count * 3);
	for (let v = 0; v < count; v++) {
		const point = Math.floor(edges[v] / 3);
		const share =
			low[v] === Number.POSITIVE_INFINITY
				? 1
				: high[v] === Number.POSITIVE_INFINITY
					? 0
					: crossing(low[v], high[v]);
		positions[v * 3] = (point % padded) - 1;
		positions[v * 3 + 1] = (Math.floor(point / padded) % padded) - 1;
		positions[v * 3 + 2] = Math.floor(point / (padded * padded)) - 1;
		positions[v * 3 + (edges[v] % 3)] += Math.min(
			1 - MARGIN,
			Math.max(MARGIN, share),
		);
	}
	return positions;
}

function linearCrossing(low: number, high: number): number {
	return low / (low - high);
}
