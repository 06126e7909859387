import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import {
	type ActiveCells,
	cornerOfCell,
	createActiveCells,
	nameCell,
	wakeCell,
} from "./active-cells.ts";
import { addCell, createTriangleList } from "./cell-triangles.ts";
import { createEdgeCrossings, type EdgeCrossings } from "./edge-crossings.ts";
import { findCells } from "./find-cells.ts";
import { createSparseLattice, type SparseLattice } from "./sparse-lattice.ts";

/** A field known on a lattice only, costly to evaluate, and perhaps elsewhere: by a network. */
export interface LatticeSource {
	/** Points along each axis, 8–1020. */
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
	const active = createActiveCells(lattice.padded - 1);
	// (1) Where the surface is.
	checkpoint?.(0);
	const stride = options.stride ?? 4;
	const cells =
		stride === 1
			? everyCell(active)
			: await findCells(source, lattice, stride, active, checkpoint);
	// (2) Along it.
	checkpoint?.(0.4);
	await follow(source, lattice, active, cells, (fraction) =>
		checkpoint?.(0.4 + 0.4 * fraction),
	);
	// (3) Triangles.
	checkpoint?.(0.8);
	const crossings = createEdgeCrossings();
	const indices = march(lattice, active, crossings);
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

function everyCell(active: ActiveCells): number[] {
	const cells: number[] = [];
	const { cellCount } = active;
	for (let z = 0; z < cellCount; z++)
		for (let y = 0; y < cellCount; y++)
			for (let x = 0; x < cellCount; x++) {
				wakeCell(active, x, y, z);
				cells.push(nameCell(x, y, z));
			}
	return cells;
}

/** Corners of a cell's faces as bits: low x, high x, low y, high y, low z, high z. */
const FACES = [0x55, 0xaa, 0x33, 0xcc, 0x0f, 0xf0];

/** Evaluates active cells, and wakes the neighbours into which the surface goes on. */
async function follow(
	source: LatticeSource,
	lattice: SparseLattice,
	active: ActiveCells,
	cells: number[],
	onWave: (fraction: number) => void,
): Promise<void> {
	const corners = new Float32Array(8);
	let wave = cells;
	for (let waves = 1; wave.length > 0; waves++) {
		onWave(1 - 1 / waves);
		for (const cell of wave) lattice.wantCorners(...cornerOfCell(cell), 1);
		await lattice.fetch(source);
		const next: number[] = [];
		for (const cell of wave) {
			const [x, y, z] = cornerOfCell(cell);
			lattice.readCorners(x, y, z, 1, corners);
			const signs = signsOf(corners);
			if (signs === 0 || signs === 255) continue;
			for (let face = 0; face < 6; face++) {
				const shared = signs & FACES[face];
				if (shared === 0 || shared === FACES[face]) continue;
				const step = (face & 1) * 2 - 1;
				const axis = face >> 1;
				const i = axis === 0 ? x + step : x;
				const j = axis === 1 ? y + step : y;
				const k = axis === 2 ? z + step : z;
				if (wakeCell(active, i, j, k)) next.push(nameCell(i, j, k));
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

function march(
	lattice: SparseLattice,
	{ masks, blockCount }: ActiveCells,
	crossings: EdgeCrossings,
): Uint32Array /* [triangleCount × 3] */ {
	const { padded } = lattice;
	const strides = { rowLength: padded, sliceLength: padded * padded };
	const triangles = createTriangleList();
	const corners = new Float32Array(8);
	for (let k = 0, block = 0; k < blockCount; k++)
		for (let j = 0; j < blockCount; j++)
			for (let i = 0; i < blockCount; i++, block++) {
				const mask = masks[block];
				if (mask === 0) continue;
				for (let bit = 0; bit < 8; bit++) {
					if (((mask >> bit) & 1) === 0) continue;
					const x = 2 * i + (bit & 1);
					const y = 2 * j + ((bit >> 1) & 1);
					const z = 2 * k + (bit >> 2);
					lattice.readCorners(x, y, z, 1, corners);
					const signs = signsOf(corners);
					if (signs === 0 || signs === 255) continue;
					const point = x + padded * (y + padded * z);
					addCell(triangles, crossings, strides, point, corners, signs);
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
