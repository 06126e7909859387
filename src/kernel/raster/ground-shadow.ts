import type { Camera } from "../../core/camera.ts";
import type { Image } from "../../core/image.ts";
import type { Mesh } from "../../core/mesh.ts";
import { lookAt } from "../math/mat4.ts";
import { rasterize } from "./rasterize.ts";

/** How much light the object keeps from the ground it stands on. */
export interface GroundShadow {
	readonly size: number; // cells a side
	readonly darkness: Float32Array; // [size × size] 0–1, rows along +Z, columns along +X
	readonly minX: number; // world units
	readonly minZ: number;
	readonly cellSize: number;
	readonly groundY: number;
}

const SIZE = 128;
/** The ground reaches this many times the footprint's longer side. */
const REACH = 2;
/** Darkness right under the object. */
const STRENGTH = 0.55;
/** Share of the picture's side over which the shadow fades out towards the border. */
const BORDER_SHARE = 0.08;

/**
 * A soft shadow as from a wide light above: two layers of how high the underside floats over each spot, one tight
 * (contact) and one wide, blurred.
 */
export function buildGroundShadow(mesh: Mesh): GroundShadow {
	const { positions } = mesh;
	const min = [Infinity, Infinity, Infinity];
	const max = [-Infinity, -Infinity, -Infinity];
	for (let i = 0; i < positions.length; i++) {
		const axis = i % 3;
		if (positions[i] < min[axis]) min[axis] = positions[i];
		if (positions[i] > max[axis]) max[axis] = positions[i];
	}
	const footprint = Math.max(max[0] - min[0], max[2] - min[2]);
	if (!(footprint > 0) || !Number.isFinite(footprint))
		return {
			size: 1,
			darkness: new Float32Array(1),
			minX: 0,
			minZ: 0,
			cellSize: 1,
			groundY: 0,
		};
	const cellSize = (footprint * REACH) / SIZE;
	const centreX = (min[0] + max[0]) / 2;
	const centreZ = (min[2] + max[2]) / 2;
	const height = max[1] - min[1];

	// (1) How high the underside is: a long lens from far below.
	const distance = 200 * Math.max(footprint, height);
	const focal = distance / cellSize;
	const camera: Camera = {
		worldFromCamera: lookAt(
			[centreX, min[1] - distance, centreZ],
			[centreX, min[1], centreZ],
			[0, 0, 1],
		),
		fx: focal,
		fy: focal,
		cx: SIZE / 2,
		cy: SIZE / 2,
		width: SIZE,
		height: SIZE,
	};
	const { depth } = rasterize(mesh, camera);

	// (2) Two layers, in rows along +Z and columns along +X: seen from below, one of the two is mirrored.
	const scale = Math.min(footprint, height > 0 ? height : footprint);
	const tight = new Float32Array(SIZE * SIZE);
	const wide = new Float32Array(SIZE * SIZE);
	const flipX = camera.worldFromCamera[0] < 0;
	const flipZ = camera.worldFromCamera[9] > 0;
	for (let y = 0; y < SIZE; y++)
		for (let x = 0; x < SIZE; x++) {
			const d = depth[y * SIZE + x];
			if (d === Infinity) continue;
			const lift = Math.max(0, d - distance);
			const o = (flipZ ? SIZE - 1 - y : y) * SIZE + (flipX ? SIZE - 1 - x : x);
			tight[o] = Math.exp(-lift / (0.05 * scale));
			wide[o] = Math.exp(-lift / (0.5 * scale));
		}
	blur(tight, 1);
	blur(wide, 5);
	const darkness = new Float32Array(SIZE * SIZE);
	for (let i = 0; i < darkness.length; i++)
		darkness[i] = STRENGTH * (1 - (1 - 0.75 * tight[i]) * (1 - 0.7 * wide[i]));
	return {
		size: SIZE,
		darkness,
		minX: centreX - (SIZE / 2) * cellSize,
		minZ: centreZ - (SIZE / 2) * cellSize,
		cellSize,
		groundY: min[1],
	};
}

