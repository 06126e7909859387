import type { Shape } from "../core/shape.ts";
import type { View } from "../core/view.ts";

/** The views with the cameras that the shape stands before. */
export function takeCameras(
	views: readonly View[],
	{ cameras }: Pick<Shape, "cameras">,
): readonly View[] {
	return cameras === undefined
		? views
		: views.map((view, v) => ({ ...view, camera: cameras[v] }));
}
