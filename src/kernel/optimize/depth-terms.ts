import type { Camera } from "../../core/camera.ts";
import { sharedBytes } from "../../core/parallel.ts";
import { projectionMatrix } from "../math/camera.ts";
import { addPlane, type PlaneTerms } from "./plane-terms.ts";

/** Depths that one view is thought to have, as small planes in the world. */
export interface DepthPlanes {
	/** Of the size of the map. */
	readonly camera: Camera;
	/** Point and normal of each cell's plane; the normal is 0 where nothing is known. */
	readonly planes: Float32Array; // [height × width × 6]
	/** How far each may be off along its normal. */
	readonly doubt: Float32Array; // [height × width] world units
}

/** Neighbours' depths that differ by more than this many cells belong to different surfaces. */
const JUMP_CELLS = 4;
/** Cosine to the view from which on a plane says something. */
const LEAST_COSINE = 0.15;

/** The planes through a map of depths, in memory that other threads see. */
export function depthPlanes(
	camera: Camera, // of the size of the map
	depth: Float32Array, // [height × width] world units, 0 where unknown
	doubt: Float32Array, // [height × width] world units, along the view axis
): DepthPlanes {
	const { width, height, worldFromCamera: m, fx, fy, cx, cy } = camera;
	const planes = new Float32Array(sharedBytes(width * height * 24));
	const along = new Float32Array(sharedBytes(width * height * 4));
	const points = new Float64Array(width * height * 3);
	for (let at = 0; at < depth.length; at++) {
		points[at * 3] = (((at % width) + 0.5 - cx) / fx) * depth[at];
		points[at * 3 + 1] =
			-((Math.floor(at / width) + 0.5 - cy) / fy) * depth[at];
		points[at * 3 + 2] = -depth[at];
	}
	for (let y = 1; y < height - 1; y++)
		for (let x = 1; x < width - 1; x++) {
			const at = y * width + x;
			const d = depth[at];
			if (d === 0) continue;
			const jump = (JUMP_CELLS * d) / fx;
			const pair = (a: number, b: number): [number, number] | null => {
				const first = depth[a] > 0 && Math.abs(depth[a] - d) < jump ? a : at;
				const second = depth[b] > 0 && Math.abs(depth[b] - d) < jump ? b : at;
				return first === second ? null : [first, second];
			};
			const across = pair(at - 1, at + 1);
			const down = pair(at + width, at - width);
			if (across === null || down === null) continue;
			const ux = points[across[1] * 3] - points[across[0] * 3];
			const uy = points[across[1] * 3 + 1] - points[across[0] * 3 + 1];
			const uz = points[across[1] * 3 + 2] - points[across[0] * 3 + 2];
			const vx = points[down[1] * 3] - points[down[0] * 3];
			const vy = points[down[1] * 3 + 1] - points[down[0] * 3 + 1];
			const vz = points[down[1] * 3 + 2] - points[down[0] * 3 + 2];
			const nx = uy * vz - uz * vy;
			const ny = uz * vx - ux * vz;
			const nz = ux * vy - uy * vx;
			const length = Math.sqrt(nx * nx + ny * ny + nz * nz);
			const px = points[at * 3];
			const py = points[at * 3 + 1];
			const pz = points[at * 3 + 2];
			const cosine =
				-(nx * px + ny * py + nz * pz) /
				length /
				Math.sqrt(px * px + py * py + pz * pz);
			if (!(cosine > LEAST_COSINE)) continue;
			along[at] = doubt[at] * cosine;
			for (let k = 0; k < 3; k++) {
				const row = 4 * k;
				planes[at * 6 + k] =
					m[row] * px + m[row + 1] * py + m[row + 2] * pz + m[row + 3];
				planes[at * 6 + 3 + k] =
					(m[row] * nx + m[row + 1] * ny + m[row + 2] * nz) / length;
			}
		}
	return { camera, planes, doubt: along };
}

export interface DepthTermOptions {
	/** Weight of a plane without doubt. */
	readonly weight: number;
	/** Doubt at which half of it is left, world units. */
	readonly halfDoubt: number;
	/** Distance at which the pull grows no more, world units. */
	readonly reach: number;
}

/** Draws each vertex from `from` to before `to` to the planes of the views that see it. */
export function addDepthTerms(
	terms: PlaneTerms,
	positions: Float64Array, // [vertexCount × 3]
	normals: Float64Array, // [vertexCount × 3]
	views: readonly DepthPlanes[],
	visibility: readonly Float32Array[], // per view [vertexCount] 0–1
	{ weight, halfDoubt, reach }: DepthTermOptions,
	from = 0,
	to: number = positions.length / 3,
): void {
	for (let n = 0; n < views.length; n++) {
		const { camera, planes, doubt } = views[n];
		const seen = visibility[n];
		const p = projectionMatrix(camera);
		for (let i = from; i < to; i++) {
			if (seen[i] <= 0) continue;
			const x = positions[i * 3];
			const y = positions[i * 3 + 1];
			const z = positions[i * 3 + 2];
			const depth = p[8] * x + p[9] * y + p[10] * z + p[11];
			const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) / depth;
			const v = (p[4] * x + p[5] * y + p[6] * z + p[7]) / depth;
			if (!(u >= 0 && v >= 0 && u < camera.width && v < camera.height))
				continue;
			const at = (v | 0) * camera.width + (u | 0);
			const nx = planes[at * 6 + 3];
			const ny = planes[at * 6 + 4];
			const nz = planes[at * 6 + 5];
			const cosine =
				nx * normals[i * 3] + ny * normals[i * 3 + 1] + nz * normals[i * 3 + 2];
			if (!(cosine > 0.2)) continue;
			const distance =
				nx * (x - planes[at * 6]) +
				ny * (y - planes[at * 6 + 1]) +
				nz * (z - planes[at * 6 + 2]);
			const unsure = doubt[at] / halfDoubt;
			addPlane(
				terms,
				i,
				nx,
				ny,
				nz,
				Math.max(-reach, Math.min(reach, distance)),
				(weight * seen[i]) / (1 + unsure * unsure),
			);
		}
	}
}
