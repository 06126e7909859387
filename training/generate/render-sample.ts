import type { Dice } from "./dice.ts";
import { irradiance, type Light, reflection } from "./light.ts";
import { albedoAt } from "./materials.ts";
import type { Body } from "./sketch.ts";

/** Sides of what a sample holds, pixels. */
export const PICTURE: number = 128;
export const DEPTH: number = 64;
export const BACK: number = 32;
/** Samples along a picture pixel's side. */
const FINE = 256;

/** One picture and what lies behind its pixels. */
export interface Sample {
	readonly picture: Uint8Array; // [PICTURE² × 4] sRGB, straight alpha
	/** Front and back surface, crop half sides towards the viewer, times 8000. */
	readonly depth: Int16Array; // [2 × DEPTH²]
	readonly weight: Uint8Array; // [DEPTH²] 255 inside
	readonly back: Uint8Array; // [BACK² × 4] sRGB seen from behind along the same rays; alpha: inside
	/** elevation, azimuth (radians), half depth extent, hd = half side / distance, family. */
	readonly facts: Float32Array; // [8]
}

/** Memory of one sample, used again for the next. */
export function createFrame(): Frame {
	const n = FINE * FINE;
	return {
		near: new Float32Array(n),
		far: new Float32Array(n),
		nearTriangle: new Int32Array(n),
		farTriangle: new Int32Array(n),
	};
}
export interface Frame {
	readonly near: Float32Array; // 1 / depth of the front surface, 0 outside
	readonly far: Float32Array; // 1 / depth of the back surface
	readonly nearTriangle: Int32Array;
	readonly farTriangle: Int32Array;
}

/** Degrees above the horizon and round the object: mostly as people take pictures. */
function pickCamera(dice: Dice): { elevation: number; azimuth: number } {
	const degrees = Math.PI / 180;
	const kind = dice.range(0, 1);
	let azimuth = dice.range(-180, 180);
	if (kind < 0.2) azimuth = dice.normal() * 10;
	else if (kind < 0.6)
		azimuth = dice.pick([-1, 1]) * (dice.range(20, 65) + 5 * dice.normal());
	else if (kind < 0.72)
		azimuth = dice.pick([-1, 1]) * (90 + 12 * dice.normal());
	const high = dice.range(0, 1);
	const elevation =
		high < 0.72
			? dice.range(-10, 45)
			: high < 0.86
				? dice.range(30, 89)
				: high < 0.93
					? dice.range(-89, -10)
					: 2 * dice.normal();
	return { elevation: elevation * degrees, azimuth: azimuth * degrees };
}

