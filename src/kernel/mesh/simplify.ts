import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { collapseEdges } from "./collapse-edges.ts";
import { makeManifold } from "./make-manifold.ts";
import { weld } from "./weld.ts";

/**
 * Reduces a mesh to `targetTriangleCount` triangles, or one less. Positions and indices only.
 *
 * The input is welded, and cut where it is not manifold. What comes out is manifold, closed where
 * the input was, and has its genus and components. More triangles than asked remain only where
 * fewer cannot hold the shape's topology (a closed component needs at least 4).
 */
export function simplify(
	mesh: Mesh,
	targetTriangleCount: number,
	checkpoint?: Checkpoint,
): Mesh {
	if (!(targetTriangleCount >= 4))
		throw new RangeError(
			`targetTriangleCount is ${targetTriangleCount}, must be at least 4`,
		);
	const manifold = makeManifold(weld(mesh).mesh);
	return collapseEdges(manifold, targetTriangleCount, checkpoint);
}
