import type { Mesh } from "../../core/mesh.ts";
import type { SilhouetteCone } from "../field/hull-field.ts";
import { sampleSilhouetteDistance } from "../image/silhouette-distance.ts";
import { cameraCentre, projectionMatrix } from "../math/camera.ts";
import { type RasterMemory, rasterize } from "../raster/rasterize.ts";

/** Depth tolerance at a right angle, and what is added over the cosine; world units, object size 1. */
const TOLERANCE = 0.004;
const TOLERANCE_SLANT = 0.006;
const LEAST_COSINE = 0.12;
/** Pixels beside the outline whose colours are mixed, and those over which trust returns. */
const RIM_PIXELS = 0.8;
const RIM_FADE_PIXELS = 3;

/**
 * How well one view sees each vertex, 0–1: cos² of the angle, less near the outline, 0 where another part
 * of the surface is in front.
 */
export function vertexVisibility(
	mesh: Mesh,
	normals: Float64Array, // [vertexCount × 3]
	{ camera, silhouette }: SilhouetteCone,
	out: Float32Array, // [vertexCount]
	memory?: RasterMemory,
): void {
	const width = Math.max(1, Math.round(camera.width / 2));
	const height = Math.max(1, Math.round(camera.height / 2));
	const { depth: nearest } = rasterize(mesh, camera, {
		width,
		height,
		frontOnly: true, // the mesh is closed
		...(memory ? { memory } : {}),
	});
	const p = projectionMatrix(camera);
	const eye = cameraCentre(camera);
	const { positions } = mesh;
	const scaleX = width / camera.width;
	const scaleY = height / camera.height;
	for (let i = 0; i < out.length; i++) {
		out[i] = 0;
		const x = positions[i * 3];
		const y = positions[i * 3 + 1];
		const z = positions[i * 3 + 2];
		const ex = eye[0] - x;
		const ey = eye[1] - y;
		const ez = eye[2] - z;
		const cosine =
			(ex * normals[i * 3] +
				ey * normals[i * 3 + 1] +
				ez * normals[i * 3 + 2]) /
			Math.sqrt(ex * ex + ey * ey + ez * ez);
		if (!(cosine > LEAST_COSINE)) continue;
		const depth = p[8] * x + p[9] * y + p[10] * z + p[11];
		if (!(depth > 0)) continue;
		const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) / depth;
		const v = (p[4] * x + p[5] * y + p[6] * z + p[7]) / depth;
		if (!(u >= 1 && v >= 1 && u < camera.width - 1 && v < camera.height - 1))
			continue;
		const inside = -sampleSilhouetteDistance(silhouette, u, v) - RIM_PIXELS;
		if (inside <= 0) continue;
		const at =
			Math.min(height - 1, Math.floor(v * scaleY)) * width +
			Math.min(width - 1, Math.floor(u * scaleX));
		if (depth > nearest[at] + TOLERANCE + TOLERANCE_SLANT / cosine) continue;
		out[i] = cosine * cosine * Math.min(1, inside / RIM_FADE_PIXELS);
	}
}
