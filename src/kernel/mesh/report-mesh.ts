import type { Mesh } from "../../core/mesh.ts";
import type { Task } from "../../core/parallel.ts";
import type { MeshReport } from "../../core/report.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { measureBounds, signedVolume, surfaceArea } from "./measure.ts";
import { findSelfIntersections } from "./self-intersections.ts";
import { measureTopology } from "./topology.ts";

/** `reportMesh`, for another thread. */
export const reportMeshTask: Task<undefined, Mesh, MeshReport> = {
	module: import.meta.url,
	name: "reportMeshTask",
	open: () => reportMesh,
};

/** Everything there is to say about the geometry of a mesh. */
export function reportMesh(mesh: Mesh, checkpoint?: Checkpoint): MeshReport {
	const topology = measureTopology(mesh);
	return {
		...topology,
		selfIntersectingTriangleCount: findSelfIntersections(
			mesh,
			undefined,
			checkpoint,
		).length,
		area: surfaceArea(mesh),
		volume: topology.watertight ? signedVolume(mesh) : 0,
		bounds: measureBounds(mesh),
	};
}
