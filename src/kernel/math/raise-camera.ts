import type { Camera } from "../../core/camera.ts";
import { multiply } from "./mat4.ts";

/** The camera moved up round the world's origin about its own horizontal axis: it then looks down by the angle. */
export function raiseCamera(camera: Camera, radians: number): Camera {
	const m = camera.worldFromCamera;
	const [x, y, z] = [m[0], m[4], m[8]]; // its right-hand side in the world
	const c = Math.cos(-radians);
	const s = Math.sin(-radians);
	const k = 1 - c;
	// biome-ignore format: one row a line
	const turn = new Float64Array([
		c + k * x * x, k * x * y - s * z, k * x * z + s * y, 0,
		k * x * y + s * z, c + k * y * y, k * y * z - s * x, 0,
		k * x * z - s * y, k * y * z + s * x, c + k * z * z, 0,
		0, 0, 0, 1,
	]);
	return { ...camera, worldFromCamera: multiply(turn, m) };
}
