/**
 * The 256 cases of marching cubes, made from one rule instead of typed in.
 *
 * Every cell face decides alone, from its own four signs, how its crossed edges are joined: each
 * run of inside corners is cut off by one segment, so two inside corners on a diagonal are kept
 * apart. The two cells that share a face therefore always agree, and the segments of a cell close
 * into loops. Loops are triangulated without diagonals that lie in a cell face: such a diagonal
 * could be drawn by both neighbours, and would then carry four triangles.
 *
 * Lorensen and Cline, "Marching Cubes", 1987; the closing argument is that of Bloomenthal, 1988.
 */

/** Corner c of a cell stands at (c & 1, c >> 1 & 1, c >> 2). Edge e joins two corners that differ in one axis: edges 0–3 run along x, 4–7 along y, 8–11 along z. */
export const EDGE_CORNERS: Uint8Array = edgeCorners(); // [12 × 2] low corner, high corner

/** Corners of the six faces, counter-clockwise seen from outside the cell. */
export const FACE_CORNERS: readonly (readonly number[])[] = [
	[0, 4, 6, 2],
	[1, 3, 7, 5],
	[0, 1, 5, 4],
	[2, 6, 7, 3],
	[0, 2, 3, 1],
	[4, 5, 7, 6],
];

/** Where the triangles of each case begin in `CASE_EDGES`. */
export const CASE_START: Uint16Array = new Uint16Array(257); // [256 + 1]

/** Three crossed edges a triangle, counter-clockwise seen from the positive (outer) side. */
export const CASE_EDGES: Uint8Array = caseTriangles(); // [triangles of all cases × 3]

/** The closed loops of crossed edges of a case. Bit c of `signs` is set where corner c is inside. */
export function loopsOfCase(signs: number): number[][] {
	// (1) One directed segment for each run of inside corners on each face.
	const next = new Map<number, number>();
	for (const face of FACE_CORNERS)
		for (let k = 0; k < 4; k++) {
			const inside = (corner: number): boolean =>
				((signs >> face[corner & 3]) & 1) === 1;
			if (inside(k + 3) || !inside(k)) continue; // a run begins at k
			let last = k;
			while (inside(last + 1)) last++;
			next.set(
				edgeBetween(face[(k + 3) & 3], face[k]),
				edgeBetween(face[last & 3], face[(last + 1) & 3]),
			);
		}
	// (2) Follow them: a crossed edge is entered on one of its faces and left on the other.
	const loops: number[][] = [];
	while (next.size > 0) {
		const loop: number[] = [];
		let edge: number = next.keys().next().value as number;
		while (next.has(edge)) {
			loop.push(edge);
			const following = next.get(edge) as number;
			next.delete(edge);
			edge = following;
		}
		loops.push(loop);
	}
	return loops;
}

function caseTriangles(): Uint8Array {
	const out: number[] = [];
	for (let signs = 0; signs < 256; signs++) {
		CASE_START[signs] = out.length / 3;
		for (const loop of loopsOfCase(signs)) {
			const triangles = triangulateLoop(loop);
			if (triangles === null)
				throw new RangeError(`marching cubes case ${signs} cannot be closed`);
			out.push(...triangles);
		}
	}
	CASE_START[256] = out.length / 3;
	return Uint8Array.from(out);
}

/** The triangulation with the shortest diagonals among those with none inside a cell face. */
function triangulateLoop(loop: readonly number[]): number[] | null {
	let best: number[] | null = null;
	let bestCost = Number.POSITIVE_INFINITY;
	for (const [triangles, cost] of triangulations(loop))
		if (cost < bestCost) {
			best = triangles;
			bestCost = cost;
		}
	return best;
}

/** Every triangulation of a polygon with its sum of diagonal lengths; the side last–first is given. */
function triangulations(
	polygon: readonly number[],
): [triangles: number[], cost: number][] {
	if (polygon.length < 3) return [[[], 0]];
	const first = polygon[0];
	const last = polygon[polygon.length - 1];
	const out: [number[], number][] = [];
	for (let k = 1; k < polygon.length - 1; k++) {
		const cost =
			(k > 1 ? diagonalCost(first, polygon[k]) : 0) +
			(k < polygon.length - 2 ? diagonalCost(polygon[k], last) : 0);
		if (cost === Number.POSITIVE_INFINITY) continue;
		for (const [left, leftCost] of triangulations(polygon.slice(0, k + 1)))
			for (const [right, rightCost] of triangulations(polygon.slice(k)))
				out.push([
					[...left, first, polygon[k], last, ...right],
					leftCost + cost + rightCost,
				]);
	}
	return out;
}

/** Squared distance of the two edges' middles; infinite where both lie on one face of the cell. */
function diagonalCost(edgeA: number, edgeB: number): number {
	const corners = [
		EDGE_CORNERS[edgeA * 2],
		EDGE_CORNERS[edgeA * 2 + 1],
		EDGE_CORNERS[edgeB * 2],
		EDGE_CORNERS[edgeB * 2 + 1],
	];
	for (const face of FACE_CORNERS)
		if (corners.every((corner) => face.includes(corner)))
			return Number.POSITIVE_INFINITY;
	let sum = 0;
	for (let axis = 0; axis < 3; axis++) {
		const bit = (corner: number): number => (corner >> axis) & 1;
		const d =
			(bit(corners[0]) + bit(corners[1]) - bit(corners[2]) - bit(corners[3])) /
			2;
		sum += d * d;
	}
	return sum;
}

function edgeBetween(cornerA: number, cornerB: number): number {
	const low = Math.min(cornerA, cornerB);
	const high = Math.max(cornerA, cornerB);
	for (let e = 0; e < 12; e++)
		if (EDGE_CORNERS[e * 2] === low && EDGE_CORNERS[e * 2 + 1] === high)
			return e;
	throw new RangeError(`corners ${cornerA} and ${cornerB} share no edge`);
}

function edgeCorners(): Uint8Array {
	const out: number[] = [];
	for (let axis = 0; axis < 3; axis++)
		for (let corner = 0; corner < 8; corner++)
			if (((corner >> axis) & 1) === 0) out.push(corner, corner | (1 << axis));
	return Uint8Array.from(out);
}