/** Null where the object fills too little of its square. */
export function renderSample(
	body: Body,
	light: Light,
	dice: Dice,
	family: number,
	frame: Frame,
): Sample | null {
	const { elevation, azimuth } = pickCamera(dice);
	const roll = dice.normal() * 0.04;
	const hd = Math.exp(dice.range(Math.log(0.09), Math.log(0.36)));
	// (1) Camera axes: right, up, towards the viewer.
	const ce = Math.cos(elevation);
	const se = Math.sin(elevation);
	const ca = Math.cos(azimuth);
	const sa = Math.sin(azimuth);
	const cr = Math.cos(roll);
	const sr = Math.sin(roll);
	const back = [ce * sa, se, ce * ca];
	const right0 = [ca, 0, -sa];
	const up0 = [-se * sa, ce, -se * ca];
	const right = right0.map((r, k) => cr * r + sr * up0[k]);
	const up = up0.map((u, k) => cr * u - sr * right0[k]);
	// (2) Vertices in the camera's frame; the distance is settled by the object's size in the picture.
	const { positions: p, indices, normals, materialOf, materials } = body;
	const count = p.length / 3;
	const view = new Float32Array(count * 3); // tan x, tan y, 1 / depth
	let radius = 0;
	for (let v = 0; v < count; v++) {
		const x =
			p[v * 3] * right[0] + p[v * 3 + 1] * right[1] + p[v * 3 + 2] * right[2];
		const y = p[v * 3] * up[0] + p[v * 3 + 1] * up[1] + p[v * 3 + 2] * up[2];
		radius = Math.max(radius, Math.abs(x), Math.abs(y));
	}
	const distance = radius / hd + 0.4;
	const min = [Infinity, Infinity];
	const max = [-Infinity, -Infinity];
	for (let v = 0; v < count; v++) {
		const x = p[v * 3];
		const y = p[v * 3 + 1];
		const z = p[v * 3 + 2];
		const inv = 1 / (distance - (x * back[0] + y * back[1] + z * back[2]));
		view[v * 3] = (x * right[0] + y * right[1] + z * right[2]) * inv;
		view[v * 3 + 1] = (x * up[0] + y * up[1] + z * up[2]) * inv;
		view[v * 3 + 2] = inv;
		min[0] = Math.min(min[0], view[v * 3]);
		min[1] = Math.min(min[1], view[v * 3 + 1]);
		max[0] = Math.max(max[0], view[v * 3]);
		max[1] = Math.max(max[1], view[v * 3 + 1]);
	}
	const halfBox = Math.max(max[0] - min[0], max[1] - min[1]) / 2;
	const half = halfBox * 1.1 * (1 + 0.02 * dice.normal());
	const cx = (min[0] + max[0]) / 2 + halfBox * 0.015 * dice.normal();
	const cy = (min[1] + max[1]) / 2 + halfBox * 0.015 * dice.normal();
	const scale = FINE / 2 / half;
	for (let v = 0; v < count; v++) {
		view[v * 3] = (view[v * 3] - cx) * scale + FINE / 2;
		view[v * 3 + 1] = FINE / 2 - (view[v * 3 + 1] - cy) * scale;
	}
	// (3) The nearest and the farthest surface at each fine pixel.
	drawBoth(view, indices, frame);
	const { near, far, nearTriangle, farTriangle } = frame;
	let nearest = 0;
	let farthest = Infinity;
	let covered = 0;
	for (let n = 0; n < near.length; n++) {
		if (near[n] === 0) continue;
		covered++;
		if (near[n] > nearest) nearest = near[n];
		if (far[n] < farthest) farthest = far[n];
	}
	if (covered < 0.04 * FINE * FINE) return null;
	const middle = (1 / nearest + 1 / farthest) / 2;
	const unit = middle * half; // world units per crop half side
	const extent = (1 / farthest - 1 / nearest) / 2 / unit;

	// (4) Depths: the covered fine pixel nearest to each cell's middle.
	const depth = new Int16Array(2 * DEPTH * DEPTH);
	const weight = new Uint8Array(DEPTH * DEPTH);
	const cell = FINE / DEPTH;
	for (let j = 0; j < DEPTH; j++)
		for (let i = 0; i < DEPTH; i++) {
			let inside = 0;
			let best = -1;
			let bestD = Infinity;
			for (let y = 0; y < cell; y++)
				for (let x = 0; x < cell; x++) {
					const at = (j * cell + y) * FINE + i * cell + x;
					if (near[at] === 0) continue;
					inside++;
					const d = (x - 1.6) ** 2 + (y - 1.6) ** 2;
					if (d < bestD) {
						bestD = d;
						best = at;
					}
				}
			if (best < 0) continue;
			const z = (inverse: number): number =>
				Math.max(
					-32767,
					Math.min(32767, ((middle - 1 / inverse) / unit) * 8000),
				);
			depth[j * DEPTH + i] = z(near[best]);
			depth[DEPTH * DEPTH + j * DEPTH + i] = z(far[best]);
			weight[j * DEPTH + i] = (255 * inside) / (cell * cell);
		}

	// (5) Colours.
	const exposure = Math.exp(dice.range(-0.5, 0.45));
	const hit = { position: [0, 0, 0], normal: [0, 0, 0] };
	const albedo = new Float64Array(3);
	const lit = new Float64Array(3);
	const shine = new Float64Array(3);
	/** Linear colour of the surface at a fine pixel, seen from in front (sign 1) or behind (−1). */
	const shadeAt = (at: number, triangle: number, sign: number): void => {
		const material = materials[materialOf[triangle]];
		surfaceAt(view, indices, p, normals, triangle, at, hit);
		let [nx, ny, nz] = hit.normal;
		const [x, y, z] = hit.position;
		// Direction to the eye; from behind, along the same ray the other way.
		let ex = back[0] * distance - x;
		let ey = back[1] * distance - y;
		let ez = back[2] * distance - z;
		const length = Math.hypot(ex, ey, ez) * sign;
		ex /= length;
		ey /= length;
		ez /= length;
		let facing = nx * ex + ny * ey + nz * ez;
		if (facing < 0) {
			nx = -nx;
			ny = -ny;
			nz = -nz;
			facing = -facing;
		}
		irradiance(light, x, y, z, nx, ny, nz, lit);
		albedoAt(material, x, y, z, albedo);
		const { gloss, metal, sharpness } = material;
		for (let c = 0; c < 3; c++) lit[c] *= albedo[c] * (metal ? 1 - gloss : 1);
		if (gloss > 0) {
			reflection(
				light,
				2 * facing * nx - ex,
				2 * facing * ny - ey,
				2 * facing * nz - ez,
				sharpness,
				shine,
			);
			const fresnel = gloss * (0.08 + 0.6 * (1 - facing) ** 4);
			for (let c = 0; c < 3; c++)
				lit[c] += shine[c] * (metal ? gloss * albedo[c] : fresnel);
		}
	};
	const picture = new Uint8Array(PICTURE * PICTURE * 4);
	for (let j = 0; j < PICTURE; j++)
		for (let i = 0; i < PICTURE; i++) {
			const corner = j * 2 * FINE + i * 2;
			let inside = 0;
			let r = 0;
			let g = 0;
			let b = 0;
			let drawn = 0;
			for (let s = 0; s < 4; s++) {
				const at = corner + (s & 1) + (s >> 1) * FINE;
				if (near[at] === 0) continue;
				inside++;
				// Two of the four samples carry the colour: edges between parts stay soft.
				if (drawn === 1 && s !== 3) continue;
				if (drawn === 2) continue;
				shadeAt(at, nearTriangle[at], 1);
				r += lit[0];
				g += lit[1];
				b += lit[2];
				drawn++;
			}
			if (inside === 0) continue;
			const o = (j * PICTURE + i) * 4;
			picture[o] = encode((exposure * r) / drawn);
			picture[o + 1] = encode((exposure * g) / drawn);
			picture[o + 2] = encode((exposure * b) / drawn);
			picture[o + 3] = Math.round((255 * inside) / 4);
		}
	const behind = new Uint8Array(BACK * BACK * 4);
	const block = FINE / BACK;
	for (let j = 0; j < BACK; j++)
		for (let i = 0; i < BACK; i++) {
			const o = (j * BACK + i) * 4;
			let drawn = 0;
			let r = 0;
			let g = 0;
			let b = 0;
			for (let s = 0; s < 4; s++) {
				const at =
					(j * block + 2 + 4 * (s >> 1)) * FINE + i * block + 2 + 4 * (s & 1);
				if (near[at] === 0) continue;
				shadeAt(at, farTriangle[at], -1);
				r += lit[0];
				g += lit[1];
				b += lit[2];
				drawn++;
			}
			if (drawn === 0) continue;
			behind[o] = encode((exposure * r) / drawn);
			behind[o + 1] = encode((exposure * g) / drawn);
			behind[o + 2] = encode((exposure * b) / drawn);
			behind[o + 3] = (255 * drawn) / 4;
		}
	const facts = Float32Array.of(
		elevation,
		azimuth,
		extent,
		half,
		family,
		roll,
		0,
		0,
	);
	return { picture, depth, weight, back: behind, facts };
}

