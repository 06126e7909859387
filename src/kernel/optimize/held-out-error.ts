import type { Camera } from "../../core/camera.ts";
import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { cameraCentre, projectionMatrix } from "../math/camera.ts";
import { vertexNormals } from "../mesh/normals.ts";
import { rasterize } from "../raster/rasterize.ts";

/** A small picture with its camera. Colours straight, alpha 0 off the object. */
export interface SmallView {
	/** Of the size of the picture. */
	readonly camera: Camera;
	readonly colors: Float32Array; // [height × width × 4] 0–1 sRGB
}

/** Pixels beside the outline that are not looked at. */
const RIM = 3;
/** Every how many pixels, across and down, a held-out view is looked at. */
const STRIDE = 2;
/** Difference that a pixel with nothing to compare counts for, and the most that any can. */
const WORST = 0.25;
const DEPTH_TOLERANCE = 0.01;

/**
 * How badly a surface predicts pictures that had no part in making it: mean colour difference (0–0.25) between
 * held-out views and what the other views show at the same points of the surface.
 */
export function heldOutError(
	mesh: Mesh,
	views: readonly SmallView[],
	heldOut: readonly number[],
	checkpoint?: Checkpoint,
): number {
	const rasters = views.map((view, v) => {
		checkpoint?.(v / views.length);
		const { width, height } = view.camera;
		return rasterize(mesh, view.camera, { width, height, frontOnly: true });
	});
	const normals = vertexNormals(mesh);
	const others = views.flatMap((_, v) => (heldOut.includes(v) ? [] : [v]));
	const projections = views.map(({ camera }) => projectionMatrix(camera));
	const eyes = views.map(({ camera }) => cameraCentre(camera));
	let sum = 0;
	let count = 0;
	for (const h of heldOut) {
		const { camera, colors } = views[h];
		const { width, height, fx, fy, cx, cy, worldFromCamera: m } = camera;
		const raster = rasters[h];
		for (let row = 0; row < height; row += STRIDE)
			for (let column = 0; column < width; column += STRIDE) {
				const at = row * width + column;
				const t = raster.triangle[at];
				const shown = colors[at * 4 + 3] > 0;
				// Beside the outline nothing is told: rims are mended later.
				if (!shown || !isDeep(colors, width, height, column, row)) continue;
				count++;
				if (t < 0) {
					sum += WORST;
					continue;
				}
				// (1) The point of the surface, and its normal.
				const d = raster.depth[at];
				const a = ((column + 0.5 - cx) / fx) * d;
				const b = (-(row + 0.5 - cy) / fy) * d;
				const x = m[0] * a + m[1] * b - m[2] * d + m[3];
				const y = m[4] * a + m[5] * b - m[6] * d + m[7];
				const z = m[8] * a + m[9] * b - m[10] * d + m[11];
				const corner = mesh.indices[t * 3] * 3;
				// (2) What the others show there.
				let red = 0;
				let green = 0;
				let blue = 0;
				let total = 0;
				for (const o of others) {
					const ex = eyes[o][0] - x;
					const ey = eyes[o][1] - y;
					const ez = eyes[o][2] - z;
					const cosine =
						(ex * normals[corner] +
							ey * normals[corner + 1] +
							ez * normals[corner + 2]) /
						Math.sqrt(ex * ex + ey * ey + ez * ez);
					if (cosine < 0.2) continue;
					const p = projections[o];
					const od = p[8] * x + p[9] * y + p[10] * z + p[11];
					const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) / od;
					const v = (p[4] * x + p[5] * y + p[6] * z + p[7]) / od;
					const size = views[o].camera;
					if (!(u >= 0 && v >= 0 && u < size.width && v < size.height))
						continue;
					const there = (v | 0) * size.width + (u | 0);
					const seen = views[o].colors;
					if (seen[there * 4 + 3] === 0) continue;
					if (od > rasters[o].depth[there] + DEPTH_TOLERANCE / cosine) continue;
					const weight = cosine ** 4;
					red += weight * seen[there * 4];
					green += weight * seen[there * 4 + 1];
					blue += weight * seen[there * 4 + 2];
					total += weight;
				}
				if (total === 0) {
					count--; // nobody else sees it: says nothing
					continue;
				}
				const difference =
					(Math.abs(red / total - colors[at * 4]) +
						Math.abs(green / total - colors[at * 4 + 1]) +
						Math.abs(blue / total - colors[at * 4 + 2])) /
					3;
				sum += Math.min(WORST, difference);
			}
	}
	return count === 0 ? WORST : sum / count;
}

/** Whether the object reaches a few pixels farther on all four sides. */
function isDeep(
	colors: Float32Array, // [height × width × 4]
	width: number,
	height: number,
	column: number,
	row: number,
): boolean {
	if (column < RIM || row < RIM || column >= width - RIM || row >= height - RIM)
		return false;
	const alpha = (row * width + column) * 4 + 3;
	return (
		colors[alpha - RIM * 4] > 0 &&
		colors[alpha + RIM * 4] > 0 &&
		colors[alpha - RIM * width * 4] > 0 &&
		colors[alpha + RIM * width * 4] > 0
	);
}
