import type { Camera } from "../../core/camera.ts";
import type { ColorLevel } from "../image/color-pyramid.ts";
import { projectionMatrix } from "../math/camera.ts";
import { addPlane, type PlaneTerms } from "./plane-terms.ts";

export interface PhotometricOptions {
	/** Weight of a vertex that all views agree on. */
	readonly weight: number;
	/** Contrast along the normal (colour per world unit, squared, per view) at which half of the weight is given. */
	readonly contrast: number;
	/** Colour difference that stays (rms, 0–1) at which half of the weight is given. */
	readonly mismatch: number;
}

/** One view's colours. */
export interface ColoredView {
	readonly camera: Camera;
	readonly levels: readonly ColorLevel[];
}

/** One level of them. */
export interface ColorPicture {
	readonly camera: Camera;
	readonly picture: ColorLevel;
}

/** A level of every view's pyramid, or the last that it has: pixels are 2^level wide. */
export function pickLevel(
	views: readonly ColoredView[],
	level: number,
): ColorPicture[] {
	return views.map(({ camera, levels }) => ({
		camera,
		picture: levels[Math.min(level, levels.length - 1)],
	}));
}

/** Colour difference at which a sample starts to count as an outlier, 0–1. */
const OUTLIER = 0.1;

/**
 * Adds what the colours say: each vertex is moved along its normal to where the views that see it
 * agree on its colour (Lucas and Kanade, 1981, on vertices). Told only where the colours change
 * along the normal and agree after the move: without these gates, highlights and flat paint push
 * the surface about. Only for the vertices from `from` to before `to`.
 */
export function addPhotometricTerms(
	terms: PlaneTerms,
	positions: Float64Array, // [vertexCount × 3]
	normals: Float64Array, // [vertexCount × 3]
	views: readonly ColorPicture[],
	visibility: readonly Float32Array[], // per view [vertexCount] 0–1
	{ weight, contrast, mismatch }: PhotometricOptions,
	from = 0,
	to: number = positions.length / 3,
): void {
	const viewCount = views.length;
	const projections = views.map(({ camera }) => projectionMatrix(camera));
	const colors = new Float64Array(viewCount * 3);
	const slopes = new Float64Array(viewCount * 3);
	const trust = new Float64Array(viewCount);
	const ahead = new Float64Array(3);
	const behind = new Float64Array(3);
	const perMismatch2 = 1 / (mismatch * mismatch);
	const cameras = views.map(({ camera }) => camera);
	const pictures = views.map(({ picture }) => picture);
	for (let i = from; i < to; i++) {
		let seers = 0;
		for (let v = 0; v < viewCount; v++) if (visibility[v][i] > 0) seers++;
		if (seers < 2) continue;
		const x = positions[i * 3];
		const y = positions[i * 3 + 1];
		const z = positions[i * 3 + 2];
		const nx = normals[i * 3];
		const ny = normals[i * 3 + 1];
		const nz = normals[i * 3 + 2];
		// (1) Colour and its change along the normal, in each view.
		let count = 0;
		let reach = 0;
		for (let v = 0; v < viewCount; v++) {
			const seen = visibility[v][i];
			if (seen <= 0) continue;
			const p = projections[v];
			const camera = cameras[v];
			const picture = pictures[v];
			const depth = p[8] * x + p[9] * y + p[10] * z + p[11];
			const eps = (0.5 * depth * camera.width) / (picture.width * camera.fx);
			if (
				!sampleAt(
					picture,
					camera,
					p,
					x + eps * nx,
					y + eps * ny,
					z + eps * nz,
					ahead,
				) ||
				!sampleAt(
					picture,
					camera,
					p,
					x - eps * nx,
					y - eps * ny,
					z - eps * nz,
					behind,
				)
			)
				continue;
			for (let c = 0; c < 3; c++) {
				colors[count * 3 + c] = 0.5 * (ahead[c] + behind[c]);
				slopes[count * 3 + c] = (ahead[c] - behind[c]) / (2 * eps);
			}
			trust[count++] = seen;
			if (eps > reach) reach = eps;
		}
		if (count < 2) continue;
		// (2) Normal equations of the step along the normal, channel by channel.
		let total = 0;
		for (let k = 0; k < count; k++) total += trust[k];
		let h = 0;
		let g = 0;
		let e = 0;
		for (let c = 0; c < 3; c++) {
			let color = 0;
			let slope = 0;
			for (let k = 0; k < count; k++) {
				color += trust[k] * colors[k * 3 + c];
				slope += trust[k] * slopes[k * 3 + c];
			}
			color /= total;
			slope /= total;
			for (let k = 0; k < count; k++) {
				const r = colors[k * 3 + c] - color;
				const d = slopes[k * 3 + c] - slope;
				const rho = trust[k] / (1 + (r / OUTLIER) * (r / OUTLIER));
				h += rho * d * d;
				g += rho * r * d;
				e += rho * r * r;
			}
		}
		if (!(h > 0)) continue;
		// (3) The step, and how much to believe it.
		let s = -g / h;
		const most = 2 * reach;
		if (s > most) s = most;
		else if (s < -most) s = -most;
		const rest = Math.max(0, e - (g * g) / h) / count;
		const believed =
			(weight * h) / (h + contrast * count) / (1 + rest * perMismatch2);
		addPlane(terms, i, nx, ny, nz, -s, believed);
	}
}

/** Straight colour at a world point; false off the object. */
function sampleAt(
	{ width, height, data }: ColorLevel,
	camera: Camera,
	p: Float64Array, // [12]
	x: number,
	y: number,
	z: number,
	out: Float64Array, // [3]
): boolean {
	const perDepth = 1 / (p[8] * x + p[9] * y + p[10] * z + p[11]);
	const u =
		((p[0] * x + p[1] * y + p[2] * z + p[3]) * perDepth * width) /
			camera.width -
		0.5;
	const v =
		((p[4] * x + p[5] * y + p[6] * z + p[7]) * perDepth * height) /
			camera.height -
		0.5;
	if (!(u >= 0 && v >= 0 && u < width - 1 && v < height - 1)) return false;
	const column = u | 0;
	const row = v | 0;
	const fu = u - column;
	const fv = v - row;
	const a = (row * width + column) * 4;
	const b = a + width * 4;
	const w00 = (1 - fu) * (1 - fv);
	const w10 = fu * (1 - fv);
	const w01 = (1 - fu) * fv;
	const w11 = fu * fv;
	const alpha =
		w00 * data[a + 3] +
		w10 * data[a + 7] +
		w01 * data[b + 3] +
		w11 * data[b + 7];
	if (alpha < 0.02) return false;
	const scale = 1 / alpha;
	out[0] =
		(w00 * data[a] + w10 * data[a + 4] + w01 * data[b] + w11 * data[b + 4]) *
		scale;
	out[1] =
		(w00 * data[a + 1] +
			w10 * data[a + 5] +
			w01 * data[b + 1] +
			w11 * data[b + 5]) *
		scale;
	out[2] =
		(w00 * data[a + 2] +
			w10 * data[a + 6] +
			w01 * data[b + 2] +
			w11 * data[b + 6]) *
		scale;
	return true;
}