function encode(linear: number): number {
	const c = linear < 0 ? 0 : linear > 1 ? 1 : linear;
	return Math.round(
		255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055),
	);
}

/** Depth buffers of the nearest and the farthest surface. */
function drawBoth(
	view: Float32Array,
	indices: Uint32Array,
	frame: Frame,
): void {
	const { near, far, nearTriangle, farTriangle } = frame;
	near.fill(0);
	far.fill(Infinity);
	for (let t = 0; t < indices.length; t += 3) {
		const a = indices[t] * 3;
		const b = indices[t + 1] * 3;
		const c = indices[t + 2] * 3;
		const ax = view[a];
		const ay = view[a + 1];
		const bx = view[b];
		const by = view[b + 1];
		const cx = view[c];
		const cy = view[c + 1];
		const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5));
		const right = Math.min(FINE - 1, Math.floor(Math.max(ax, bx, cx) - 0.5));
		if (left > right) continue;
		const top = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5));
		const bottom = Math.min(FINE - 1, Math.floor(Math.max(ay, by, cy) - 0.5));
		if (top > bottom) continue;
		const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
		if (Math.abs(area) < 1e-7) continue;
		const inv = 1 / area;
		const w1x = (cy - ay) * inv;
		const w1y = -(cx - ax) * inv;
		const w2x = -(by - ay) * inv;
		const w2y = (bx - ax) * inv;
		const za = view[a + 2];
		const zb = view[b + 2] - za;
		const zc = view[c + 2] - za;
		for (let y = top; y <= bottom; y++) {
			const py = y + 0.5 - ay;
			for (let x = left; x <= right; x++) {
				const px = x + 0.5 - ax;
				const w1 = px * w1x + py * w1y;
				const w2 = px * w2x + py * w2y;
				if (w1 < 0 || w2 < 0 || w1 + w2 > 1) continue;
				const z = za + w1 * zb + w2 * zc;
				const at = y * FINE + x;
				if (z > near[at]) {
					near[at] = z;
					nearTriangle[at] = t / 3;
				}
				if (z < far[at]) {
					far[at] = z;
					farTriangle[at] = t / 3;
				}
			}
		}
	}
}

