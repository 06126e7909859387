import { surfaceArea } from "../../../../src/kernel/mesh/measure.ts";

// Vertex clustering (Rossignac, Borrel: Multi-resolution 3D approximations for rendering complex scenes, 1993): all vertices
// of a cell become one. Quick and rough, for the moments in which the camera moves.

export interface MeshArrays {
	readonly positions: ArrayLike<number>; // [vertexCount × 3]
	readonly normals: ArrayLike<number>; // [vertexCount × 3]
	readonly uvs?: ArrayLike<number> | undefined; // [vertexCount × 2]
	readonly colors?: ArrayLike<number> | undefined; // [vertexCount × colorSize]
	readonly colorSize?: 3 | 4;
	readonly indices: ArrayLike<number>; // [triangleCount × 3]
}

export interface CoarseMesh {
	readonly positions: Float32Array; // [vertexCount × 3]
	readonly normals: Float32Array; // [vertexCount × 3] unit length
	readonly uvs: Float32Array | undefined; // [vertexCount × 2]
	readonly colors: Float32Array | undefined; // [vertexCount × colorSize]
	readonly indices: Uint32Array; // [triangleCount × 3]
	/** Which triangle of the source each one was. */
	readonly srcTriangles: Uint32Array; // [triangleCount]
}

/** A surface of area A meets about 2.2 A / cell² cells, and has two triangles for each. */
const TRIANGLES_PER_CELL_AREA = 4.4;
/** Cells along the longest side, at most. */
const MOST_CELLS = 250;

/** About `targetCount` triangles of the same form. Corners in one cell meet in one point; texture charts stay apart in UV. */
export function coarsenMesh(src: MeshArrays, targetCount: number): CoarseMesh {
	const { positions, normals, uvs, colors, colorSize = 3, indices } = src;
	const vertexCount = positions.length / 3;

	// (1) The grid: bounds, area, cell size.
	const lo = [Infinity, Infinity, Infinity];
	const hi = [-Infinity, -Infinity, -Infinity];
	for (let i = 0; i < positions.length; i++) {
		const axis = i % 3;
		if (positions[i] < lo[axis]) lo[axis] = positions[i];
		if (positions[i] > hi[axis]) hi[axis] = positions[i];
	}
	const longest = Math.max(hi[0] - lo[0], hi[1] - lo[1], hi[2] - lo[2]);
	const cell = Math.max(
		Math.sqrt((TRIANGLES_PER_CELL_AREA * surfaceArea(src)) / targetCount),
		longest / MOST_CELLS,
	);
	const nx = Math.floor((hi[0] - lo[0]) / cell) + 1;
	const ny = Math.floor((hi[1] - lo[1]) / cell) + 1;
	const nz = Math.floor((hi[2] - lo[2]) / cell) + 1;

	// (2) Each vertex to its cell: where the cell's point lies and looks. Positions and normals are shared between charts.
	const cellOfPlace = new Int32Array(nx * ny * nz).fill(-1);
	const cellOfVertex = new Int32Array(vertexCount);
	let cellCount = 0;
	for (let v = 0; v < vertexCount; v++) {
		const x = Math.floor((positions[v * 3] - lo[0]) / cell);
		const y = Math.floor((positions[v * 3 + 1] - lo[1]) / cell);
		const z = Math.floor((positions[v * 3 + 2] - lo[2]) / cell);
		const place = (z * ny + y) * nx + x;
		if (cellOfPlace[place] < 0) cellOfPlace[place] = cellCount++;
		cellOfVertex[v] = cellOfPlace[place];
	}
	const cellPositions = averages(positions, 3, cellOfVertex, cellCount);
	const cellNormals = averages(normals, 3, cellOfVertex, cellCount);
	normalize(cellNormals);

	// (3) Each vertex to its corner: one for every chart that meets the cell.
	const chartOf = connectedParts(indices, vertexCount);
	const cornerOf = new Map<number, number>();
	const cornerOfVertex = new Int32Array(vertexCount);
	const cellOfCorner: number[] = [];
	for (let v = 0; v < vertexCount; v++) {
		const key = cellOfVertex[v] * vertexCount + chartOf[v];
		let corner = cornerOf.get(key);
		if (corner === undefined) {
			corner = cellOfCorner.length;
			cornerOf.set(key, corner);
			cellOfCorner.push(cellOfVertex[v]);
		}
		cornerOfVertex[v] = corner;
	}

	// (4) Triangles whose corners lie in three cells stay.
	const kept = new Uint32Array(indices.length);
	const srcTriangles = new Uint32Array(indices.length / 3);
	let count = 0;
	for (let t = 0; t < indices.length; t += 3) {
		const a = cellOfVertex[indices[t]];
		const b = cellOfVertex[indices[t + 1]];
		const c = cellOfVertex[indices[t + 2]];
		if (a === b || b === c || c === a) continue;
		kept[count * 3] = cornerOfVertex[indices[t]];
		kept[count * 3 + 1] = cornerOfVertex[indices[t + 1]];
		kept[count * 3 + 2] = cornerOfVertex[indices[t + 2]];
		srcTriangles[count++] = t / 3;
	}

	const cornerCount = cellOfCorner.length;
	return {
		positions: spread(cellPositions, cellOfCorner),
		normals: spread(cellNormals, cellOfCorner),
		uvs: uvs && averages(uvs, 2, cornerOfVertex, cornerCount),
		colors: colors && averages(colors, colorSize, cornerOfVertex, cornerCount),
		indices: kept.slice(0, count * 3),
		srcTriangles: srcTriangles.slice(0, count),
	};
}

/** Vertices that triangles connect have the same number: in a textured mesh, the charts. */
function connectedParts(
	indices: ArrayLike<number>,
	vertexCount: number,
): Int32Array {
	const parent = new Int32Array(vertexCount);
	for (let v = 0; v < vertexCount; v++) parent[v] = v;
	const rootOf = (vertex: number): number => {
		let v = vertex;
		while (parent[v] !== v) {
			parent[v] = parent[parent[v]];
			v = parent[v];
		}
		return v;
	};
	for (let t = 0; t < indices.length; t += 3) {
		const root = rootOf(indices[t]);
		parent[rootOf(indices[t + 1])] = root;
		parent[rootOf(indices[t + 2])] = root;
	}
	for (let v = 0; v < vertexCount; v++) parent[v] = rootOf(v);
	return parent;
}

/** The mean of the values of each group's members. */
function averages(
	values: ArrayLike<number>,
	size: number,
	groupOf: Int32Array,
	groupCount: number,
): Float32Array {
	const sums = new Float32Array(groupCount * size);
	const counts = new Uint32Array(groupCount);
	for (let v = 0; v < groupOf.length; v++) {
		const group = groupOf[v];
		counts[group]++;
		for (let k = 0; k < size; k++)
			sums[group * size + k] += values[v * size + k];
	}
	for (let i = 0; i < sums.length; i++) sums[i] /= counts[Math.floor(i / size)];
	return sums;
}

function normalize(vectors: Float32Array): void {
	for (let i = 0; i < vectors.length; i += 3) {
		const length = Math.hypot(vectors[i], vectors[i + 1], vectors[i + 2]) || 1;
		vectors[i] /= length;
		vectors[i + 1] /= length;
		vectors[i + 2] /= length;
	}
}

function spread(src: Float32Array, srcOfDst: readonly number[]): Float32Array {
	const dst = new Float32Array(srcOfDst.length * 3);
	for (let i = 0; i < srcOfDst.length; i++)
		for (let k = 0; k < 3; k++) dst[i * 3 + k] = src[srcOfDst[i] * 3 + k];
	return dst;
}
