import type { Camera } from "../../core/camera.ts";
import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import { projectionMatrix, resizeCamera } from "../math/camera.ts";

/** What each pixel centre sees first. */
export interface Raster {
	readonly width: number; // pixels
	readonly height: number; // pixels
	readonly depth: Float32Array; // [height × width] along the view axis, world units; Infinity where empty
	readonly triangle: Int32Array; // [height × width] triangle index; −1 where empty
	readonly bary: Float32Array; // [height × width × 2] perspective-correct weights of corners b and c; anything where empty
}

export interface RasterizeOptions {
	/** Size of the raster in pixels; the camera is resized to it. Default: the camera's own. */
	readonly width?: number;
	readonly height?: number;
	/**
	 * Leave out the triangles that turn their back on the camera: twice as fast, and the same picture where the
	 * mesh is closed, turned outward and does not cut itself. Default false.
	 */
	readonly frontOnly?: boolean;
	/** Where to draw, when several pictures are drawn; the raster is overwritten by the next. Default: memory of its own. */
	readonly memory?: RasterMemory;
}

/** Memory that rasters of any size take turns in. Grows as needed. */
export interface RasterMemory {
	depth: Float32Array;
	triangle: Int32Array;
	bary: Float32Array;
}

export function createRasterMemory(): RasterMemory {
	return {
		depth: new Float32Array(0),
		triangle: new Int32Array(0),
		bary: new Float32Array(0),
	};
}

/** Nothing nearer than this share of the farthest vertex's depth is drawn. */
const NEAR_SHARE = 1e-4;
const TRIANGLES_PER_CHECKPOINT = 16384;
/** A new depth wins when it is nearer by more than its 32 bits can tell: of equal ones the first stays. */
const NEARER = 1 + 1e-7;
/** Twice the area in square pixels below which a triangle counts as a sliver. */
const SLIVER = 1e-7;
/** Numbers per corner in the scratch: u, v, 1/depth, b/depth, c/depth. */
const CORNER = 5;

/**
 * Draws a mesh into a depth buffer, sampled exactly at pixel centres. Both sides of a triangle are drawn.
 *
 * Scanlines with the top-left rule: a pixel centre on an edge belongs to the triangle right of or below it.
 * An edge's crossing is always computed from its upper to its lower corner, so two triangles that share an
 * edge agree to the last bit: no gaps, no double hits. 1/depth, b/depth and c/depth are affine on the
 * screen, which makes depth and weights exact under perspective.
 */
export function rasterize(
	mesh: Mesh,
	camera: Camera,
	options: RasterizeOptions = {},
	checkpoint?: Checkpoint,
): Raster {
	const width = options.width ?? camera.width;
	const height = options.height ?? camera.height;
	if (!isSide(width) || !isSide(height))
		throw new RangeError(
			`raster is ${width} × ${height}; sides must be integers 1–32768`,
		);
	const sized =
		width === camera.width && height === camera.height
			? camera
			: resizeCamera(camera, width, height);
	const raster = clearRaster(
		options.memory ?? createRasterMemory(),
		width,
		height,
	);
	const { frontOnly = false } = options;
	const { indices } = mesh;
	const triangleCount = Math.floor(indices.length / 3);

	// (1) Project every vertex once.
	const { projected, near } = projectVertices(mesh.positions, sized);

	// (2) Draw every triangle; those that reach behind the near plane are cut first.
	const corners = new Float64Array(CORNER * 3);
	const clipped = new Float64Array(CORNER * 4);
	for (let t = 0; t < triangleCount; t++) {
		if (checkpoint && t % TRIANGLES_PER_CHECKPOINT === 0)
			checkpoint(t / triangleCount);
		const a = indices[t * 3] * 3;
		const b = indices[t * 3 + 1] * 3;
		const c = indices[t * 3 + 2] * 3;
		const depthA = projected[a + 2];
		const depthB = projected[b + 2];
		const depthC = projected[c + 2];
		if (depthA >= near && depthB >= near && depthC >= near) {
			const ua = projected[a];
			const va = projected[a + 1];
			const ub = projected[b];
			const vb = projected[b + 1];
			const uc = projected[c];
			const vc = projected[c + 1];
			// Most small triangles end here: turned away, or between two rows or columns of pixel centres.
			if (frontOnly && (ub - ua) * (vc - va) >= (uc - ua) * (vb - va)) continue;
			const vLow = va < vb ? (va < vc ? va : vc) : vb < vc ? vb : vc;
			const vHigh = va > vb ? (va > vc ? va : vc) : vb > vc ? vb : vc;
			if (Math.ceil(vLow - 0.5) >= Math.ceil(vHigh - 0.5)) continue;
			const uLow = ua < ub ? (ua < uc ? ua : uc) : ub < uc ? ub : uc;
			const uHigh = ua > ub ? (ua > uc ? ua : uc) : ub > uc ? ub : uc;
			if (Math.ceil(uLow - 0.5) >= Math.ceil(uHigh - 0.5)) continue;
			corners[0] = ua;
			corners[1] = va;
			corners[2] = 1 / depthA;
			corners[3] = 0;
			corners[4] = 0;
			const wb = 1 / depthB;
			corners[5] = ub;
			corners[6] = vb;
			corners[7] = wb;
			corners[8] = wb;
			corners[9] = 0;
			const wc = 1 / depthC;
			corners[10] = uc;
			corners[11] = vc;
			corners[12] = wc;
			corners[13] = 0;
			corners[14] = wc;
			fillTriangle(raster, corners, 0, CORNER, CORNER * 2, t);
		} else if (depthA >= near || depthB >= near || depthC >= near) {
			const count = clipNear(projected, a, b, c, near, clipped);
			for (let k = 2; k < count; k++)
				fillTriangle(raster, clipped, 0, CORNER * (k - 1), CORNER * k, t);
		}
	}
	return raster;
}

