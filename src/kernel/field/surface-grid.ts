import type { Box } from "../../core/mesh.ts";
import type { Field } from "../../core/shape.ts";

/** Cells along the side of a block: what is sampled or skipped at once. */
export const BLOCK_CELLS = 8;
/** Grid points along the side of a block. */
export const BLOCK_POINTS: number = BLOCK_CELLS + 1;

/**
 * The lattice a surface is extracted on: cubic cells that cover a box, and one more layer of
 * cells all round whose outer points count as empty, so that every surface closes.
 */
export interface SurfaceGrid {
	readonly origin: readonly [number, number, number]; // world position of point (0, 0, 0)
	readonly spacing: number; // world units
	readonly cells: readonly [number, number, number]; // with the outer layer
	readonly blocks: readonly [number, number, number];
}

/** Lays `resolution` cells along the longest side of the box. */
export function createSurfaceGrid(
	bounds: Box,
	resolution: number,
): SurfaceGrid {
	if (!(resolution >= 1 && resolution <= 1024))
		throw new RangeError(`resolution is ${resolution}, must be 1 to 1024`);
	const size = [0, 1, 2].map((k) => bounds.max[k] - bounds.min[k]);
	const longest = Math.max(...size);
	if (!(Math.min(...size) > 0 && Number.isFinite(longest)))
		throw new RangeError(`bounds of ${size.join(" × ")} are not a box`);
	const spacing = longest / Math.floor(resolution);
	const cells = size.map((s) => Math.max(1, Math.ceil(s / spacing - 1e-6)) + 2);
	// The box sits in the middle of the whole cells that cover it.
	const origin = size.map(
		(s, k) => bounds.min[k] + s / 2 - (cells[k] / 2) * spacing,
	);
	return {
		origin: [origin[0], origin[1], origin[2]],
		spacing,
		cells: [cells[0], cells[1], cells[2]],
		blocks: [
			Math.ceil(cells[0] / BLOCK_CELLS),
			Math.ceil(cells[1] / BLOCK_CELLS),
			Math.ceil(cells[2] / BLOCK_CELLS),
		],
	};
}

/** Blocks that may hold surface; all of them where the field states no Lipschitz bound. */
export function blocksNearSurface(
	field: Field,
	grid: SurfaceGrid,
	onSlice: (fraction: number) => void,
): Uint32Array /* [blockCount] block index, x fastest */ {
	const [bx, by, bz] = grid.blocks;
	const kept = new Uint32Array(bx * by * bz);
	if (field.lipschitz === undefined) return kept.map((_, index) => index);

	const side = BLOCK_CELLS * grid.spacing;
	const reach = field.lipschitz * (side / 2) * Math.sqrt(3) * 1.0001;
	const centres = new Float32Array(bx * by * 3);
	const values = new Float32Array(bx * by);
	let keptCount = 0;
	for (let k = 0; k < bz; k++) {
		onSlice(k / bz);
		for (let j = 0, n = 0; j < by; j++)
			for (let i = 0; i < bx; i++, n++) {
				centres[n * 3] = grid.origin[0] + (i + 0.5) * side;
				centres[n * 3 + 1] = grid.origin[1] + (j + 0.5) * side;
				centres[n * 3 + 2] = grid.origin[2] + (k + 0.5) * side;
			}
		field.sample(centres, values, bx * by);
		for (let j = 0, n = 0; j < by; j++)
			for (let i = 0; i < bx; i++, n++) {
				const rim =
					i === 0 ||
					j === 0 ||
					k === 0 ||
					i === bx - 1 ||
					j === by - 1 ||
					k === bz - 1;
				// Whatever is solid at the rim of the grid is capped there.
				if (values[n] > reach || (values[n] < -reach && !rim)) continue;
				kept[keptCount++] = n + bx * by * k;
			}
	}
	return kept.slice(0, keptCount);
}

/** Memory that `sampleBlock` works in, and the values it leaves. */
export interface BlockSamples {
	readonly values: Float32Array; // [729] field at the block's points
	readonly points: Float32Array; // [729 × 3] scratch
	readonly results: Float32Array; // [729] scratch
	readonly order: Uint16Array; // [729] point of each result
}

export function createBlockSamples(): BlockSamples {
	const count = BLOCK_POINTS ** 3;
	return {
		values: new Float32Array(count),
		points: new Float32Array(count * 3),
		results: new Float32Array(count),
		order: new Uint16Array(count),
	};
}

/** Cells along the side of an octant of a block. */
const OCTANT_CELLS: number = BLOCK_CELLS / 2;

