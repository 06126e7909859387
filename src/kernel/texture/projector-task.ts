import type { Mesh } from "../../core/mesh.ts";
import type { Task } from "../../core/parallel.ts";
import type { View } from "../../core/view.ts";
import { createProjector, type Projector } from "./project-view.ts";

/** What of a view a projector is made from. */
export type Projected = Pick<View, "image" | "mask" | "camera">;

/** Makes one view ready to colour points of a mesh; of the mesh only the positions and triangles matter. */
export const projectorTask: Task<
	Pick<Mesh, "positions" | "indices">,
	Projected,
	Projector
> = {
	module: import.meta.url,
	name: "projectorTask",
	open: (mesh) => (view, checkpoint) =>
		createProjector(mesh, view, {}, checkpoint),
	transfer: ({ levels, depth, edge }) =>
		[...levels.map(({ data }) => data), depth, edge].map(
			({ buffer }) => buffer as ArrayBuffer,
		),
};
