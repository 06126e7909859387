import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";
import {
	addCell,
	createTriangleList,
	type TriangleList,
} from "./cell-triangles.ts";
import { createEdgeCrossings, type EdgeCrossings } from "./edge-crossings.ts";
import { placeVertices } from "./place-vertices.ts";
import {
	BLOCK_CELLS,
	BLOCK_POINTS,
	blocksNearSurface,
	createBlockSamples,
	createSurfaceGrid,
	type SurfaceGrid,
	sampleBlock,
} from "./surface-grid.ts";

export interface ExtractSurfaceOptions {
	/** Cells along the longest side of the field's bounds. 1–1024. */
	readonly resolution: number;
}

/**
 * Surface of a field as a closed 2-manifold with shared vertices, counter-clockwise seen from
 * outside. What leaves the field's bounds is capped there.
 *
 * Marching cubes over blocks of 8³ cells. Where the field states a Lipschitz bound, blocks whose
 * centre is too far from the surface are never sampled, so time and memory grow with the area,
 * not with the volume. A mesh without triangles means that no grid point is inside.
 */
export function extractSurface(
	field: Field,
	options: ExtractSurfaceOptions,
	checkpoint?: Checkpoint,
): Mesh {
	const grid = createSurfaceGrid(field.bounds, options.resolution);
	// (1) Which blocks may hold surface.
	const blocks = blocksNearSurface(field, grid, (fraction) =>
		checkpoint?.(fraction * 0.1),
	);
	// (2) Triangles block by block; neighbours meet at their shared edges.
	const crossings = createEdgeCrossings();
	const samples = createBlockSamples();
	const triangles = createTriangleList();
	for (let n = 0; n < blocks.length; n++) {
		if (n % 16 === 0) checkpoint?.(0.1 + (0.7 * n) / blocks.length);
		sampleBlock(field, grid, blocks[n], samples);
		if (hasBothSigns(samples.values))
			marchBlock(grid, blocks[n], samples.values, crossings, triangles);
	}
	// (3) Vertices onto the field's own zero.
	const positions = placeVertices(field, grid, crossings, (fraction) =>
		checkpoint?.(0.8 + 0.2 * fraction),
	);
	return { positions, indices: triangles.indices.slice(0, triangles.length) };
}

/** NaN counts as outside, like every value that is not below zero. */
function hasBothSigns(values: Float32Array): boolean {
	const first = values[0] < 0;
	for (let n = 1; n < values.length; n++)
		if (values[n] < 0 !== first) return true;
	return false;
}

/** Offset of each corner of a cell inside a block's samples. */
const CORNER_OFFSETS = Int32Array.from(
	[0, 1, 2, 3, 4, 5, 6, 7],
	(c) =>
		(c & 1) +
		((c >> 1) & 1) * BLOCK_POINTS +
		(c >> 2) * BLOCK_POINTS * BLOCK_POINTS,
);

function marchBlock(
	grid: SurfaceGrid,
	block: number,
	values: Float32Array, // [729]
	crossings: EdgeCrossings,
	triangles: TriangleList,
): void {
	const [bx, by] = grid.blocks;
	const i0 = (block % bx) * BLOCK_CELLS;
	const j0 = (Math.floor(block / bx) % by) * BLOCK_CELLS;
	const k0 = Math.floor(block / (bx * by)) * BLOCK_CELLS;
	const rowLength = grid.cells[0] + 1;
	const strides = { rowLength, sliceLength: rowLength * (grid.cells[1] + 1) };
	const corners = new Float32Array(8);
	const iCount = Math.min(BLOCK_CELLS, grid.cells[0] - i0);
	const jCount = Math.min(BLOCK_CELLS, grid.cells[1] - j0);
	const kCount = Math.min(BLOCK_CELLS, grid.cells[2] - k0);
	const offsets = CORNER_OFFSETS;

	for (let k = 0; k < kCount; k++)
		for (let j = 0; j < jCount; j++) {
			let at = (k * BLOCK_POINTS + j) * BLOCK_POINTS;
			for (let i = 0; i < iCount; i++, at++) {
				let signs = 0;
				for (let c = 0; c < 8; c++)
					if (values[at + offsets[c]] < 0) signs |= 1 << c;
				if (signs === 0 || signs === 255) continue;
				for (let c = 0; c < 8; c++) corners[c] = values[at + offsets[c]];
				addCell(
					triangles,
					crossings,
					strides,
					(k0 + k) * strides.sliceLength +
						(j0 + j) * strides.rowLength +
						i0 +
						i,
					corners,
					signs,
				);
			}
		}
}
