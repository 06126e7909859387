import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { weldPositions } from "../mesh/weld.ts";
import {
	createPointSamples,
	type Projector,
	type SurfacePoints,
	samplePoints,
} from "./project-view.ts";

/** What each view says about each vertex: the low frequencies of the pictures, on the surface. */
export interface VertexSamples {
	readonly viewCount: number;
	readonly vertexCount: number; // welded
	readonly srcToDst: Uint32Array; // [source vertexCount] → welded vertex
	readonly color: Float32Array; // [viewCount × vertexCount × 3] linear RGB, blurred to the vertices' spacing
	readonly weight: Float32Array; // [viewCount × vertexCount] cos² of the angle × confidence; 0: not seen well
	/** Neighbours of vertex v: ends[start[v]] to ends[start[v + 1] − 1] (of a closed mesh: each edge has two faces, each of which gives one direction). */
	readonly start: Uint32Array; // [vertexCount + 1]
	readonly ends: Uint32Array;
	readonly length: Float32Array; // world length of each edge
}

/** Looks each view up at the vertices, at the level of detail that fits their spacing. */
export function sampleVertices(
	mesh: Mesh,
	viewCount: number,
	projectorOf: (view: number) => Projector,
	checkpoint?: Checkpoint,
): VertexSamples {
	const { srcToDst, positions } = weldPositions(mesh.positions);
	const vertexCount = positions.length / 3;
	const { start, ends, length } = neighbours(positions, mesh.indices, srcToDst);
	const points = vertexPoints(mesh, srcToDst, positions, start, length);
	const color = new Float32Array(3 * viewCount * vertexCount);
	const weight = new Float32Array(viewCount * vertexCount);
	const samples = createPointSamples(vertexCount);
	for (let view = 0; view < viewCount; view++) {
		checkpoint?.(view / viewCount);
		samplePoints(projectorOf(view), points, samples);
		const first = view * vertexCount;
		for (let i = 0; i < vertexCount; i++) {
			const w = samples.weight[i];
			if (w === 0) continue;
			weight[first + i] = Math.cbrt(w) * samples.confidence[i];
			const o = 3 * (first + i);
			color[o] = samples.color[3 * i];
			color[o + 1] = samples.color[3 * i + 1];
			color[o + 2] = samples.color[3 * i + 2];
		}
	}
	return {
		viewCount,
		vertexCount,
		srcToDst,
		color,
		weight,
		start,
		ends,
		length,
	};
}

/** The welded vertices as points, each with the mean normal of its copies and the mean length of its edges. */
function vertexPoints(
	{ positions: p, normals }: Mesh,
	srcToDst: Uint32Array,
	positions: Float32Array, // [count × 3]
	start: Uint32Array,
	length: Float32Array,
): SurfacePoints {
	if (!normals) throw new TypeError("the mesh has no normals");
	const count = positions.length / 3;
	const n = new Float32Array(3 * count);
	for (let v = 0; v < p.length / 3; v++)
		for (let k = 0; k < 3; k++) n[3 * srcToDst[v] + k] += normals[3 * v + k];
	const spacing = new Float32Array(count);
	for (let i = 0; i < count; i++) {
		const inverse = 1 / (Math.hypot(n[3 * i], n[3 * i + 1], n[3 * i + 2]) || 1);
		for (let k = 0; k < 3; k++) n[3 * i + k] *= inverse;
		let sum = 0;
		for (let e = start[i]; e < start[i + 1]; e++) sum += length[e];
		spacing[i] = sum / (start[i + 1] - start[i] || 1);
	}
	return { count, positions, normals: n, spacing };
}

function neighbours(
	positions: Float32Array,
	indices: Uint32Array,
	srcToDst: Uint32Array,
): { start: Uint32Array; ends: Uint32Array; length: Float32Array } {
	const n = positions.length / 3;
	const start = new Uint32Array(n + 1);
	for (let h = 0; h < indices.length; h++) {
		const a = srcToDst[indices[h]];
		const b = srcToDst[indices[h % 3 === 2 ? h - 2 : h + 1]];
		if (a !== b) start[a + 1]++;
	}
	for (let v = 0; v < n; v++) start[v + 1] += start[v];
	const cursor = start.slice(0, n);
	const ends = new Uint32Array(start[n]);
	const length = new Float32Array(start[n]);
	for (let h = 0; h < indices.length; h++) {
		const a = srcToDst[indices[h]];
		const b = srcToDst[indices[h % 3 === 2 ? h - 2 : h + 1]];
		if (a === b) continue;
		const x = positions[3 * a] - positions[3 * b];
		const y = positions[3 * a + 1] - positions[3 * b + 1];
		const z = positions[3 * a + 2] - positions[3 * b + 2];
		const world = Math.sqrt(x * x + y * y + z * z);
		length[cursor[a]] = world;
		ends[cursor[a]++] = b;
	}
	return { start, ends, length };
}
