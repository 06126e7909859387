import type { Camera, Mat4 } from "../../core/camera.ts";
import type { ViewName } from "../../core/view.ts";
import { invertRigid, lookAt } from "./mat4.ts";

/** Distance of a canonical camera from the origin, world units. The object's longest side is about 1. */
export const CANONICAL_DISTANCE = 2.5;
/** Focal length of a canonical camera, as a share of the picture's longer side. */
export const CANONICAL_FOCAL: number = 1111 / 800;

/** The camera of one canonical side for a picture of this size. Top: up is −Z; bottom: up is +Z. */
export function canonicalCamera(
	name: ViewName,
	width: number,
	height: number,
): Camera {
	const d = CANONICAL_DISTANCE;
	const poses: Record<ViewName, Mat4> = {
		front: lookAt([0, 0, d], [0, 0, 0]),
		right: lookAt([d, 0, 0], [0, 0, 0]),
		back: lookAt([0, 0, -d], [0, 0, 0]),
		left: lookAt([-d, 0, 0], [0, 0, 0]),
		top: lookAt([0, d, 0], [0, 0, 0], [0, 0, -1]),
		bottom: lookAt([0, -d, 0], [0, 0, 0], [0, 0, 1]),
	};
	const f = CANONICAL_FOCAL * Math.max(width, height);
	return {
		worldFromCamera: poses[name],
		fx: f,
		fy: f,
		cx: width / 2,
		cy: height / 2,
		width,
		height,
	};
}

/**
 * 3 × 4 projection with the pixel conventions of `Camera`: for a world point p,
 * [a, b, d] = P · [p, 1]; pixel u = a / d, v = b / d; d is the depth in front of the camera.
 */
export function projectionMatrix(camera: Camera): Float64Array /* [12] */ {
	const m = invertRigid(camera.worldFromCamera);
	const { fx, fy, cx, cy } = camera;
	const out = new Float64Array(12);
	for (let k = 0; k < 4; k++) {
		const x = m[k];
		const y = m[4 + k];
		const depth = -m[8 + k];
		out[k] = fx * x + cx * depth;
		out[4 + k] = -fy * y + cy * depth;
		out[8 + k] = depth;
	}
	return out;
}

/** World position of the camera's centre. */
export function cameraCentre(camera: Camera): [number, number, number] {
	const m = camera.worldFromCamera;
	return [m[3], m[7], m[11]];
}

/** Unit direction in the world of the ray through pixel position (u, v). */
export function pixelRay(
	camera: Camera,
	u: number,
	v: number,
): [number, number, number] {
	const x = (u - camera.cx) / camera.fx;
	const y = -(v - camera.cy) / camera.fy;
	const length = Math.hypot(x, y, 1);
	const m = camera.worldFromCamera;
	return [
		(m[0] * x + m[1] * y - m[2]) / length,
		(m[4] * x + m[5] * y - m[6]) / length,
		(m[8] * x + m[9] * y - m[10]) / length,
	];
}

/** The same camera for the picture resized to width × height. */
export function resizeCamera(
	camera: Camera,
	width: number,
	height: number,
): Camera {
	const sx = width / camera.width;
	const sy = height / camera.height;
	return {
		worldFromCamera: camera.worldFromCamera,
		fx: camera.fx * sx,
		fy: camera.fy * sy,
		cx: camera.cx * sx,
		cy: camera.cy * sy,
		width,
		height,
	};
}
