import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { cameraCentre, projectionMatrix } from "../math/camera.ts";
import { vertexNormals } from "../mesh/normals.ts";
import { rasterize } from "../raster/rasterize.ts";
import { colorAt, type SmallView } from "./small-view.ts";

/** How a surface predicts one picture that had no part in making it. */
export interface Prediction {
	/** Depth of the surface at the pixels looked at; Infinity where it is not. */
	readonly depth: Float32Array; // [pixels] world units
	/** Difference of colours, 0–0.25; NaN where nothing can be told. */
	readonly difference: Float32Array; // [pixels]
}

/** Pixels beside the outline that are not looked at: rims are mended later. */
const RIM = 3;
/** Every how many pixels, across and down, a held-out view is looked at. */
const STRIDE = 2;
/** Difference that a pixel with nothing to compare counts for, and the most that any can. */
const WORST = 0.25;
const DEPTH_TOLERANCE = 0.01;
const LEAST_COSINE = 0.2;

/** Compares held-out views with what the other views show at the same points of the surface. */
export function predictViews(
	mesh: Mesh,
	views: readonly SmallView[],
	heldOut: readonly number[],
	checkpoint?: Checkpoint,
): Prediction[] {
	const rasters = views.map((view, v) => {
		checkpoint?.(v / views.length);
		const { width, height } = view.camera;
		return rasterize(mesh, view.camera, { width, height, frontOnly: true });
	});
	const normals = vertexNormals(mesh);
	const others = views.flatMap((_, v) => (heldOut.includes(v) ? [] : [v]));
	const projections = views.map(({ camera }) => projectionMatrix(camera));
	const eyes = views.map(({ camera }) => cameraCentre(camera));
	const color = new Float64Array(3);
	return heldOut.map((h): Prediction => {
		const { camera, colors } = views[h];
		const { width, height, fx, fy, cx, cy, worldFromCamera: m } = camera;
		const raster = rasters[h];
		const size = Math.ceil(width / STRIDE) * Math.ceil(height / STRIDE);
		const depth = new Float32Array(size).fill(Infinity);
		const difference = new Float32Array(size).fill(Number.NaN);
		let n = 0;
		for (let row = 0; row < height; row += STRIDE)
			for (let column = 0; column < width; column += STRIDE, n++) {
				const at = row * width + column;
				if (!isDeep(colors, width, height, column, row)) continue;
				const t = raster.triangle[at];
				if (t < 0) {
					difference[n] = WORST;
					continue;
				}
				// (1) The point of the surface, and its normal.
				const d = raster.depth[at];
				depth[n] = d;
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
					if (cosine < LEAST_COSINE) continue;
					const p = projections[o];
					const od = p[8] * x + p[9] * y + p[10] * z + p[11];
					const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) / od;
					const v = (p[4] * x + p[5] * y + p[6] * z + p[7]) / od;
					const other = views[o];
					if (!(u >= 0 && v >= 0)) continue;
					if (!(u < other.camera.width && v < other.camera.height)) continue;
					const nearest =
						rasters[o].depth[(v | 0) * other.camera.width + (u | 0)];
					if (od > nearest + DEPTH_TOLERANCE / cosine) continue;
					if (!colorAt(other, u - 0.5, v - 0.5, color)) continue;
					const weight = cosine ** 4;
					red += weight * color[0];
					green += weight * color[1];
					blue += weight * color[2];
					total += weight;
				}
				if (total === 0) continue; // nobody else sees it: says nothing
				difference[n] = Math.min(
					WORST,
					(Math.abs(red / total - colors[at * 4]) +
						Math.abs(green / total - colors[at * 4 + 1]) +
						Math.abs(blue / total - colors[at * 4 + 2])) /
						3,
				);
			}
		return { depth, difference };
	});
}

/**
 * Mean differences of two surfaces where they are at least so far from each other, in the eyes of
 * the held-out views, and at how many pixels.
 */
export function compareWhereApart(
	a: readonly Prediction[],
	b: readonly Prediction[],
	apart: number, // world units
): { readonly a: number; readonly b: number; readonly pixels: number } {
	let sumA = 0;
	let sumB = 0;
	let pixels = 0;
	for (let h = 0; h < a.length; h++)
		for (let n = 0; n < a[h].depth.length; n++) {
			const ofA = a[h].difference[n];
			const ofB = b[h].difference[n];
			if (!(ofA >= 0 && ofB >= 0)) continue;
			if (!(Math.abs(a[h].depth[n] - b[h].depth[n]) >= apart)) continue;
			sumA += ofA;
			sumB += ofB;
			pixels++;
		}
	const share = 1 / Math.max(1, pixels);
	return { a: sumA * share, b: sumB * share, pixels };
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
		colors[alpha] > 0 &&
		colors[alpha - RIM * 4] > 0 &&
		colors[alpha + RIM * 4] > 0 &&
		colors[alpha - RIM * width * 4] > 0 &&
		colors[alpha + RIM * width * 4] > 0
	);
}
