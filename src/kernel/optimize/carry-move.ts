import type { Mesh } from "../../core/mesh.ts";
import { buildBvh } from "../mesh/bvh.ts";
import { closestPoints } from "../mesh/closest-point.ts";

export interface CarriedMesh {
	readonly mesh: Mesh;
	/** How much of the move each vertex took part in; 0 where `before` has nothing near. */
	readonly share: Float64Array; // [vertexCount] 0–1
}

/**
 * Moves a mesh the way another mesh of about the same surface was moved: each vertex by the move of the place
 * of `before` that is nearest to it, fading out over `reach`. What `before` was too coarse to hold stays as it is.
 */
export function carryMove(
	mesh: Mesh,
	before: Mesh,
	after: Float32Array, // [before.vertexCount × 3]
	reach: number, // world units
	trust: Float64Array, // [vertexCount]
): CarriedMesh {
	const { distances, triangles, points } = closestPoints(
		buildBvh(before),
		mesh.positions,
	);
	const { positions: p, indices } = before;
	const vertexCount = mesh.positions.length / 3;
	const positions = mesh.positions.slice();
	const share = new Float64Array(vertexCount);
	const corner = new Float64Array(3);
	for (let v = 0; v < vertexCount; v++) {
		// (1) Weights of the corners at the nearest place.
		const t = triangles[v] * 3;
		const a = indices[t];
		const b = indices[t + 1];
		const c = indices[t + 2];
		cornerShares(p, a * 3, b * 3, c * 3, points, v * 3, corner);
		// (2) Full near by, nothing beyond the reach.
		const far = Math.min(1, Math.max(0, 2 * (distances[v] / reach) - 1));
		share[v] = 1 - far * far * (3 - 2 * far);
		const near = share[v] * trust[v];
		for (let k = 0; k < 3; k++)
			positions[v * 3 + k] +=
				near *
				(corner[0] * (after[a * 3 + k] - p[a * 3 + k]) +
					corner[1] * (after[b * 3 + k] - p[b * 3 + k]) +
					corner[2] * (after[c * 3 + k] - p[c * 3 + k]));
	}
	return { mesh: { positions, indices: mesh.indices }, share };
}

/** Barycentric weights of a point in a triangle; those of a corner where the triangle has no area. */
function cornerShares(
	p: Float32Array,
	a: number,
	b: number,
	c: number,
	points: Float32Array,
	q: number,
	out: Float64Array, // [3]
): void {
	let uu = 0;
	let uv = 0;
	let vv = 0;
	let uq = 0;
	let vq = 0;
	for (let k = 0; k < 3; k++) {
		const u = p[b + k] - p[a + k];
		const v = p[c + k] - p[a + k];
		const w = points[q + k] - p[a + k];
		uu += u * u;
		uv += u * v;
		vv += v * v;
		uq += u * w;
		vq += v * w;
	}
	const area2 = uu * vv - uv * uv;
	out[1] =
		area2 > 1e-6 * uu * vv
			? Math.min(1, Math.max(0, (vv * uq - uv * vq) / area2))
			: 0;
	out[2] =
		area2 > 1e-6 * uu * vv
			? Math.min(1 - out[1], Math.max(0, (uu * vq - uv * uq) / area2))
			: 0;
	out[0] = 1 - out[1] - out[2];
}
