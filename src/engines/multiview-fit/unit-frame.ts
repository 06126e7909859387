import type { Camera } from "../../core/camera.ts";
import type { Box, Mesh } from "../../core/mesh.ts";

/** A frame in which the object is about the origin and its longest side is 1. */
export interface UnitFrame {
	readonly centre: readonly [number, number, number];
	readonly size: number;
}

export function unitFrameOf({ min, max }: Box): UnitFrame {
	return {
		centre: [
			(min[0] + max[0]) / 2,
			(min[1] + max[1]) / 2,
			(min[2] + max[2]) / 2,
		],
		size: Math.max(max[0] - min[0], max[1] - min[1], max[2] - min[2]),
	};
}

/** The camera as it stands in the unit frame: it sees the same picture. */
export function cameraToUnit(
	camera: Camera,
	{ centre, size }: UnitFrame,
): Camera {
	const m = camera.worldFromCamera.slice();
	for (let axis = 0; axis < 3; axis++)
		m[axis * 4 + 3] = (m[axis * 4 + 3] - centre[axis]) / size;
	return { ...camera, worldFromCamera: m };
}

export function boxToUnit({ min, max }: Box, { centre, size }: UnitFrame): Box {
	return {
		min: [
			(min[0] - centre[0]) / size,
			(min[1] - centre[1]) / size,
			(min[2] - centre[2]) / size,
		],
		max: [
			(max[0] - centre[0]) / size,
			(max[1] - centre[1]) / size,
			(max[2] - centre[2]) / size,
		],
	};
}

export function meshFromUnit(mesh: Mesh, { centre, size }: UnitFrame): Mesh {
	const positions = new Float32Array(mesh.positions.length);
	for (let i = 0; i < positions.length; i++)
		positions[i] = mesh.positions[i] * size + centre[i % 3];
	return { positions, indices: mesh.indices };
}
