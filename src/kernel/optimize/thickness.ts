import type { Field } from "../../core/shape.ts";
import type { VertexNeighbours } from "../mesh/adjacency.ts";

/** Samples along each inward ray. */
const STEPS = 14;

/**
 * How far inward from each vertex the field stays negative, at most `reach`; world units. Where the field states a
 * Lipschitz bound, samples are left out that are too far from its surface to be outside.
 */
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
	const active = new Uint32Array(vertexCount).map((_, v) => v);
	const next = new Uint8Array(vertexCount).fill(1); // the sample that is due
	const perStep =
		STEPS / (reach * (field.lipschitz ?? Number.POSITIVE_INFINITY));
	let count = vertexCount;
	while (count > 0) {
		for (let n = 0; n < count; n++) {
			const v = active[n];
			const t = (reach * next[v]) / STEPS;
			for (let i = 0; i < 3; i++)
				points[n * 3 + i] = positions[v * 3 + i] - t * normals[v * 3 + i];
		}
		field.sample(points, values, count);
		let kept = 0;
		for (let n = 0; n < count; n++) {
			const v = active[n];
			if (values[n] > 0) {
				thickness[v] = (reach * next[v]) / STEPS;
				continue;
			}
			const skipped = Math.floor(-0.999 * values[n] * perStep);
			if (next[v] + skipped >= STEPS) continue;
			next[v] += Math.max(1, skipped);
			active[kept++] = v;
		}
		count = kept;
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