/** Three box filters along each axis: close to a Gaussian. */
function blur(cells: Float32Array, radius: number): void {
	const line = new Float32Array(SIZE);
	for (let pass = 0; pass < 6; pass++) {
		const stride = pass % 2 === 0 ? 1 : SIZE;
		const across = pass % 2 === 0 ? SIZE : 1;
		for (let k = 0; k < SIZE; k++) {
			const first = k * across;
			for (let j = 0; j < SIZE; j++) line[j] = cells[first + j * stride];
			let sum = 0;
			for (let j = -radius; j <= radius; j++) sum += j >= 0 ? line[j] : 0;
			for (let j = 0; j < SIZE; j++) {
				cells[first + j * stride] = sum / (2 * radius + 1);
				if (j - radius >= 0) sum -= line[j - radius];
				if (j + radius + 1 < SIZE) sum += line[j + radius + 1];
			}
		}
	}
}

/**
 * Lays the shadow under a picture with straight alpha, where the camera looks down on the ground. Black, blended in
 * sRGB. It fades out where the line of sight is flat, and towards the picture's border.
 */
export function layShadow(
	image: Image,
	camera: Camera,
	shadow: GroundShadow,
): void {
	const { width, height, data } = image;
	const m = camera.worldFromCamera;
	const rise = m[7] - shadow.groundY;
	if (!(rise > 0)) return;
	const { size, darkness, minX, minZ, cellSize } = shadow;
	const perBorder = 1 / (BORDER_SHARE * Math.min(width, height));
	// In cells: where the camera stands, and the line of sight, which is affine in x along a row.
	const perCell = 1 / cellSize;
	const eyeX = (m[3] - minX) * perCell - 0.5;
	const eyeZ = (m[11] - minZ) * perCell - 0.5;
	const stepX = (m[0] / camera.fx) * perCell;
	const stepY = m[4] / camera.fx;
	const stepZ = (m[8] / camera.fx) * perCell;
	for (let y = 0; y < height; y++) {
		const cameraY = -(y + 0.5 - camera.cy) / camera.fy;
		const cameraX = (0.5 - camera.cx) / camera.fx;
		const rowX = (m[0] * cameraX + m[1] * cameraY - m[2]) * perCell;
		const rowY = m[4] * cameraX + m[5] * cameraY - m[6];
		const rowZ = (m[8] * cameraX + m[9] * cameraY - m[10]) * perCell;
		if (!(Math.min(rowY, rowY + (width - 1) * stepY) < -0.04)) continue;
		for (let x = 0; x < width; x++) {
			const o = (y * width + x) * 4;
			if (data[o + 3] === 255) continue;
			const dy = rowY + x * stepY;
			if (!(dy < -0.04)) continue;
			const t = -rise / dy;
			const gx = eyeX + t * (rowX + x * stepX);
			const gz = eyeZ + t * (rowZ + x * stepZ);
			if (!(gx >= 0 && gz >= 0 && gx < size - 1 && gz < size - 1)) continue;
			const ix = gx | 0;
			const iz = gz | 0;
			const fx = gx - ix;
			const fz = gz - iz;
			const i = iz * size + ix;
			const dark =
				((darkness[i] * (1 - fx) + darkness[i + 1] * fx) * (1 - fz) +
					(darkness[i + size] * (1 - fx) + darkness[i + size + 1] * fx) * fz) *
				Math.min(1, (-0.04 - dy) / 0.15) *
				Math.min(
					1,
					(Math.min(x, y, width - 1 - x, height - 1 - y) + 0.5) * perBorder,
				);
			const alpha = data[o + 3] / 255;
			const total = alpha + dark * (1 - alpha);
			if (!(total > 0)) continue;
			const keep = alpha / total;
			data[o] *= keep;
			data[o + 1] *= keep;
			data[o + 2] *= keep;
			data[o + 3] = Math.round(total * 255);
		}
	}
}