function clearRaster(
	memory: RasterMemory,
	width: number,
	height: number,
): Raster {
	const count = width * height;
	if (memory.depth.length < count) {
		memory.depth = new Float32Array(count);
		memory.triangle = new Int32Array(count);
		memory.bary = new Float32Array(count * 2);
	}
	return {
		width,
		height,
		depth: memory.depth.subarray(0, count).fill(Infinity),
		triangle: memory.triangle.subarray(0, count).fill(-1),
		bary: memory.bary.subarray(0, count * 2),
	};
}

function isSide(value: number): boolean {
	return Number.isInteger(value) && value >= 1 && value <= 32768;
}

/** Per vertex u, v, depth; where the depth is short of `near`, u × depth and v × depth stay undivided. */
function projectVertices(
	positions: Float32Array,
	camera: Camera,
): { projected: Float64Array /* [vertexCount × 3] */; near: number } {
	const p = projectionMatrix(camera);
	const projected = new Float64Array(positions.length);
	let farthest = 0;
	for (let i = 0; i < positions.length; i += 3) {
		const x = positions[i];
		const y = positions[i + 1];
		const z = positions[i + 2];
		const depth = p[8] * x + p[9] * y + p[10] * z + p[11];
		projected[i] = p[0] * x + p[1] * y + p[2] * z + p[3];
		projected[i + 1] = p[4] * x + p[5] * y + p[6] * z + p[7];
		projected[i + 2] = depth;
		if (depth > farthest && depth < Infinity) farthest = depth;
	}
	const near = Math.max(farthest * NEAR_SHARE, Number.MIN_VALUE);
	for (let i = 0; i < projected.length; i += 3) {
		const depth = projected[i + 2];
		if (depth >= near) {
			projected[i] /= depth;
			projected[i + 1] /= depth;
		}
	}
	return { projected, near };
}

/**
 * Cuts a triangle at the near plane (Sutherland and Hodgman, 1974) and writes the 3 or 4 corners that are left.
 * A cut runs from the corner in front to the one behind, so neighbours get the same point.
 */
function clipNear(
	projected: Float64Array,
	a: number,
	b: number,
	c: number,
	near: number,
	out: Float64Array, // [4 × CORNER]
): number {
	if (!Number.isFinite(projected[a + 2] + projected[b + 2] + projected[c + 2]))
		return 0;
	let count = 0;
	for (let k = 0; k < 3; k++) {
		const from = k === 0 ? a : k === 1 ? b : c;
		const to = k === 0 ? b : k === 1 ? c : a;
		const next = k === 2 ? 0 : k + 1;
		const depthFrom = projected[from + 2];
		const depthTo = projected[to + 2];
		if (depthFrom >= near) {
			const o = count++ * CORNER;
			const w = 1 / depthFrom;
			out[o] = projected[from];
			out[o + 1] = projected[from + 1];
			out[o + 2] = w;
			out[o + 3] = k === 1 ? w : 0;
			out[o + 4] = k === 2 ? w : 0;
		}
		if (depthFrom >= near !== depthTo >= near) {
			const forward = depthFrom >= near;
			const front = forward ? from : to;
			const behind = forward ? to : from;
			const frontCorner = forward ? k : next;
			const behindCorner = forward ? next : k;
			const depthFront = projected[front + 2];
			const s = (depthFront - near) / (depthFront - projected[behind + 2]);
			const uFront = projected[front] * depthFront;
			const vFront = projected[front + 1] * depthFront;
			const w = 1 / near;
			const o = count++ * CORNER;
			out[o] = (uFront + s * (projected[behind] - uFront)) * w;
			out[o + 1] = (vFront + s * (projected[behind + 1] - vFront)) * w;
			out[o + 2] = w;
			out[o + 3] =
				frontCorner === 1 ? (1 - s) * w : behindCorner === 1 ? s * w : 0;
			out[o + 4] =
				frontCorner === 2 ? (1 - s) * w : behindCorner === 2 ? s * w : 0;
		}
	}
	return count;
}