/**
 * Samples the field at the 9³ points of a block. Octants too far from the surface only get the
 * sign of their centre, at infinity; so do points of the outermost layer, which are outside.
 */
export function sampleBlock(
	field: Field,
	grid: SurfaceGrid,
	block: number,
	samples: BlockSamples,
): void {
	const { origin, spacing, cells, blocks } = grid;
	const { values, points, results, order } = samples;
	const i0 = (block % blocks[0]) * BLOCK_CELLS;
	const j0 = (Math.floor(block / blocks[0]) % blocks[1]) * BLOCK_CELLS;
	const k0 = Math.floor(block / (blocks[0] * blocks[1])) * BLOCK_CELLS;

	// (1) The sign of whole octants.
	const side = OCTANT_CELLS * spacing;
	const reach =
		(field.lipschitz ?? Number.POSITIVE_INFINITY) *
		(side / 2) *
		Math.sqrt(3) *
		1.0001;
	for (let octant = 0; octant < 8; octant++) {
		points[octant * 3] = origin[0] + i0 * spacing + ((octant & 1) + 0.5) * side;
		points[octant * 3 + 1] =
			origin[1] + j0 * spacing + (((octant >> 1) & 1) + 0.5) * side;
		points[octant * 3 + 2] =
			origin[2] + k0 * spacing + ((octant >> 2) + 0.5) * side;
	}
	if (field.lipschitz !== undefined) field.sample(points, results, 8);
	values.fill(Number.NaN);
	let near = 0; // bit per octant that must be sampled
	for (let octant = 0; octant < 8; octant++)
		if (field.lipschitz === undefined || !(Math.abs(results[octant]) > reach))
			near |= 1 << octant;
		else fillOctant(values, octant, results[octant] * Number.POSITIVE_INFINITY);

	// (2) The points of the others, each once, octant by octant to stay together.
	let count = 0;
	for (let octant = 0; octant < 8; octant++) {
		if (((near >> octant) & 1) === 0) continue;
		const iFirst = (octant & 1) * OCTANT_CELLS;
		const jFirst = ((octant >> 1) & 1) * OCTANT_CELLS;
		const kFirst = (octant >> 2) * OCTANT_CELLS;
		for (let k = kFirst; k <= kFirst + OCTANT_CELLS; k++)
			for (let j = jFirst; j <= jFirst + OCTANT_CELLS; j++)
				for (let i = iFirst; i <= iFirst + OCTANT_CELLS; i++) {
					const at = (k * BLOCK_POINTS + j) * BLOCK_POINTS + i;
					if (values[at] === 0) continue; // taken by an octant before
					values[at] = 0;
					points[count * 3] = origin[0] + (i0 + i) * spacing;
					points[count * 3 + 1] = origin[1] + (j0 + j) * spacing;
					points[count * 3 + 2] = origin[2] + (k0 + k) * spacing;
					order[count++] = at;
				}
	}
	field.sample(points, results, count);
	for (let n = 0; n < count; n++) values[order[n]] = results[n];

	// (3) Empty all round the grid.
	if (
		i0 > 0 &&
		j0 > 0 &&
		k0 > 0 &&
		i0 + BLOCK_CELLS < cells[0] &&
		j0 + BLOCK_CELLS < cells[1] &&
		k0 + BLOCK_CELLS < cells[2]
	)
		return;
	let at = 0;
	for (let k = k0; k < k0 + BLOCK_POINTS; k++)
		for (let j = j0; j < j0 + BLOCK_POINTS; j++)
			for (let i = i0; i < i0 + BLOCK_POINTS; i++, at++)
				if (
					i === 0 ||
					j === 0 ||
					k === 0 ||
					i >= cells[0] ||
					j >= cells[1] ||
					k >= cells[2]
				)
					values[at] = Number.POSITIVE_INFINITY;
}

function fillOctant(values: Float32Array, octant: number, value: number): void {
	const iFirst = (octant & 1) * OCTANT_CELLS;
	const jFirst = ((octant >> 1) & 1) * OCTANT_CELLS;
	const kFirst = (octant >> 2) * OCTANT_CELLS;
	for (let k = kFirst; k <= kFirst + OCTANT_CELLS; k++)
		for (let j = jFirst; j <= jFirst + OCTANT_CELLS; j++) {
			const row = (k * BLOCK_POINTS + j) * BLOCK_POINTS + iFirst;
			values.fill(value, row, row + OCTANT_CELLS + 1);
		}
}
