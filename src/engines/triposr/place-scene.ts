import type { Camera } from "../../core/camera.ts";
import type { EngineLens } from "../../core/engine.ts";
import type { Mask } from "../../core/image.ts";
import { FOREGROUND_RATIO } from "./preprocess.ts";

/** The camera that TripoSR believes in: on its +X axis, looking at the origin, up is +Z, right is +Y. */
export const TRIPOSR_LENS: EngineLens = {
	distance: 1.9,
	fovYRadians: (40 * Math.PI) / 180,
	fill: FOREGROUND_RATIO,
};

/** From the network's axes to ours: a similarity. */
export interface ScenePlace {
	/** Columns: where the network's x, y and z axes go, times the scale; then where its origin goes. */
	readonly worldFromScene: Float64Array; // [3 × 4] row-major
	readonly scale: number;
}

/**
 * Puts the network's scene before the camera that took the picture: its +X towards the camera, and
 * as large and as far aside as the object is in the picture. Exact where the picture was taken with
 * the network's own lens; otherwise the perspective differs and outlines with it.
 */
export function placeScene(camera: Camera, mask: Mask): ScenePlace {
	const { left, right, top, bottom, fill } = cropOf(mask);
	const m = camera.worldFromCamera;
	// Along the line of sight to the point nearest the world's origin, where objects stand.
	const ahead = m[2] * m[3] + m[6] * m[7] + m[10] * m[11];
	const distance = ahead > 1e-3 ? ahead : TRIPOSR_LENS.distance;
	const halfSide = Math.max(right - left, bottom - top) / 2;
	const seen =
		fill * TRIPOSR_LENS.distance * Math.tan(TRIPOSR_LENS.fovYRadians / 2);
	const focal = (camera.fx + camera.fy) / 2;
	const scale = ((halfSide / focal) * distance) / seen;
	const middle = [
		(((left + right) / 2 - camera.cx) / camera.fx) * distance,
		(-((top + bottom) / 2 - camera.cy) / camera.fy) * distance,
		-distance,
	];
	const out = new Float64Array(12);
	for (let row = 0; row < 3; row++) {
		const [x, y, z] = [m[row * 4], m[row * 4 + 1], m[row * 4 + 2]];
		out[row * 4] = scale * z;
		out[row * 4 + 1] = scale * x;
		out[row * 4 + 2] = scale * y;
		out[row * 4 + 3] =
			x * middle[0] + y * middle[1] + z * middle[2] + m[row * 4 + 3];
	}
	return { worldFromScene: out, scale };
}

/** Scene points to world points, in place. */
export function toWorld(
	{ worldFromScene: m }: ScenePlace,
	points: Float32Array, // [count × 3]
): void {
	for (let n = 0; n < points.length; n += 3) {
		const [x, y, z] = [points[n], points[n + 1], points[n + 2]];
		for (let row = 0; row < 3; row++)
			points[n + row] =
				m[row * 4] * x +
				m[row * 4 + 1] * y +
				m[row * 4 + 2] * z +
				m[row * 4 + 3];
	}
}

/** World points to scene points. */
export function toScene(
	{ worldFromScene: m, scale }: ScenePlace,
	points: Float32Array, // [count × 3]
): Float32Array /* [count × 3] */ {
	const out = new Float32Array(points.length);
	const share = 1 / (scale * scale);
	for (let n = 0; n < points.length; n += 3) {
		const x = points[n] - m[3];
		const y = points[n + 1] - m[7];
		const z = points[n + 2] - m[11];
		for (let axis = 0; axis < 3; axis++)
			out[n + axis] = share * (m[axis] * x + m[4 + axis] * y + m[8 + axis] * z);
	}
	return out;
}

/** What the network's square shows of the picture: the object with air, or all of a picture without background. */
function cropOf(mask: Mask): {
	left: number;
	right: number;
	top: number;
	bottom: number;
	fill: number;
} {
	const { width, height, data } = mask;
	let left = width;
	let right = -1;
	let top = height;
	let bottom = -1;
	let isWhole = true;
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const coverage = data[y * width + x];
			if (coverage !== 255) isWhole = false;
			if (coverage === 0) continue;
			left = Math.min(left, x);
			right = Math.max(right, x);
			top = Math.min(top, y);
			bottom = Math.max(bottom, y);
		}
	return isWhole
		? { left: 0, right: width, top: 0, bottom: height, fill: 1 }
		: { left, right, top, bottom, fill: FOREGROUND_RATIO };
}
