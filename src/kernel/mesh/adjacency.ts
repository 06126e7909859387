/**
 * Edges of a triangle mesh as flat tables.
 *
 * Half-edge h = 3 · triangle + k runs from `indices[h]` to `indices[nextHalf(h)]`.
 * Two passes of counting sort group the half-edges by their end points: linear time whatever the
 * valences, no hashing, and edges come out ordered by (smaller vertex, larger vertex).
 */
export interface EdgeTable {
	readonly edgeCount: number;
	/** Where each edge's half-edges begin in `halves`. */
	readonly start: Uint32Array; // [edgeCount + 1]
	/** Half-edges, grouped by edge, ascending within one edge. */
	readonly halves: Uint32Array; // [triangleCount × 3]
	readonly edgeOfHalf: Uint32Array; // [triangleCount × 3]
}

/** The half-edge after `half` in the same triangle. */
export function nextHalf(half: number): number {
	return half % 3 === 2 ? half - 2 : half + 1;
}

/** Groups the half-edges of a mesh by edge. Triangles must not repeat a vertex. */
export function buildEdges(
	indices: Uint32Array, // [triangleCount × 3]
	vertexCount: number,
): EdgeTable {
	const halfCount = indices.length;
	// (1) Both ends of every half-edge, smaller first.
	const low = new Uint32Array(halfCount);
	const high = new Uint32Array(halfCount);
	for (let h = 0; h < halfCount; h += 3) {
		const a = indices[h];
		const b = indices[h + 1];
		const c = indices[h + 2];
		low[h] = a < b ? a : b;
		high[h] = a < b ? b : a;
		low[h + 1] = b < c ? b : c;
		high[h + 1] = b < c ? c : b;
		low[h + 2] = c < a ? c : a;
		high[h + 2] = c < a ? a : c;
	}
	// (2) Stable sort by the larger end, then by the smaller one.
	const byHigh = new Uint32Array(halfCount);
	const halves = new Uint32Array(halfCount);
	const offset = new Uint32Array(vertexCount + 1);
	for (let h = 0; h < halfCount; h++) offset[high[h] + 1]++;
	for (let v = 0; v < vertexCount; v++) offset[v + 1] += offset[v];
	for (let h = 0; h < halfCount; h++) byHigh[offset[high[h]]++] = h;
	offset.fill(0);
	for (let h = 0; h < halfCount; h++) offset[low[h] + 1]++;
	for (let v = 0; v < vertexCount; v++) offset[v + 1] += offset[v];
	for (let i = 0; i < halfCount; i++) {
		const h = byHigh[i];
		halves[offset[low[h]]++] = h;
	}
	// (3) Runs of equal ends are edges.
	const edgeOfHalf = new Uint32Array(halfCount);
	const start = byHigh; // its content is no longer needed: at most one edge starts per entry
	let edgeCount = 0;
	let previousLow = -1;
	let previousHigh = -1;
	for (let i = 0; i < halfCount; i++) {
		const h = halves[i];
		const l = low[h];
		const g = high[h];
		if (l !== previousLow || g !== previousHigh) {
			start[edgeCount++] = i;
			previousLow = l;
			previousHigh = g;
		}
		edgeOfHalf[h] = edgeCount - 1;
	}
	const trimmed = new Uint32Array(edgeCount + 1);
	trimmed.set(start.subarray(0, edgeCount));
	trimmed[edgeCount] = halfCount;
	return { edgeCount, start: trimmed, halves, edgeOfHalf };
}

/**
 * The half-edge on the other side of each half-edge: −1 on a boundary, on an edge with more than
 * two triangles, and between two triangles that run along it in the same direction.
 */
export function buildOpposites(
	indices: Uint32Array, // [triangleCount × 3]
	edges: EdgeTable,
): Int32Array /* [triangleCount × 3] */ {
	const opposite = new Int32Array(indices.length).fill(-1);
	const { start, halves } = edges;
	for (let e = 0; e < edges.edgeCount; e++) {
		const first = start[e];
		if (start[e + 1] - first !== 2) continue;
		const h = halves[first];
		const g = halves[first + 1];
		if (indices[h] === indices[g]) continue;
		opposite[h] = g;
		opposite[g] = h;
	}
	return opposite;
}

/** The corners (3 · triangle + k) around each vertex, in ascending order. */
export interface VertexCorners {
	readonly start: Uint32Array; // [vertexCount + 1]
	readonly corners: Uint32Array; // [triangleCount × 3]
}

export function buildVertexCorners(
	indices: Uint32Array, // [triangleCount × 3]
	vertexCount: number,
): VertexCorners {
	const start = new Uint32Array(vertexCount + 1);
	for (let h = 0; h < indices.length; h++) start[indices[h] + 1]++;
	for (let v = 0; v < vertexCount; v++) start[v + 1] += start[v];
	const cursor = start.slice(0, vertexCount);
	const corners = new Uint32Array(indices.length);
	for (let h = 0; h < indices.length; h++) corners[cursor[indices[h]]++] = h;
	return { start, corners };
}

/** The vertices that share an edge with each vertex, once each. */
export interface VertexNeighbours {
	readonly start: Uint32Array; // [vertexCount + 1]
	readonly neighbours: Uint32Array; // [edgeCount × 2]
}

export function buildVertexNeighbours(
	indices: Uint32Array, // [triangleCount × 3]
	vertexCount: number,
): VertexNeighbours {
	const edges = buildEdges(indices, vertexCount);
	const { edgeCount, halves } = edges;
	const start = new Uint32Array(vertexCount + 1);
	for (let e = 0; e < edgeCount; e++) {
		const h = halves[edges.start[e]];
		start[indices[h] + 1]++;
		start[indices[nextHalf(h)] + 1]++;
	}
	for (let v = 0; v < vertexCount; v++) start[v + 1] += start[v];
	const cursor = start.slice(0, vertexCount);
	const neighbours = new Uint32Array(edgeCount * 2);
	for (let e = 0; e < edgeCount; e++) {
		const h = halves[edges.start[e]];
		const a = indices[h];
		const b = indices[nextHalf(h)];
		neighbours[cursor[a]++] = b;
		neighbours[cursor[b]++] = a;
	}
	return { start, neighbours };
}
