import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { addCell, createTriangleList } from "./cell-triangles.ts";
import { createEdgeCrossings, type EdgeCrossings } from "./edge-crossings.ts";
import { createSparseLattice, type SparseLattice } from "./sparse-lattice.ts";

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

/** Fine cells along the side of a block: what becomes active at once. */
const BLOCK = 2;
/**
 * A cell may hold surface though its corners agree in sign, if the least of their values is below
 * this share of how far values differ: in the coarsest cells, among their neighbours too; in finer
 * ones, among their own corners.
 */
const REACH = { coarsest: 0.75, finer: 0.5, block: 0.25 };
/** Vertices keep this share of the edge away from its ends, so that no two ever coincide. */
const MARGIN = 0.001;

/**
 * Surface of a lattice as a closed 2-manifold, in lattice coordinates, counter-clockwise seen from
 * outside; what leaves the lattice is capped there. Marching cubes.
 *
 * Points are evaluated where the surface is only: coarse lattices find it (every fourth point, say, and
 * every second where the field changes fast enough to cross zero between), and from there it is
 * followed from block to block over every face on which the field changes sign. So all of a
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
	const isActive = new Uint8Array(blockCount ** 3);
	// (1) Where the surface is.
	checkpoint?.(0);
	const stride = options.stride ?? 4;
	if (stride === 1) isActive.fill(1);
	else
		await findSeeds(source, lattice, stride, blockCount, isActive, checkpoint);
	// (2) Along it.
	await follow(source, lattice, blockCount, isActive, (fraction) =>
		checkpoint?.(0.3 + 0.5 * fraction),
	);
	// (3) Triangles.
	checkpoint?.(0.8);
	const crossings = createEdgeCrossings();
	const indices = march(lattice, blockCount, isActive, crossings);
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
async function findSeeds(
	source: LatticeSource,
	lattice: SparseLattice,
	stride: number,
	blockCount: number,
	isActive: Uint8Array, // [blockCount³]
	checkpoint?: Checkpoint,
): Promise<void> {
	// (1) The coarsest cells, all of them.
	const coarseCount = Math.ceil((lattice.padded - 1) / stride);
	for (let k = 0; k <= coarseCount; k++)
		for (let j = 0; j <= coarseCount; j++)
			for (let i = 0; i <= coarseCount; i++)
				lattice.want(i * stride, j * stride, k * stride);
	await lattice.fetch(source);
	checkpoint?.(0.1);
	const { least, range } = summarizeCells(lattice, stride, coarseCount);
	let cells: number[] = []; // lowest corners, x y z
	for (let k = 0; k < coarseCount; k++)
		for (let j = 0; j < coarseCount; j++)
			for (let i = 0; i < coarseCount; i++) {
				const cell = i + coarseCount * (j + coarseCount * k);
				const nearby = rangeNearby(range, coarseCount, i, j, k);
				if (least[cell] <= REACH.coarsest * nearby)
					cells.push(i * stride, j * stride, k * stride);
			}
	// (2) Halves of those, down to blocks.
	const end = blockCount * BLOCK;
	for (let side = stride; side > BLOCK; side /= 2) {
		const half = side / 2;
		const halves: number[] = [];
		for (let n = 0; n < cells.length; n += 3)
			for (let c = 0; c < 8; c++) {
				const x = cells[n] + (c & 1) * half;
				const y = cells[n + 1] + ((c >> 1) & 1) * half;
				const z = cells[n + 2] + (c >> 2) * half;
				if (Math.max(x, y, z) < end) halves.push(x, y, z);
			}
		wantCorners(lattice, halves, half);
		await lattice.fetch(source);
		cells = mayCross(lattice, halves, half);
	}
	// (3) Without cells larger than a block the coarsest are blocks.
	for (let n = 0; n < cells.length; n += 3)
		isActive[
			cells[n] / BLOCK +
				blockCount *
					(cells[n + 1] / BLOCK + (blockCount * cells[n + 2]) / BLOCK)
		] = 1;
	checkpoint?.(0.3);
}

function wantCorners(
	lattice: SparseLattice,
	cells: readonly number[], // [count × 3] lowest corners
	side: number,
): void {
	for (let n = 0; n < cells.length; n += 3)
		for (let c = 0; c < 8; c++)
			lattice.want(
				cells[n] + (c & 1) * side,
				cells[n + 1] + ((c >> 1) & 1) * side,
				cells[n + 2] + (c >> 2) * side,
			);
}

/** Those of the cells whose corners differ in sign, or come close to zero for how far they differ. */
function mayCross(
	lattice: SparseLattice,
	cells: readonly number[], // [count × 3] lowest corners
	side: number,
): number[] /* [kept × 3] */ {
	const reach = side === BLOCK ? REACH.block : REACH.finer;
	const kept: number[] = [];
	const corners = new Float32Array(2);
	for (let n = 0; n < cells.length; n += 3) {
		summarizeCell(lattice, cells[n], cells[n + 1], cells[n + 2], side, corners);
		if (corners[0] === 0 || corners[0] < reach * corners[1])
			kept.push(cells[n], cells[n + 1], cells[n + 2]);
	}
	return kept;
}

