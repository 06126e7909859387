import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { centreSpans, createTexelSpans, touchedSpans } from "./texel-spans.ts";

/** Which point of the surface each texel shows. */
export interface TexelMap {
	readonly size: number; // texels a side
	readonly triangle: Int32Array; // [size × size] −1: empty
	readonly bary: Float32Array; // [size × size × 2] weights of corners b and c
	readonly texels: Uint32Array; // [texelCount] the texels that are not empty, ascending
}

const TRIANGLES_PER_CHECKPOINT = 16384;

/**
 * Rasterises the UV layout. Texels whose centre lies in a triangle show the point under it; texels
 * that a triangle only touches show its nearest point, so that thin triangles have texels and
 * bilinear look-ups inside a chart never meet an empty one.
 */
export function mapTexels(
	mesh: Mesh,
	size: number,
	checkpoint?: Checkpoint,
): TexelMap {
	const { uvs, indices } = mesh;
	if (!uvs) throw new TypeError("the mesh has no uvs");
	const triangle = new Int32Array(size * size).fill(-1);
	const bary = new Float32Array(size * size * 2);
	const squared = new Float32Array(size * size); // 0: the centre is inside
	const spans = createTexelSpans(size);
	const { bounds } = spans;
	const triangleCount = indices.length / 3;
	// (1) Centres.
	for (let t = 0; t < triangleCount; t++) {
		if (t % TRIANGLES_PER_CHECKPOINT === 0)
			checkpoint?.((0.4 * t) / triangleCount);
		const ax = uvs[2 * indices[3 * t]] * size;
		const ay = uvs[2 * indices[3 * t] + 1] * size;
		const bx = uvs[2 * indices[3 * t + 1]] * size;
		const by = uvs[2 * indices[3 * t + 1] + 1] * size;
		const cx = uvs[2 * indices[3 * t + 2]] * size;
		const cy = uvs[2 * indices[3 * t + 2] + 1] * size;
		const rows = centreSpans(spans, ax, ay, bx, by, cx, cy, size, size);
		if (rows === 0) continue;
		const inverse = 1 / ((bx - ax) * (cy - ay) - (cx - ax) * (by - ay));
		if (!Number.isFinite(inverse)) continue;
		for (let r = 0; r < rows; r++) {
			const y = spans.top + r;
			const dy = y + 0.5 - ay;
			for (let x = bounds[2 * r]; x < bounds[2 * r + 1]; x++) {
				const i = y * size + x;
				if (triangle[i] >= 0) continue;
				const dx = x + 0.5 - ax;
				triangle[i] = t;
				bary[2 * i] = (dx * (cy - ay) - dy * (cx - ax)) * inverse;
				bary[2 * i + 1] = (dy * (bx - ax) - dx * (by - ay)) * inverse;
			}
		}
	}
	// (2) Touched texels: the nearest triangle's nearest point.
	for (let t = 0; t < triangleCount; t++) {
		if (t % TRIANGLES_PER_CHECKPOINT === 0)
			checkpoint?.(0.4 + (0.6 * t) / triangleCount);
		const ax = uvs[2 * indices[3 * t]] * size;
		const ay = uvs[2 * indices[3 * t] + 1] * size;
		const bx = uvs[2 * indices[3 * t + 1]] * size;
		const by = uvs[2 * indices[3 * t + 1] + 1] * size;
		const cx = uvs[2 * indices[3 * t + 2]] * size;
		const cy = uvs[2 * indices[3 * t + 2] + 1] * size;
		const rows = touchedSpans(spans, ax, ay, bx, by, cx, cy, size, size);
		for (let r = 0; r < rows; r++) {
			const y = spans.top + r;
			for (let x = bounds[2 * r]; x < bounds[2 * r + 1]; x++) {
				const i = y * size + x;
				if (triangle[i] >= 0 && squared[i] === 0) continue;
				for (let edge = 0; edge < 3; edge++) {
					const sx = edge === 0 ? ax : edge === 1 ? bx : cx;
					const sy = edge === 0 ? ay : edge === 1 ? by : cy;
					const ex = (edge === 0 ? bx : edge === 1 ? cx : ax) - sx;
					const ey = (edge === 0 ? by : edge === 1 ? cy : ay) - sy;
					const length = ex * ex + ey * ey;
					const px = x + 0.5 - sx;
					const py = y + 0.5 - sy;
					let along = length > 0 ? (px * ex + py * ey) / length : 0;
					along = along < 0 ? 0 : along > 1 ? 1 : along;
					const d2 = (px - along * ex) ** 2 + (py - along * ey) ** 2 + 1e-12;
					if (triangle[i] >= 0 && d2 >= squared[i]) continue;
					triangle[i] = t;
					squared[i] = d2;
					bary[2 * i] = edge === 0 ? along : edge === 1 ? 1 - along : 0;
					bary[2 * i + 1] = edge === 1 ? along : edge === 2 ? 1 - along : 0;
				}
			}
		}
	}
	let count = 0;
	for (let i = 0; i < triangle.length; i++) if (triangle[i] >= 0) count++;
	const texels = new Uint32Array(count);
	count = 0;
	for (let i = 0; i < triangle.length; i++)
		if (triangle[i] >= 0) texels[count++] = i;
	return { size, triangle, bary, texels };
}
