import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { type CollapseOptions, collapseEdges } from "./collapse-edges.ts";
import { makeManifold } from "./make-manifold.ts";
import { weld } from "./weld.ts";

// Measured before settling on our own collapse: four noisy tori of 108k-324k triangles and four
// smoothed voxel blobs, to a sixth. Times and errors relative to the first row.
//
//                                              time      mean error  result
// collapseEdges                                1         1           manifold; 0 crossings on tori
// meshoptimizer simplifyWithUpdate             0.27      1.09        3 tori and 4 blobs not manifold,
//                                                                    2-6 crossings on those tori
// the same to twice the target, then ours      0.5-0.8   0.93        stage one fails on 2 tori, 4 blobs
// collapseEdges with a binary heap             2         1           as the first
//
// Sewing a result that is not manifold changes its genus, so the guaranteed path is the only one.

/**
 * Reduces a mesh to `targetTriangleCount` triangles, or one less. Positions and indices only.
 *
 * The input is welded, and cut where it is not manifold. What comes out is manifold, closed where
 * the input was, and has its genus and components. More triangles than asked remain only where
 * fewer cannot hold the shape's topology (a closed component needs at least 4) or, with
 * `withoutCrossings`, keep its sheets apart.
 */
export function simplify(
	mesh: Mesh,
	targetTriangleCount: number,
	checkpoint?: Checkpoint,
	options?: CollapseOptions,
): Mesh {
	if (!(targetTriangleCount >= 4))
		throw new RangeError(
			`targetTriangleCount is ${targetTriangleCount}, must be at least 4`,
		);
	const manifold = makeManifold(weld(mesh).mesh);
	return collapseEdges(manifold, targetTriangleCount, checkpoint, options);
}
