import type { Mesh } from "../../core/mesh.ts";
import { inSharedMemory, type Task } from "../../core/parallel.ts";
import type { View } from "../../core/view.ts";
import { createProjector, type Projector } from "./project-view.ts";

/** What of a view a projector is made from. */
export type Projected = Pick<View, "image" | "mask" | "camera">;

/** Makes one view ready to colour points of a mesh; of the mesh only the positions and triangles matter. All threads see it. */
export const projectorTask: Task<
	Pick<Mesh, "positions" | "indices">,
	Projected,
	Projector
> = {
	module: import.meta.url,
	name: "projectorTask",
	open: (mesh) => (view, checkpoint) => {
		const made = createProjector(mesh, view, {}, checkpoint);
		return {
			...made,
			levels: made.levels.map((level) => ({
				...level,
				data: inSharedMemory(level.data),
			})),
			outline: { ...made.outline, data: inSharedMemory(made.outline.data) },
			depth: inSharedMemory(made.depth),
			edge: inSharedMemory(made.edge),
		};
	},
};