/** Draws the triangle whose corners start at `p`, `q` and `r` in `s`. */
function fillTriangle(
	raster: Raster,
	s: Float64Array,
	p: number,
	q: number,
	r: number,
	triangleIndex: number,
): void {
	const { width, height, depth, triangle, bary } = raster;
	// Top, middle, bottom.
	let top = p;
	let mid = q;
	let low = r;
	let swap = 0;
	if (s[mid + 1] < s[top + 1]) {
		swap = top;
		top = mid;
		mid = swap;
	}
	if (s[low + 1] < s[mid + 1]) {
		swap = mid;
		mid = low;
		low = swap;
		if (s[mid + 1] < s[top + 1]) {
			swap = top;
			top = mid;
			mid = swap;
		}
	}
	const u0 = s[top];
	const v0 = s[top + 1];
	const u1 = s[mid];
	const v1 = s[mid + 1];
	const u2 = s[low];
	const v2 = s[low + 1];

	// Rows and columns whose centres the box holds.
	const yStart = Math.max(0, Math.ceil(v0 - 0.5));
	const yEnd = Math.min(height, Math.ceil(v2 - 0.5));
	if (!(yStart < yEnd)) return;
	const xStart = Math.max(0, Math.ceil(Math.min(u0, u1, u2) - 0.5));
	const xEnd = Math.min(width, Math.ceil(Math.max(u0, u1, u2) - 0.5));
	if (!(xStart < xEnd)) return;

	const cross = (u1 - u0) * (v2 - v0) - (u2 - u0) * (v1 - v0);
	if (cross === 0) return;
	// A sliver's slopes are noise: it is drawn with the values of its top corner.
	const inverse = Math.abs(cross) > SLIVER ? 1 / cross : 0;
	const midIsRight = cross > 0;
	const longSlope = (u2 - u0) / (v2 - v0);
	const upperSlope = (u1 - u0) / (v1 - v0);
	const lowerSlope = (u2 - u1) / (v2 - v1);

	// Slopes of the affine quantities.
	const w0 = s[top + 2];
	const w1 = s[mid + 2];
	const w2 = s[low + 2];
	const ku1 = (v2 - v0) * inverse;
	const ku2 = (v0 - v1) * inverse;
	const kv1 = (u0 - u2) * inverse;
	const kv2 = (u1 - u0) * inverse;
	const wu = (w1 - w0) * ku1 + (w2 - w0) * ku2;
	const wv = (w1 - w0) * kv1 + (w2 - w0) * kv2;
	const b0 = s[top + 3];
	const bu = (s[mid + 3] - b0) * ku1 + (s[low + 3] - b0) * ku2;
	const bv = (s[mid + 3] - b0) * kv1 + (s[low + 3] - b0) * kv2;
	const c0 = s[top + 4];
	const cu = (s[mid + 4] - c0) * ku1 + (s[low + 4] - c0) * ku2;
	const cv = (s[mid + 4] - c0) * kv1 + (s[low + 4] - c0) * kv2;

	const yMid = Math.ceil(v1 - 0.5);
	for (let y = yStart; y < yEnd; y++) {
		const py = y + 0.5 - v0;
		const xLong = u0 + py * longSlope;
		const xShort =
			y < yMid ? u0 + py * upperSlope : u1 + (y + 0.5 - v1) * lowerSlope;
		const from = Math.max(
			xStart,
			Math.ceil((midIsRight ? xLong : xShort) - 0.5),
		);
		const to = Math.min(xEnd, Math.ceil((midIsRight ? xShort : xLong) - 0.5));
		const rowW = w0 + wv * py;
		const rowB = b0 + bv * py;
		const rowC = c0 + cv * py;
		const row = y * width;
		for (let x = from; x < to; x++) {
			const px = x + 0.5 - u0;
			const w = rowW + wu * px;
			const i = row + x;
			if (w * depth[i] > NEARER) {
				const d = 1 / w;
				depth[i] = d;
				triangle[i] = triangleIndex;
				const wb = (rowB + bu * px) * d;
				const wc = (rowC + cu * px) * d;
				bary[i * 2] = wb < 0 ? 0 : wb > 1 ? 1 : wb;
				bary[i * 2 + 1] = wc < 0 ? 0 : wc > 1 ? 1 : wc;
			}
		}
	}
}
