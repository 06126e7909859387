import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { View } from "../../core/view.ts";
import { cameraCentre, projectionMatrix } from "../math/camera.ts";
import { rasterize } from "./rasterize.ts";

/** A triangle that a camera sees flatter than this shows it nothing useful. */
const MIN_COSINE = 0.1;
/** Weights of corners a, b, c at the places that are tested: the middle, and near each corner. */
const PROBES = [
	[1 / 3, 1 / 3, 1 / 3],
	[0.8, 0.1, 0.1],
	[0.1, 0.8, 0.1],
	[0.1, 0.1, 0.8],
] as const;
/** A view sees a triangle when this many of its probes are visible. */
const PROBES_NEEDED = 2;

/**
 * Counts the views that see each triangle: it faces the camera, at least half of it lies inside the mask, and
 * nothing stands in front. Triangles smaller than a pixel are judged like large ones, by probing the depth buffer at
 * places on the triangle.
 */
export function countViews(
	mesh: Mesh,
	views: readonly Pick<View, "camera" | "mask">[],
	checkpoint?: Checkpoint,
): Uint16Array /* [triangleCount] */ {
	const { positions: p, indices } = mesh;
	const triangleCount = Math.floor(indices.length / 3);
	const counts = new Uint16Array(triangleCount);
	for (let n = 0; n < views.length; n++) {
		checkpoint?.(n / views.length);
		const { camera, mask } = views[n];
		const { width, height } = camera;
		if (mask.width !== width || mask.height !== height)
			throw new RangeError(
				`mask is ${mask.width} × ${mask.height}, its camera ${width} × ${height}`,
			);
		const { depth, triangle } = rasterize(mesh, camera);
		const m = projectionMatrix(camera);
		const [ex, ey, ez] = cameraCentre(camera);
		const focal = Math.min(camera.fx, camera.fy);
		for (let t = 0; t < triangleCount; t++) {
			const a = indices[t * 3] * 3;
			const b = indices[t * 3 + 1] * 3;
			const c = indices[t * 3 + 2] * 3;
			const ux = p[b] - p[a];
			const uy = p[b + 1] - p[a + 1];
			const uz = p[b + 2] - p[a + 2];
			const vx = p[c] - p[a];
			const vy = p[c + 1] - p[a + 1];
			const vz = p[c + 2] - p[a + 2];
			const nx = uy * vz - uz * vy;
			const ny = uz * vx - ux * vz;
			const nz = ux * vy - uy * vx;
			const sx = ex - p[a];
			const sy = ey - p[a + 1];
			const sz = ez - p[a + 2];
			const cosine =
				(nx * sx + ny * sy + nz * sz) /
				Math.sqrt(
					(nx * nx + ny * ny + nz * nz) * (sx * sx + sy * sy + sz * sz),
				);
			if (!(cosine > MIN_COSINE)) continue;
			let visible = 0;
			for (let k = 0; k < PROBES.length; k++) {
				const probe = PROBES[k];
				const x = probe[0] * p[a] + probe[1] * p[b] + probe[2] * p[c];
				const y =
					probe[0] * p[a + 1] + probe[1] * p[b + 1] + probe[2] * p[c + 1];
				const z =
					probe[0] * p[a + 2] + probe[1] * p[b + 2] + probe[2] * p[c + 2];
				const d = m[8] * x + m[9] * y + m[10] * z + m[11];
				if (!(d > 0)) continue;
				const u = (m[0] * x + m[1] * y + m[2] * z + m[3]) / d;
				const v = (m[4] * x + m[5] * y + m[6] * z + m[7]) / d;
				if (!(u >= 0 && v >= 0 && u < width && v < height)) continue;
				if (mask.data[(v | 0) * width + (u | 0)] < 128) continue;
				// The four pixel centres around the probe: their depths bracket the surface's own, unless it is covered.
				const left = Math.max(0, Math.floor(u - 0.5));
				const top = Math.max(0, Math.floor(v - 0.5));
				const right = Math.min(width - 1, left + 1);
				const below = Math.min(height - 1, top + 1) * width;
				const i00 = top * width + left;
				const i10 = top * width + right;
				const i01 = below + left;
				const i11 = below + right;
				const isDrawn =
					triangle[i00] === t ||
					triangle[i10] === t ||
					triangle[i01] === t ||
					triangle[i11] === t;
				const slack = d / focal; // one pixel of world
				if (isDrawn || d <= deepest(depth, i00, i10, i01, i11) + slack)
					visible++;
			}
			if (visible >= PROBES_NEEDED) counts[t]++;
		}
	}
	return counts;
}

/** The largest of four depths that is not empty; −Infinity when all are. */
function deepest(
	depth: Float32Array,
	i: number,
	j: number,
	k: number,
	l: number,
): number {
	let most = -Infinity;
	if (depth[i] < Infinity && depth[i] > most) most = depth[i];
	if (depth[j] < Infinity && depth[j] > most) most = depth[j];
	if (depth[k] < Infinity && depth[k] > most) most = depth[k];
	if (depth[l] < Infinity && depth[l] > most) most = depth[l];
	return most;
}
