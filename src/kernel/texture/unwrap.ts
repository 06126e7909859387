import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { flattenCharts } from "./flatten-charts.ts";
import { packCharts } from "./pack-charts.ts";
import { segmentCharts } from "./segment-charts.ts";
import { splitSprawling } from "./split-sprawling.ts";
import { squashFolds } from "./squash-folds.ts";
import { triangleNeighbours } from "./triangle-neighbours.ts";

export interface UnwrapOptions {
	/** Side of the square atlas, texels. 16–16384. */
	readonly textureSize: number;
	/** Empty texels between charts and along the border. Default: textureSize / 512, at least 2. */
	readonly gutterPx?: number;
}

export interface Unwrapped {
	/** Same triangles in the same order; vertices split at seams; uvs set. */
	readonly mesh: Mesh;
	readonly srcVertex: Uint32Array; // [vertexCount] old vertex of each new one
	readonly chartOfTriangle: Uint32Array; // [triangleCount]
	readonly chartCount: number;
	/** Share of the atlas inside triangles. */
	readonly utilisation: number;
}

/**
 * Lays a surface out on a square texture: charts that each face one way, projected, packed.
 * Works on any mesh; triangles without area get a place without area. Deterministic.
 */
export function unwrap(
	mesh: Mesh,
	options: UnwrapOptions,
	checkpoint?: Checkpoint,
): Unwrapped {
	const { textureSize } = options;
	const gutterPx =
		options.gutterPx ?? Math.max(2, Math.round(textureSize / 512));
	if (!Number.isInteger(textureSize) || textureSize < 16 || textureSize > 16384)
		throw new RangeError(`textureSize is ${textureSize}, allowed 16 to 16384`);
	if (!Number.isInteger(gutterPx) || gutterPx < 0 || 4 * gutterPx > textureSize)
		throw new RangeError(
			`gutterPx is ${gutterPx}, allowed 0 to a quarter of the texture`,
		);
	const { positions, indices } = mesh;
	const { normals, areas, edges, totalArea } = measureTriangles(mesh);
	const neighbours = triangleNeighbours(indices, positions.length / 3);
	const segmentation = splitSprawling(
		positions,
		indices,
		neighbours,
		normals,
		areas,
		segmentCharts(
			normals,
			areas,
			edges,
			neighbours,
			checkpoint && ((f) => checkpoint(0.4 * f)),
		),
	);
	// Overlaps are looked for at twice the density the atlas is about to have.
	const pixelsPerUnit =
		totalArea > 0 ? 2 * textureSize * Math.sqrt(0.7 / totalArea) : 1;
	const charts = flattenCharts(
		positions,
		indices,
		neighbours,
		normals,
		areas,
		segmentation,
		pixelsPerUnit,
		checkpoint && ((f) => checkpoint(0.4 + 0.1 * f)),
	);
	// Projection shrinks slopes: each chart is scaled back to its true area.
	const trueArea = new Float64Array(charts.chartCount);
	const flatArea = new Float64Array(charts.chartCount);
	for (let t = 0; t < areas.length; t++) {
		trueArea[charts.chartOfTriangle[t]] += areas[t];
		flatArea[charts.chartOfTriangle[t]] += areaOf(
			charts.flat,
			charts.indices,
			t,
		);
	}
	const density = trueArea.map((a, c) =>
		flatArea[c] > 0
			? Math.min(1.5, Math.max(1, Math.sqrt(a / flatArea[c])))
			: 1,
	);
	const layout = packCharts(
		charts,
		density,
		textureSize,
		gutterPx,
		checkpoint && ((f) => checkpoint(0.5 + 0.5 * f)),
	);
	const {
		indices: newIndices,
		srcVertex,
		uvs,
	} = squashFolds(charts.indices, charts.srcVertex, layout.uvs, textureSize);
	let utilisation = 0;
	for (let t = 0; t < areas.length; t++)
		utilisation += areaOf(uvs, newIndices, t);
	return {
		mesh: {
			positions: gather(positions, srcVertex, 3),
			indices: newIndices,
			...(mesh.normals && { normals: gather(mesh.normals, srcVertex, 3) }),
			uvs,
			...(mesh.colors && { colors: gather(mesh.colors, srcVertex, 4) }),
		},
		srcVertex,
		chartOfTriangle: charts.chartOfTriangle,
		chartCount: charts.chartCount,
		utilisation,
	};
}

function measureTriangles(mesh: Mesh): {
	normals: Float64Array;
	areas: Float64Array;
	edges: Float64Array;
	totalArea: number;
} {
	const { positions: p, indices } = mesh;
	const count = indices.length / 3;
	const normals = new Float64Array(3 * count);
	const areas = new Float64Array(count);
	const edges = new Float64Array(3 * count);
	let totalArea = 0;
	for (let t = 0; t < count; t++) {
		const a = 3 * indices[3 * t];
		const b = 3 * indices[3 * t + 1];
		const c = 3 * indices[3 * t + 2];
		const ux = p[b] - p[a];
		const uy = p[b + 1] - p[a + 1];
		const uz = p[b + 2] - p[a + 2];
		const vx = p[c] - p[b];
		const vy = p[c + 1] - p[b + 1];
		const vz = p[c + 2] - p[b + 2];
		const wx = p[a] - p[c];
		const wy = p[a + 1] - p[c + 1];
		const wz = p[a + 2] - p[c + 2];
		const uu = Math.sqrt(ux * ux + uy * uy + uz * uz);
		const vv = Math.sqrt(vx * vx + vy * vy + vz * vz);
		const ww = Math.sqrt(wx * wx + wy * wy + wz * wz);
		edges[3 * t] = uu;
		edges[3 * t + 1] = vv;
		edges[3 * t + 2] = ww;
		const x = uy * vz - uz * vy;
		const y = uz * vx - ux * vz;
		const z = ux * vy - uy * vx;
		const length = Math.sqrt(x * x + y * y + z * z);
		// A needle's normal is noise: it counts as having none.
		const longest = Math.max(uu, vv, ww);
		if (!(length > 1e-6 * longest * longest)) continue;
		normals[3 * t] = x / length;
		normals[3 * t + 1] = y / length;
		normals[3 * t + 2] = z / length;
		areas[t] = length / 2;
		totalArea += length / 2;
	}
	return { normals, areas, edges, totalArea };
}

function areaOf(
	xy: Float32Array | Float64Array,
	indices: Uint32Array,
	t: number,
): number {
	const a = 2 * indices[3 * t];
	const b = 2 * indices[3 * t + 1];
	const c = 2 * indices[3 * t + 2];
	return (
		Math.abs(
			(xy[b] - xy[a]) * (xy[c + 1] - xy[a + 1]) -
				(xy[c] - xy[a]) * (xy[b + 1] - xy[a + 1]),
		) / 2
	);
}

function gather(
	src: Float32Array,
	srcVertex: Uint32Array,
	width: number,
): Float32Array {
	const out = new Float32Array(width * srcVertex.length);
	for (let v = 0; v < srcVertex.length; v++)
		for (let k = 0; k < width; k++)
			out[width * v + k] = src[width * srcVertex[v] + k];
	return out;
}
