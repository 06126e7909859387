import type { Camera } from "../../core/camera.ts";
import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { projectionMatrix } from "../math/camera.ts";
import { lookAt } from "../math/mat4.ts";
import { sphereDirections } from "../math/sphere-directions.ts";
import {
	createRasterMemory,
	type RasterizeOptions,
	rasterize,
} from "./rasterize.ts";

const DIRECTIONS = 28;
/** Side of a direction's depth picture, pixels. */
const SIDE = 96;
/** Cameras stand this many radii away: nearly parallel lines of sight. */
const FAR = 40;

/**
 * How much of an evenly bright sky each vertex sees, 0 (hidden) – 1 (open): the mesh is drawn from directions spread
 * over the whole sphere, and each vertex is looked up in the depths. Needs the mesh's normals.
 */
export function vertexOcclusion(
	mesh: Mesh,
	options: Pick<RasterizeOptions, "frontOnly"> = {},
	checkpoint?: Checkpoint,
): Float32Array /* [vertexCount] */ {
	const { positions, normals } = mesh;
	if (!normals) throw new TypeError("vertex occlusion needs normals");
	const vertexCount = positions.length / 3;
	const open = new Float32Array(vertexCount);
	const total = new Float32Array(vertexCount);
	const { centre, radius } = boundingBall(positions);
	if (!(radius > 0)) return open.fill(1);
	const cell = (2 * radius) / SIDE;
	const memory = createRasterMemory();
	for (const [k, [x, y, z]] of sphereDirections(DIRECTIONS).entries()) {
		checkpoint?.(k / DIRECTIONS);
		const distance = FAR * radius;
		const camera: Camera = {
			worldFromCamera: lookAt(
				[
					centre[0] + x * distance,
					centre[1] + y * distance,
					centre[2] + z * distance,
				],
				centre,
				Math.abs(y) > 0.9 ? [1, 0, 0] : [0, 1, 0],
			),
			fx: distance / cell,
			fy: distance / cell,
			cx: SIDE / 2,
			cy: SIDE / 2,
			width: SIDE,
			height: SIDE,
		};
		const { depth } = rasterize(mesh, camera, { ...options, memory });
		const p = projectionMatrix(camera);
		for (let i = 0; i < vertexCount; i++) {
			const o = i * 3;
			const cosine = normals[o] * x + normals[o + 1] * y + normals[o + 2] * z;
			if (!(cosine > 0.05)) continue;
			total[i] += cosine;
			const px = positions[o];
			const py = positions[o + 1];
			const pz = positions[o + 2];
			const d = p[8] * px + p[9] * py + p[10] * pz + p[11];
			const u = (p[0] * px + p[1] * py + p[2] * pz + p[3]) / d;
			const v = (p[4] * px + p[5] * py + p[6] * pz + p[7]) / d;
			const column = Math.min(SIDE - 1, Math.max(0, u | 0));
			const row = Math.min(SIDE - 1, Math.max(0, v | 0));
			// A slanted surface spans some depth inside one pixel.
			const slack = cell * (1 + 1 / Math.max(0.25, cosine));
			if (d <= depth[row * SIDE + column] + slack) open[i] += cosine;
		}
	}
	for (let i = 0; i < vertexCount; i++)
		open[i] = total[i] > 0 ? open[i] / total[i] : 1;
	return open;
}

function boundingBall(positions: Float32Array): {
	centre: [number, number, number];
	radius: number;
} {
	const min = [Infinity, Infinity, Infinity];
	const max = [-Infinity, -Infinity, -Infinity];
	for (let i = 0; i < positions.length; i++) {
		const axis = i % 3;
		if (positions[i] < min[axis]) min[axis] = positions[i];
		if (positions[i] > max[axis]) max[axis] = positions[i];
	}
	return {
		centre: [
			(min[0] + max[0]) / 2,
			(min[1] + max[1]) / 2,
			(min[2] + max[2]) / 2,
		],
		radius: Math.hypot(max[0] - min[0], max[1] - min[1], max[2] - min[2]) / 2,
	};
}
