import { LunarError } from "../core/errors.ts";
import type { Mesh } from "../core/mesh.ts";
import type { Checkpoint, RunContext } from "../core/run-context.ts";
import type { CollapseOptions } from "../kernel/mesh/collapse-edges.ts";
import { keepComponents } from "../kernel/mesh/components.ts";
import { dropDegenerate } from "../kernel/mesh/drop-degenerate.ts";
import { fillHoles } from "../kernel/mesh/fill-holes.ts";
import { makeManifold } from "../kernel/mesh/make-manifold.ts";
import { vertexNormals } from "../kernel/mesh/normals.ts";
import { orient } from "../kernel/mesh/orient.ts";
import { findSelfIntersections } from "../kernel/mesh/self-intersections.ts";
import { simplify } from "../kernel/mesh/simplify.ts";
import { smoothTaubin } from "../kernel/mesh/smooth.ts";
import { measureTopology } from "../kernel/mesh/topology.ts";
import { untangle } from "../kernel/mesh/untangle.ts";
import { weld } from "../kernel/mesh/weld.ts";
import type { RunOptions } from "./options.ts";

/** Taubin passes (a shrinking and a growing one each) by level. */
const PASSES = { none: 0, low: 3, medium: 10, high: 30 } as const;
/** Pass band of about 0.1: noise goes, features stay (Taubin, 1995). */
const TAUBIN = { lambda: 0.5, mu: -0.53 } as const;
/** Parts with less area than this share of the largest are crumbs of the masks. */
const CRUMB_SHARE = 0.02;

/**
 * The raw surface as a solid: crumbs gone, holes filled, oriented outward, smoothed by the asked
 * level, and simplified to the asked number of triangles within 2 %. The result is a closed
 * 2-manifold; anything else throws MESH_NOT_CLOSED. It does not cut through itself: where the
 * simplified mesh does, the smoothed one is untangled and simplified again, with care.
 */
export async function cleanMesh(
	rough: Mesh,
	options: Pick<RunOptions, "smoothing" | "faces">,
	ctx: RunContext,
): Promise<Mesh> {
	const solid = await ctx.step("repair", 0.15, () => {
		const large = keepComponents(weld(rough).mesh, CRUMB_SHARE);
		return isSolid(large)
			? large
			: orient(fillHoles(makeManifold(dropDegenerate(large))).mesh);
	});
	const smooth = await ctx.step("smooth", 0.15, (c) =>
		PASSES[options.smoothing] === 0
			? solid
			: smoothTaubin(
					solid,
					{ passes: PASSES[options.smoothing], ...TAUBIN },
					c.checkpoint,
				),
	);
	const simple = await ctx.step("simplify", 0.4, (c) =>
		reduce(smooth, options.faces, c.checkpoint),
	);
	const clear = await ctx.step("untangle", 0.25, (c) => {
		if (findSelfIntersections(simple).length === 0) return simple;
		const apart = untangleSolid(
			smooth,
			smooth === solid ? undefined : solid.positions,
			(fraction) => c.checkpoint(0.5 * fraction),
		);
		const careful = reduce(
			apart,
			options.faces,
			(fraction) => c.checkpoint(0.5 + 0.4 * fraction),
			{ withoutCrossings: true },
		);
		if (careful.indices.length / 3 <= options.faces) return careful;
		// Sheets too near each other for so few triangles: they are moved apart instead.
		const moved = untangleSolid(simple, undefined, (fraction) =>
			c.checkpoint(0.9 + 0.1 * fraction),
		);
		return moved.indices.length / 3 <= options.faces ? moved : careful;
	});
	if (!isSolid(clear)) {
		const { boundaryEdgeCount, nonManifoldEdgeCount, nonManifoldVertexCount } =
			measureTopology(clear);
		throw new LunarError(
			"MESH_NOT_CLOSED",
			`${boundaryEdgeCount} open edges, ${nonManifoldEdgeCount} non-manifold edges, ${nonManifoldVertexCount} non-manifold vertices are left`,
		);
	}
	return { ...clear, normals: vertexNormals(clear) };
}

/** Without crossings, and without the crumbs that a surface extracted anew may have. */
function untangleSolid(
	mesh: Mesh,
	reference: Float32Array | undefined, // [vertexCount × 3]
	checkpoint: Checkpoint,
): Mesh {
	const clear = untangle(mesh, checkpoint, reference ? { reference } : {});
	return orient(keepComponents(clear, CRUMB_SHARE));
}

function reduce(
	mesh: Mesh,
	faces: number,
	checkpoint: Checkpoint,
	options?: CollapseOptions,
): Mesh {
	return mesh.indices.length / 3 > faces
		? simplify(mesh, faces, checkpoint, options)
		: mesh;
}

function isSolid(mesh: Mesh): boolean {
	const { watertight, manifold, outwardOriented } = measureTopology(mesh);
	return watertight && manifold && outwardOriented;
}
