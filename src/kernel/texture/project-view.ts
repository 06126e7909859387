import type { Image, Mask } from "../../core/image.ts";
import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import type { View } from "../../core/view.ts";
import { bleedColors } from "../image/bleed-colors.ts";
import {
	type SilhouetteDistance,
	sampleSilhouetteDistance,
	silhouetteDistance,
} from "../image/silhouette-distance.ts";
import { SRGB_TO_LINEAR } from "../image/srgb.ts";
import { cameraCentre, projectionMatrix } from "../math/camera.ts";
import { buildMipChain } from "../raster/mip-chain.ts";
import { rasterize } from "../raster/rasterize.ts";

export interface ProjectionOptions {
	/** Colours nearer than this to the mask's outline are replaced by the nearest ones inside, pixels. Default: half the width of the mask's soft edge and a half, at least 1. */
	readonly insetPx?: number;
	/** Surface up to this far outside the mask still takes the outline's colours, pixels. Default 4. */
	readonly tolerancePx?: number;
}

export const PROJECTION_DEFAULTS: Required<
	Pick<ProjectionOptions, "tolerancePx">
> = { tolerancePx: 4 };

/** A view made ready to colour the points of one mesh. */
export interface Projector {
	readonly matrix: Float64Array; // [12]
	readonly centre: readonly [number, number, number];
	readonly focal: number; // pixels
	readonly width: number;
	readonly height: number;
	readonly levels: readonly Image[]; // mip chain of the picture, colours reaching beyond the outline
	readonly outline: SilhouetteDistance;
	readonly depth: Float32Array; // [depthHeight × depthWidth]
	readonly edge: Float32Array; // [depthHeight × depthWidth] pixels of the depth map to the nearest jump in depth; < 0.5 behind it
	readonly depthWidth: number;
	readonly depthHeight: number;
	readonly extent: number; // of the mesh, world units
	readonly tolerancePx: number; // of the picture
}

/** What a view says about a list of points. Rewritten by every `samplePoints`. */
export interface PointSamples {
	readonly color: Float32Array; // [count × 3] linear RGB
	readonly weight: Float32Array; // [count] say in the blend; 0: not seen
	readonly confidence: Float32Array; // [count] 0–1 how far the colour can be trusted
	readonly seen: Uint8Array; // [count] 1: in view, not hidden
}

/** Points on the surface. */
export interface SurfacePoints {
	readonly count: number;
	readonly positions: Float32Array; // [count × 3]
	readonly normals: Float32Array; // [count × 3] unit
	readonly spacing: Float32Array; // [count] distance to the next point, world units
}

/** Larger depth maps find nothing new. */
const MAX_DEPTH_SIDE = 1024;
/** How far from a jump in depth colours are doubtful, pixels. */
const EDGE_REACH = 4;

export function createPointSamples(count: number): PointSamples {
	return {
		color: new Float32Array(3 * count),
		weight: new Float32Array(count),
		confidence: new Float32Array(count),
		seen: new Uint8Array(count),
	};
}

/** Memory that a projector holds. */
export function projectorBytes({ levels, outline, depth }: Projector): number {
	return (
		levels[0].data.length * 1.34 +
		outline.data.byteLength +
		2 * depth.byteLength
	);
}

