import { CASE_EDGES, CASE_START, EDGE_CORNERS } from "./cube-cases.ts";
import { crossingOf, type EdgeCrossings } from "./edge-crossings.ts";

/** Triangles as they are found. */
export interface TriangleList {
	indices: Uint32Array; // [capacity]
	length: number; // indices in use
}

export function createTriangleList(): TriangleList {
	return { indices: new Uint32Array(1 << 16), length: 0 };
}

/** The lattice a cell belongs to: how far apart its points are in numbers. */
export interface LatticeStrides {
	readonly rowLength: number; // points
	readonly sliceLength: number; // points
}

/** The triangles of one cell by its case of marching cubes, joined to its neighbours' at shared edges. */
export function addCell(
	triangles: TriangleList,
	crossings: EdgeCrossings,
	{ rowLength, sliceLength }: LatticeStrides,
	point: number, // number of corner 0
	corners: Float32Array, // [8] field at the corners
	signs: number, // bit c is set where corner c is inside
): void {
	if (triangles.length + 15 > triangles.indices.length) {
		const grown = new Uint32Array(triangles.indices.length * 2);
		grown.set(triangles.indices);
		triangles.indices = grown;
	}
	const end = CASE_START[signs + 1] * 3;
	for (let n = CASE_START[signs] * 3; n < end; n++) {
		const edge = CASE_EDGES[n];
		const low = EDGE_CORNERS[edge * 2];
		const high = EDGE_CORNERS[edge * 2 + 1];
		const lowPoint =
			point +
			(low & 1) +
			((low >> 1) & 1) * rowLength +
			(low >> 2) * sliceLength;
		triangles.indices[triangles.length++] = crossingOf(
			crossings,
			lowPoint * 3 + (edge >> 2),
			corners[low],
			corners[high],
		);
	}
}
