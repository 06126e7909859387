import type { Field } from "../../core/shape.ts";
import type { VertexNeighbours } from "../mesh/adjacency.ts";

/** Samples along each inward ray. */
const STEPS = 14;

/** How far inward from each vertex the field stays negative, at most `reach`; world units. */
export function measureThickness(
	field: Field,
	positions: Float64Array, // [vertexCount × 3]
	normals: Float64Array, // [vertexCount × 3]
	reach: number,
): Float64Array /* [vertexCount] */ {
	const vertexCount = positions.length / 3;
	const thickness = new Float64Array(vertexCount).fill(reach);
	const points = new Float32Array(vertexCount * 3);
	const values = new Float32Array(vertexCount);
	for (let k = STEPS; k >= 1; k--) {
		const t = (reach * k) / STEPS;
		for (let i = 0; i < vertexCount * 3; i++)
			points[i] = positions[i] - t * normals[i];
		field.sample(points, values, vertexCount);
		for (let v = 0; v < vertexCount; v++) if (values[v] > 0) thickness[v] = t;
	}
	return thickness;
}

/** Replaces each value by the mean of itself and its neighbours' mean, some times over. */
export function smoothValues(
	values: Float64Array, // [vertexCount]
	{ start, neighbours }: VertexNeighbours,
	passes: number,
): Float64Array /* [vertexCount] */ {
	let src = values.slice();
	let dst = new Float64Array(values.length);
	for (let pass = 0; pass < passes; pass++) {
		for (let v = 0; v < src.length; v++) {
			let sum = 0;
			for (let k = start[v]; k < start[v + 1]; k++) sum += src[neighbours[k]];
			const degree = Math.max(1, start[v + 1] - start[v]);
			dst[v] = 0.5 * (src[v] + sum / degree);
		}
		[src, dst] = [dst, src];
	}
	return src;
}