export function createProjector(
	mesh: Pick<Mesh, "positions" | "indices">,
	view: Pick<View, "image" | "mask" | "camera">,
	options: ProjectionOptions = {},
	checkpoint?: Checkpoint,
): Projector {
	const { tolerancePx } = { ...PROJECTION_DEFAULTS, ...options };
	const { image, mask, camera } = view;
	const { width, height } = image;
	const outline = silhouetteDistance(mask, { reach: tolerancePx + 2 });
	const insetPx = options.insetPx ?? softInset(mask, outline);
	const inner = trustedPixels(mask, outline, insetPx);
	const reach = Math.ceil(insetPx + tolerancePx) + 2;
	const levels = buildMipChain(bleedColors(image, inner, reach, 255)).levels;
	const shrink = Math.min(1, MAX_DEPTH_SIDE / Math.max(width, height));
	const raster = rasterize(
		mesh,
		camera,
		{
			width: Math.max(1, Math.round(width * shrink)),
			height: Math.max(1, Math.round(height * shrink)),
		},
		checkpoint,
	);
	const extent = extentOf(mesh.positions);
	const focal = Math.max(camera.fx, camera.fy);
	return {
		matrix: projectionMatrix(camera),
		centre: cameraCentre(camera),
		focal,
		width,
		height,
		levels,
		outline,
		depth: raster.depth,
		edge: depthEdges(
			raster.depth,
			raster.width,
			raster.height,
			(focal * raster.width) / width,
			extent,
		),
		depthWidth: raster.width,
		depthHeight: raster.height,
		extent,
		tolerancePx,
	};
}

/** Widest inset, pixels. */
const MAX_INSET = 6;

/** How far the background reaches in through a soft edge: partly covered pixels along each pixel of outline. */
function softInset({ data }: Mask, outline: SilhouetteDistance): number {
	let partly = 0;
	for (let i = 0; i < data.length; i++)
		if (data[i] > 12 && data[i] < 243) partly++;
	let along = 0;
	for (let i = 0; i < outline.data.length; i++)
		if (Math.abs(outline.data[i]) < 0.5 * outline.step) along++;
	const width = partly / (along * outline.step || 1);
	return Math.min(MAX_INSET, Math.max(1, 0.5 + width / 2));
}

/** Pixels whose own colour counts: well inside the outline, or on a part too thin to have an inside. */
function trustedPixels(
	mask: Mask,
	outline: SilhouetteDistance,
	insetPx: number,
): Mask {
	const { width, height } = mask;
	const sd =
		outline.step === 1
			? outline.data
			: Float32Array.from({ length: width * height }, (_, i) =>
					sampleSilhouetteDistance(
						outline,
						(i % width) + 0.5,
						Math.floor(i / width) + 0.5,
					),
				);
	const data = new Uint8Array(width * height);
	const span = Math.ceil(insetPx) + 1;
	for (let y = 0, i = 0; y < height; y++)
		for (let x = 0; x < width; x++, i++) {
			if (sd[i] <= -insetPx) {
				data[i] = 255;
				continue;
			}
			if (mask.data[i] < 128) continue;
			let thin = true;
			for (let dy = -span; dy <= span && thin; dy++) {
				if (y + dy < 0 || y + dy >= height) continue;
				for (let dx = -span; dx <= span; dx++) {
					if (x + dx < 0 || x + dx >= width) continue;
					if (sd[i + dy * width + dx] <= -insetPx) {
						thin = false;
						break;
					}
				}
			}
			if (thin) data[i] = 255;
		}
	return { width, height, data };
}

/** Longest side of the bounding box. */
export function extentOf(positions: Float32Array): number {
	let extent = 0;
	for (let axis = 0; axis < 3; axis++) {
		let low = Number.POSITIVE_INFINITY;
		let high = Number.NEGATIVE_INFINITY;
		for (let i = axis; i < positions.length; i += 3) {
			if (positions[i] < low) low = positions[i];
			if (positions[i] > high) high = positions[i];
		}
		extent = Math.max(extent, high - low);
	}
	return extent;
}

