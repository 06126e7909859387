/**
 * Cells of a lattice that are looked at: a bit for each, eight cells to a byte. A cell is named by its lowest corner,
 * ten bits for each coordinate.
 */
export interface ActiveCells {
	/** Cells along each axis. */
	readonly cellCount: number;
	/** Blocks of 2 × 2 × 2 cells along each axis. */
	readonly blockCount: number;
	readonly masks: Uint8Array; // [blockCount³] bit x + 2 y + 4 z of a block
}

/** Most points along an axis that names of cells have room for. */
export const MOST_POINTS = 1022;

export function createActiveCells(cellCount: number): ActiveCells {
	const blockCount = Math.ceil(cellCount / 2);
	return { cellCount, blockCount, masks: new Uint8Array(blockCount ** 3) };
}

export function nameCell(x: number, y: number, z: number): number {
	return x | (y << 10) | (z << 20);
}

/** The lowest corner that a name stands for. */
export function cornerOfCell(name: number): [x: number, y: number, z: number] {
	return [name & 1023, (name >> 10) & 1023, name >> 20];
}

/** Marks a cell; false where it was marked, or is outside. */
export function wakeCell(
	{ cellCount, blockCount, masks }: ActiveCells,
	x: number,
	y: number,
	z: number,
): boolean {
	if (x < 0 || y < 0 || z < 0) return false;
	if (x >= cellCount || y >= cellCount || z >= cellCount) return false;
	const block = (x >> 1) + blockCount * ((y >> 1) + blockCount * (z >> 1));
	const bit = 1 << ((x & 1) + 2 * (y & 1) + 4 * (z & 1));
	if ((masks[block] & bit) !== 0) return false;
	masks[block] |= bit;
	return true;
}