/** Of every coarse cell, as below. */
function summarizeCells(
	lattice: SparseLattice,
	stride: number,
	coarseCount: number,
): {
	least: Float32Array; // [coarseCount³]
	range: Float32Array; // [coarseCount³]
} {
	const least = new Float32Array(coarseCount ** 3);
	const range = new Float32Array(coarseCount ** 3);
	const corners = new Float32Array(2);
	for (let k = 0, cell = 0; k < coarseCount; k++)
		for (let j = 0; j < coarseCount; j++)
			for (let i = 0; i < coarseCount; i++, cell++) {
				summarizeCell(
					lattice,
					i * stride,
					j * stride,
					k * stride,
					stride,
					corners,
				);
				least[cell] = corners[0];
				range[cell] = corners[1];
			}
	return { least, range };
}

/** The least distance of a corner from zero, 0 where signs differ, and how far corners differ. */
function summarizeCell(
	lattice: SparseLattice,
	x: number,
	y: number,
	z: number,
	side: number,
	out: Float32Array, // [2] least, range
): void {
	let low = Number.POSITIVE_INFINITY;
	let high = Number.NEGATIVE_INFINITY;
	let isOpen = false; // reaches out of the lattice
	for (let c = 0; c < 8; c++) {
		const value = lattice.get(
			x + (c & 1) * side,
			y + ((c >> 1) & 1) * side,
			z + (c >> 2) * side,
		);
		if (value === Number.POSITIVE_INFINITY) isOpen = true;
		else {
			low = Math.min(low, value);
			high = Math.max(high, value);
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

/** Evaluates active blocks, and wakes the neighbours into which the surface goes on. */
async function follow(
	source: LatticeSource,
	lattice: SparseLattice,
	blockCount: number,
	isActive: Uint8Array, // [blockCount³]
	onWave: (fraction: number) => void,
): Promise<void> {
	const strides = [1, blockCount, blockCount * blockCount];
	let wave: number[] = [];
	for (let b = 0; b < isActive.length; b++) if (isActive[b] === 1) wave.push(b);
	for (let waves = 1; wave.length > 0; waves++) {
		onWave(1 - 1 / waves);
		for (const b of wave) {
			const [x, y, z] = cornerOf(b, blockCount);
			for (let n = 0; n < 27; n++)
				lattice.want(
					x + (n % 3),
					y + (Math.floor(n / 3) % 3),
					z + Math.floor(n / 9),
				);
		}
		await lattice.fetch(source);
		const next: number[] = [];
		for (const b of wave) {
			const corner = cornerOf(b, blockCount);
			for (let axis = 0; axis < 3; axis++)
				for (let end = 0; end < 2; end++) {
					const at = corner[axis] / BLOCK + (end === 0 ? -1 : 1);
					if (at < 0 || at >= blockCount) continue;
					const neighbour = b + (end === 0 ? -1 : 1) * strides[axis];
					if (isActive[neighbour] === 1) continue;
					if (!faceChangesSign(lattice, corner, axis, end * BLOCK)) continue;
					isActive[neighbour] = 1;
					next.push(neighbour);
				}
		}
		wave = next;
	}
}

function cornerOf(block: number, blockCount: number): [number, number, number] {
	return [
		(block % blockCount) * BLOCK,
		(Math.floor(block / blockCount) % blockCount) * BLOCK,
		Math.floor(block / (blockCount * blockCount)) * BLOCK,
	];
}

/** Whether the 3 × 3 points on a face of a block differ in sign. */
function faceChangesSign(
	lattice: SparseLattice,
	corner: readonly [number, number, number],
	axis: number,
	offset: number,
): boolean {
	let first = false;
	for (let n = 0; n < 9; n++) {
		const u = n % 3;
		const v = Math.floor(n / 3);
		const isInside =
			lattice.get(
				corner[0] + (axis === 0 ? offset : u),
				corner[1] + (axis === 1 ? offset : axis === 0 ? u : v),
				corner[2] + (axis === 2 ? offset : v),
			) < 0;
		if (n === 0) first = isInside;
		else if (isInside !== first) return true;
	}
	return false;
}

function march(
	lattice: SparseLattice,
	blockCount: number,
	isActive: Uint8Array, // [blockCount³]
	crossings: EdgeCrossings,
): Uint32Array /* [triangleCount × 3] */ {
	const { padded } = lattice;
	const strides = { rowLength: padded, sliceLength: padded * padded };
	const triangles = createTriangleList();
	const values = new Float32Array(27);
	const corners = new Float32Array(8);
	for (let b = 0; b < isActive.length; b++) {
		if (isActive[b] === 0) continue;
		const [x, y, z] = cornerOf(b, blockCount);
		for (let n = 0; n < 27; n++)
			values[n] = lattice.get(
				x + (n % 3),
				y + (Math.floor(n / 3) % 3),
				z + Math.floor(n / 9),
			);
		for (let cell = 0; cell < 8; cell++) {
			const i = cell & 1;
			const j = (cell >> 1) & 1;
			const k = cell >> 2;
			if (Math.max(x + i, y + j, z + k) >= padded - 1) continue;
			let signs = 0;
			for (let c = 0; c < 8; c++) {
				corners[c] =
					values[i + (c & 1) + 3 * (j + ((c >> 1) & 1)) + 9 * (k + (c >> 2))];
				if (corners[c] < 0) signs |= 1 << c;
			}
			if (signs === 0 || signs === 255) continue;
			addCell(
				triangles,
				crossings,
				strides,
				x + i + padded * (y + j + padded * (z + k)),
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