/** Distance in pixels to the nearest jump in depth: from 0.5 on its near side, from −1 on its far side. */
function depthEdges(
	depth: Float32Array,
	width: number,
	height: number,
	focal: number,
	extent: number,
): Float32Array /* [height × width] */ {
	const edge = new Float32Array(width * height).fill(EDGE_REACH);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const i = y * width + x;
			const d = depth[i];
			if (d === Number.POSITIVE_INFINITY) continue;
			for (let k = 0; k < 2; k++) {
				if (k === 0 ? x + 1 >= width : y + 1 >= height) continue;
				const j = k === 0 ? i + 1 : i + width;
				const e = depth[j];
				if (e === Number.POSITIVE_INFINITY) continue;
				const near = d < e ? d : e;
				const jump = d < e ? e - d : d - e;
				const limit = (8 * near) / focal;
				if (jump < (limit > 0.01 * extent ? limit : 0.01 * extent)) continue;
				edge[d < e ? i : j] = Math.min(edge[d < e ? i : j], 0.5);
				edge[d < e ? j : i] = -1;
			}
		}
	// Chamfer distance, two passes.
	const diagonal = Math.SQRT2;
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const i = y * width + x;
			let e = edge[i];
			if (x > 0 && edge[i - 1] + 1 < e) e = edge[i - 1] + 1;
			if (y > 0) {
				const up = i - width;
				if (edge[up] + 1 < e) e = edge[up] + 1;
				if (x > 0 && edge[up - 1] + diagonal < e) e = edge[up - 1] + diagonal;
				if (x + 1 < width && edge[up + 1] + diagonal < e)
					e = edge[up + 1] + diagonal;
			}
			edge[i] = e;
		}
	for (let y = height - 1; y >= 0; y--)
		for (let x = width - 1; x >= 0; x--) {
			const i = y * width + x;
			let e = edge[i];
			if (x + 1 < width && edge[i + 1] + 1 < e) e = edge[i + 1] + 1;
			if (y + 1 < height) {
				const down = i + width;
				if (edge[down] + 1 < e) e = edge[down] + 1;
				if (x + 1 < width && edge[down + 1] + diagonal < e)
					e = edge[down + 1] + diagonal;
				if (x > 0 && edge[down - 1] + diagonal < e)
					e = edge[down - 1] + diagonal;
			}
			edge[i] = e;
		}
	return edge;
}

/** Views steeper than this see nothing. */
const MIN_COS = 0.1;
/** Curvature radius expected at an outline, as a share of the picture. */
const RIM_RADIUS: number = 0.04;
/** A view with so many times less cubed weight than the others adds nothing that can be seen. */
const OUTWEIGHED = 1000;

/**
 * The colour of each point in a view: projected, tested against the depth map, looked up at the
 * level of detail that fits the points' spacing. Weights fall with cos⁶ of the angle, and towards
 * the outline and jumps in depth, where pictures and surface disagree most.
 */
