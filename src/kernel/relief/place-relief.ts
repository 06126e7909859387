import type { Camera } from "../../core/camera.ts";
import { projectionMatrix } from "../math/camera.ts";
import type { CropFrame } from "./crop-frame.ts";

/** Where the crop stands in the world. */
export interface ReliefPlace {
	readonly camera: Camera;
	readonly depth: number; // of the plane z = 0 along the camera's axis, world units
	readonly scale: number; // world units per work unit in that plane
}

/** The crop's plane goes through the world's origin, or the point of the camera's axis nearest to it. */
export function placeRelief(camera: Camera, frame: CropFrame): ReliefPlace {
	const toOrigin = projectionMatrix(camera)[11];
	const depth = toOrigin > 1e-6 ? toOrigin : 2.5;
	return {
		camera,
		depth,
		scale: (depth * frame.halfSide) / Math.sqrt(camera.fx * camera.fy),
	};
}
