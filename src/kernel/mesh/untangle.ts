import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { buildVertexNeighbours } from "./adjacency.ts";
import { findSelfIntersections } from "./self-intersections.ts";

/** Rounds of finding and smoothing; each takes in one more ring of neighbours. */
const ROUNDS = 6;
const PASSES = 2;

/**
 * Smooths the places where a mesh cuts through itself until it does so no more, or a few rounds
 * have passed. Small folds go; two sheets that cross for good may stay. Connectivity is kept.
 */
export function untangle(mesh: Mesh, checkpoint?: Checkpoint): Mesh {
	const { indices } = mesh;
	const vertexCount = mesh.positions.length / 3;
	let current = mesh;
	let graph: ReturnType<typeof buildVertexNeighbours> | undefined;
	const active = new Uint8Array(vertexCount);
	for (let round = 0; round < ROUNDS; round++) {
		checkpoint?.(round / ROUNDS);
		const crossing = findSelfIntersections(current);
		if (crossing.length === 0) return current;
		graph ??= buildVertexNeighbours(indices, vertexCount);
		const { start, neighbours } = graph;
		// (1) Their corners, and rings about them.
		for (const t of crossing)
			for (let k = 0; k < 3; k++) active[indices[t * 3 + k]] = 1;
		for (let ring = 0; ring <= Math.min(2, round); ring++) {
			const grown = active.slice();
			for (let v = 0; v < vertexCount; v++)
				if (active[v] === 1)
					for (let k = start[v]; k < start[v + 1]; k++)
						grown[neighbours[k]] = 1;
			active.set(grown);
		}
		// (2) To the mean of their neighbours.
		const positions = current.positions.slice();
		for (let pass = 0; pass < PASSES; pass++)
			for (let v = 0; v < vertexCount; v++) {
				if (active[v] === 0) continue;
				const degree = start[v + 1] - start[v];
				for (let axis = 0; axis < 3; axis++) {
					let sum = 0;
					for (let k = start[v]; k < start[v + 1]; k++)
						sum += positions[neighbours[k] * 3 + axis];
					positions[v * 3 + axis] =
						0.5 * positions[v * 3 + axis] + (0.5 * sum) / degree;
				}
			}
		current = { positions, indices };
	}
	return current;
}
