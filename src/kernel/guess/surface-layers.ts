import type { Camera } from "../../core/camera.ts";
import type { Mesh } from "../../core/mesh.ts";
import { projectionMatrix } from "../math/camera.ts";
import { type RasterMemory, rasterize } from "../raster/rasterize.ts";

/** A camera at the origin that looks along −Z. */
const STRAIGHT = Float64Array.of(
	1,
	0,
	0,
	0,
	0,
	1,
	0,
	0,
	0,
	0,
	1,
	0,
	0,
	0,
	0,
	1,
);

/** Depth of the last surface that each pixel's ray meets, world units; 0 where it meets none. */
export function lastDepths(
	mesh: Mesh,
	camera: Camera,
	memory?: RasterMemory,
): Float32Array /* [height × width] */ {
	const { width, height } = camera;
	const { positions, indices } = mesh;
	const p = projectionMatrix(camera);
	const depths = new Float32Array(positions.length / 3);
	let nearest = Infinity;
	for (let v = 0; v < depths.length; v++) {
		depths[v] =
			p[8] * positions[v * 3] +
			p[9] * positions[v * 3 + 1] +
			p[10] * positions[v * 3 + 2] +
			p[11];
		nearest = Math.min(nearest, depths[v]);
	}
	// The projective map 1/depth → most − 1/depth turns the order of the surfaces about and keeps lines straight.
	const most = 1.25 / nearest;
	const turned = new Float32Array(positions.length);
	for (let v = 0; v < depths.length; v++) {
		const x = positions[v * 3];
		const y = positions[v * 3 + 1];
		const z = positions[v * 3 + 2];
		const depth = 1 / (most - 1 / depths[v]);
		const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) / depths[v];
		const w = (p[4] * x + p[5] * y + p[6] * z + p[7]) / depths[v];
		turned[v * 3] = ((u - camera.cx) / camera.fx) * depth;
		turned[v * 3 + 1] = (-(w - camera.cy) / camera.fy) * depth;
		turned[v * 3 + 2] = -depth;
	}
	const { depth } = rasterize(
		{ positions: turned, indices },
		{ ...camera, worldFromCamera: STRAIGHT },
		{ width, height, ...(memory ? { memory } : {}) },
	);
	return depth.map((d) => (d < Infinity ? 1 / (most - 1 / d) : 0));
}

/** Depth of the first surface, world units; 0 where there is none. */
export function firstDepths(
	mesh: Mesh,
	camera: Camera,
	memory?: RasterMemory,
): Float32Array /* [height × width] */ {
	const { width, height } = camera;
	return rasterize(mesh, camera, {
		width,
		height,
		...(memory ? { memory } : {}),
	}).depth.map((d) => (d < Infinity ? d : 0));
}