export function samplePoints(
	projector: Projector,
	points: SurfacePoints,
	out: PointSamples,
	/** Cubed weights of other views: where they have a thousand times this view's, it need not give a colour. */
	others?: Float32Array, // [count]
): void {
	const { matrix: p, levels, outline, depth, edge, focal } = projector;
	const { width, height, depthWidth, depthHeight, tolerancePx } = projector;
	const [eyeX, eyeY, eyeZ] = projector.centre;
	const { positions, normals, spacing, count } = points;
	const { color, weight, confidence, seen } = out;
	const toDepthX = depthWidth / width;
	const toDepthY = depthHeight / height;
	const bias = 0.003 * projector.extent;
	const lut = SRGB_TO_LINEAR;
	const rimScale = 2 / (RIM_RADIUS * Math.max(width, height));
	for (let i = 0; i < count; i++) {
		weight[i] = 0;
		confidence[i] = 0;
		seen[i] = 0;
		const x = positions[3 * i];
		const y = positions[3 * i + 1];
		const z = positions[3 * i + 2];
		const dx = eyeX - x;
		const dy = eyeY - y;
		const dz = eyeZ - z;
		const along =
			dx * normals[3 * i] + dy * normals[3 * i + 1] + dz * normals[3 * i + 2];
		if (!(along > 0)) continue;
		const cos = along / Math.sqrt(dx * dx + dy * dy + dz * dz);
		if (!(cos > MIN_COS)) continue;
		const d = p[8] * x + p[9] * y + p[10] * z + p[11];
		if (!(d > 1e-9)) continue;
		const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) / d;
		const v = (p[4] * x + p[5] * y + p[6] * z + p[7]) / d;
		if (!(u >= 0 && v >= 0 && u < width && v < height)) continue;
		// (1) Hidden? The farthest of the four depths round the point decides.
		const du = u * toDepthX - 0.5;
		const dv = v * toDepthY - 0.5;
		const i0 = du <= 0 ? 0 : du | 0;
		const j0 = dv <= 0 ? 0 : dv | 0;
		const i1 = i0 + 1 < depthWidth ? i0 + 1 : i0;
		const j1 = j0 + 1 < depthHeight ? j0 + 1 : j0;
		let far = depth[j0 * depthWidth + i0];
		if (depth[j0 * depthWidth + i1] > far) far = depth[j0 * depthWidth + i1];
		if (depth[j1 * depthWidth + i0] > far) far = depth[j1 * depthWidth + i0];
		if (depth[j1 * depthWidth + i1] > far) far = depth[j1 * depthWidth + i1];
		if (d > far + bias + (0.75 * d) / (focal * toDepthX * cos)) continue;
		// (2) Near the outline or a jump?
		const sd = sampleSilhouetteDistance(outline, u, v);
		if (sd > tolerancePx) continue;
		const nearest =
			(dv - j0 > 0.5 ? j1 : j0) * depthWidth + (du - i0 > 0.5 ? i1 : i0);
		const jump = edge[nearest];
		if (sd < 0.5) seen[i] = 1;
		if (jump < 0.5) continue;
		// A round surface turns away towards its outline, whatever the (rougher) mesh says there.
		const inside = sd < 0 ? -sd : 0;
		const rim = rimScale * (inside + 0.1);
		let c2 = cos * cos;
		if (rim < c2) c2 = rim;
		const clear = jump > 2.5 ? 1 : (jump - 0.5) / 2;
		const within = sd <= 0 ? 1 : 1 - sd / (tolerancePx + 1e-6);
		weight[i] = c2 * c2 * c2 * (clear + 0.05) * within + 1e-12;
		const facing = cos > 0.35 ? 1 : (cos - MIN_COS) / (0.35 - MIN_COS);
		confidence[i] = facing * clear * within;
		// (3) The colour.
		if (others && OUTWEIGHED * weight[i] * weight[i] * weight[i] < others[i]) {
			weight[i] = 0;
			continue;
		}
		const footprint = (spacing[i] * focal) / d;
		const lod = footprint > 1.2 ? Math.log2(footprint / 1.2) : 0;
		let level = Math.round(lod);
		if (level >= levels.length) level = levels.length - 1;
		const image = levels[level];
		const scaleX = image.width / width;
		const scaleY = image.height / height;
		let sx = u * scaleX - 0.5;
		let sy = v * scaleY - 0.5;
		sx = sx < 0 ? 0 : sx > image.width - 1 ? image.width - 1 : sx;
		sy = sy < 0 ? 0 : sy > image.height - 1 ? image.height - 1 : sy;
		const px = sx | 0;
		const py = sy | 0;
		const fx = sx - px;
		const fy = sy - py;
		const a = 4 * (py * image.width + px);
		const right = px + 1 < image.width ? 4 : 0;
		const down = py + 1 < image.height ? 4 * image.width : 0;
		const data = image.data;
		const w00 = (1 - fx) * (1 - fy);
		const w10 = fx * (1 - fy);
		const w01 = (1 - fx) * fy;
		const w11 = fx * fy;
		const b = a + right;
		const c = a + down;
		const e = c + right;
		color[3 * i] =
			w00 * lut[data[a]] +
			w10 * lut[data[b]] +
			w01 * lut[data[c]] +
			w11 * lut[data[e]];
		color[3 * i + 1] =
			w00 * lut[data[a + 1]] +
			w10 * lut[data[b + 1]] +
			w01 * lut[data[c + 1]] +
			w11 * lut[data[e + 1]];
		color[3 * i + 2] =
			w00 * lut[data[a + 2]] +
			w10 * lut[data[b + 2]] +
			w01 * lut[data[c + 2]] +
			w11 * lut[data[e + 2]];
	}
}