/** Position and shading normal where a fine pixel's ray meets a triangle. */
function surfaceAt(
	view: Float32Array,
	indices: Uint32Array,
	p: Float32Array,
	normals: Float32Array,
	triangle: number,
	at: number,
	hit: { readonly position: number[]; readonly normal: number[] },
): void {
	const a = indices[triangle * 3] * 3;
	const b = indices[triangle * 3 + 1] * 3;
	const c = indices[triangle * 3 + 2] * 3;
	const ax = view[a];
	const ay = view[a + 1];
	const bx = view[b] - ax;
	const by = view[b + 1] - ay;
	const cx = view[c] - ax;
	const cy = view[c + 1] - ay;
	const px = (at % FINE) + 0.5 - ax;
	const py = Math.floor(at / FINE) + 0.5 - ay;
	const inv = 1 / (bx * cy - by * cx);
	let w1 = (px * cy - py * cx) * inv * view[b + 2];
	let w2 = (bx * py - by * px) * inv * view[c + 2];
	let w0 =
		(1 - (px * cy - py * cx) * inv - (bx * py - by * px) * inv) * view[a + 2];
	const sum = w0 + w1 + w2;
	w0 /= sum;
	w1 /= sum;
	w2 /= sum;
	let length = 0;
	for (let k = 0; k < 3; k++) {
		hit.position[k] = w0 * p[a + k] + w1 * p[b + k] + w2 * p[c + k];
		hit.normal[k] =
			w0 * normals[a + k] + w1 * normals[b + k] + w2 * normals[c + k];
		length += hit.normal[k] ** 2;
	}
	length = Math.sqrt(length) || 1;
	for (let k = 0; k < 3; k++) hit.normal[k] /= length;
}
