import { Matrix4, type PerspectiveCamera } from "three";
import type { ReportCamera } from "../../api/types.ts";
import { fitInside } from "./fit-inside.ts";

/** Puts the camera where the picture was taken, with its lens, so that both cover each other in the frame. */
export function takePhotoCamera(
	camera: PerspectiveCamera,
	photo: ReportCamera,
	frameWidth: number,
	frameHeight: number,
): void {
	const pose = new Matrix4().set(
		...(photo.worldFromCamera as Parameters<Matrix4["set"]>),
	);
	pose.decompose(camera.position, camera.quaternion, camera.scale);
	camera.updateMatrixWorld();
	const placed = fitInside(photo.width, photo.height, frameWidth, frameHeight);
	const perPixel = photo.width / placed.width;
	// The edges of the frame, in pixels of the picture, then on the near plane.
	const left = -placed.left * perPixel;
	const top = -placed.top * perPixel;
	const right = left + frameWidth * perPixel;
	const bottom = top + frameHeight * perPixel;
	const { near, far } = camera;
	camera.projectionMatrix.makePerspective(
		((left - photo.cx) / photo.fx) * near,
		((right - photo.cx) / photo.fx) * near,
		((photo.cy - top) / photo.fy) * near,
		((photo.cy - bottom) / photo.fy) * near,
		near,
		far,
	);
	camera.projectionMatrixInverse.copy(camera.projectionMatrix).invert();
}
