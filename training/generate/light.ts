import type { Dice } from "./dice.ts";
import type { Body } from "./sketch.ts";
import type { Vec } from "./solids.ts";

/** Shadow maps are this many pixels wide and cover ± REACH. */
const SIZE = 64;
const REACH = 1.75;
/** Points this far in front of the nearest surface are lit. */
const BIAS = 0.045;
const SKY_COUNT = 20;
const KEY_COUNT = 5;

/** Light from a number of directions, with a depth picture of the object from each. */
export interface Light {
	readonly count: number;
	readonly directions: Float32Array; // [count × 3] towards the light
	readonly axes: Float32Array; // [count × 6] the depth picture's right and up
	readonly radiance: Float32Array; // [count × 3] linear, weight of the direction included
	readonly depth: Float32Array; // [count × SIZE × SIZE] the nearest surface, along the direction
	readonly ambient: Vec;
}

/** A sky, a ground, one or two lamps: all of random colour, strength and place. */
export function createLight(dice: Dice, body: Body): Light {
	const keys = dice.int(0, 2);
	const count = SKY_COUNT + keys * KEY_COUNT;
	const directions = new Float32Array(count * 3);
	const radiance = new Float32Array(count * 3);
	const white = (spread: number): Vec => [
		1 + spread * dice.normal(),
		1,
		1 + spread * dice.normal(),
	];
	const sky = white(0.12);
	const ground = white(0.12);
	const groundLevel = dice.range(0.1, 0.8);
	const side = dice.range(0, 6.28);
	const oneSided = dice.range(0, 0.6);
	const skyLevel = keys === 0 ? 1 : dice.range(0.35, 0.9);
	const spin = dice.range(0, 6.28);
	// (1) Directions spread evenly over the sphere (Fibonacci spiral).
	for (let k = 0; k < SKY_COUNT; k++) {
		const y = 1 - (2 * (k + 0.5)) / SKY_COUNT;
		const r = Math.sqrt(1 - y * y);
		const a = k * 2.399963 + spin;
		directions.set([r * Math.cos(a), y, r * Math.sin(a)], k * 3);
		const up = 0.5 + 0.5 * y;
		const lean = 1 + oneSided * r * Math.cos(a - side);
		for (let c = 0; c < 3; c++)
			radiance[k * 3 + c] =
				((skyLevel * lean * 4) / SKY_COUNT) *
				(sky[c] * up + ground[c] * groundLevel * (1 - up));
	}
	// (2) Lamps: a few directions close together, so that their shadows are soft.
	for (let key = 0; key < keys; key++) {
		const y = dice.range(0.1, 0.95);
		const a = dice.range(0, 6.28);
		const soft = dice.range(0.02, 0.3);
		const strength = dice.range(0.3, 1.6) / keys;
		const color = white(0.1);
		for (let k = 0; k < KEY_COUNT; k++) {
			const at = (SKY_COUNT + key * KEY_COUNT + k) * 3;
			const d = [
				Math.sqrt(1 - y * y) * Math.cos(a) + soft * dice.normal(),
				y + soft * dice.normal(),
				Math.sqrt(1 - y * y) * Math.sin(a) + soft * dice.normal(),
			];
			const length = Math.hypot(...d);
			for (let c = 0; c < 3; c++) {
				directions[at + c] = d[c] / length;
				radiance[at + c] = (strength * color[c]) / KEY_COUNT;
			}
		}
	}
	const bounce = dice.range(0.03, 0.2) * skyLevel;
	const axes = new Float32Array(count * 6);
	const depth = new Float32Array(count * SIZE * SIZE).fill(-1e9);
	for (let k = 0; k < count; k++) drawDepth(body, directions, axes, depth, k);
	return {
		count,
		directions,
		axes,
		radiance,
		depth,
		ambient: [bounce, bounce, bounce],
	};
}

/** Depth along direction k of what is nearest to the light, orthographic. */
function drawDepth(
	{ positions: p, indices }: Body,
	directions: Float32Array,
	axes: Float32Array,
	depth: Float32Array,
	k: number,
): void {
	const dx = directions[k * 3];
	const dy = directions[k * 3 + 1];
	const dz = directions[k * 3 + 2];
	// Right and up, perpendicular to the direction.
	const flat = Math.abs(dy) > 0.9;
	let rx = flat ? 0 : dz;
	let ry = flat ? -dz : 0;
	let rz = flat ? dy : -dx;
	const length = Math.hypot(rx, ry, rz);
	rx /= length;
	ry /= length;
	rz /= length;
	const ux = dy * rz - dz * ry;
	const uy = dz * rx - dx * rz;
	const uz = dx * ry - dy * rx;
	axes.set([rx, ry, rz, ux, uy, uz], k * 6);
	const half = SIZE / 2;
	const scale = half / REACH;
	const base = k * SIZE * SIZE;
	const n = p.length / 3;
	const s = new Float32Array(n * 3);
	for (let v = 0; v < n; v++) {
		const x = p[v * 3];
		const y = p[v * 3 + 1];
		const z = p[v * 3 + 2];
		s[v * 3] = (x * rx + y * ry + z * rz) * scale + half;
		s[v * 3 + 1] = (x * ux + y * uy + z * uz) * scale + half;
		s[v * 3 + 2] = x * dx + y * dy + z * dz;
	}
	for (let t = 0; t < indices.length; t += 3) {
		const a = indices[t] * 3;
		const b = indices[t + 1] * 3;
		const c = indices[t + 2] * 3;
		const ax = s[a];
		const ay = s[a + 1];
		const bx = s[b];
		const by = s[b + 1];
		const cx = s[c];
		const cy = s[c + 1];
		const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5));
		const right = Math.min(SIZE - 1, Math.floor(Math.max(ax, bx, cx) - 0.5));
		if (left > right) continue;
		const top = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5));
		const bottom = Math.min(SIZE - 1, Math.floor(Math.max(ay, by, cy) - 0.5));
		if (top > bottom) continue;
		const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
		if (Math.abs(area) < 1e-9) continue;
		const inv = 1 / area;
		const w1x = (cy - ay) * inv;
		const w1y = -(cx - ax) * inv;
		const w2x = -(by - ay) * inv;
		const w2y = (bx - ax) * inv;
		const za = s[a + 2];
		const zb = s[b + 2] - za;
		const zc = s[c + 2] - za;
		for (let y = top; y <= bottom; y++)
			for (let x = left; x <= right; x++) {
				const px = x + 0.5 - ax;
				const py = y + 0.5 - ay;
				const w1 = px * w1x + py * w1y;
				const w2 = px * w2x + py * w2y;
				if (w1 < 0 || w2 < 0 || w1 + w2 > 1) continue;
				const z = za + w1 * zb + w2 * zc;
				const at = base + y * SIZE + x;
				if (z > depth[at]) depth[at] = z;
			}
	}
}

/** Light that falls onto a point with a normal; three numbers to `out`. */
export function irradiance(
	light: Light,
	x: number,
	y: number,
	z: number,
	nx: number,
	ny: number,
	nz: number,
	out: Float64Array,
): void {
	const { count, directions: d, axes, radiance, depth, ambient } = light;
	out[0] = ambient[0];
	out[1] = ambient[1];
	out[2] = ambient[2];
	const half = SIZE / 2;
	const scale = half / REACH;
	// A step off the surface keeps it from shading itself.
	const qx = x + nx * 0.03;
	const qy = y + ny * 0.03;
	const qz = z + nz * 0.03;
	for (let k = 0; k < count; k++) {
		const dx = d[k * 3];
		const dy = d[k * 3 + 1];
		const dz = d[k * 3 + 2];
		const cosine = nx * dx + ny * dy + nz * dz;
		if (cosine <= 0) continue;
		const m = k * 6;
		const i =
			((qx * axes[m] + qy * axes[m + 1] + qz * axes[m + 2]) * scale + half) | 0;
		const j =
			((qx * axes[m + 3] + qy * axes[m + 4] + qz * axes[m + 5]) * scale +
				half) |
			0;
		const near = depth[(k * SIZE + j) * SIZE + i];
		if (near > qx * dx + qy * dy + qz * dz + BIAS) continue;
		out[0] += cosine * radiance[k * 3];
		out[1] += cosine * radiance[k * 3 + 1];
		out[2] += cosine * radiance[k * 3 + 2];
	}
}

/** What a mirror would show in a direction: sky above, ground below, lamps as blobs. */
export function reflection(
	light: Light,
	dx: number,
	dy: number,
	dz: number,
	sharpness: number,
	out: Float64Array,
): void {
	const { count, directions: d, radiance } = light;
	out[0] = 0;
	out[1] = 0;
	out[2] = 0;
	for (let k = 0; k < count; k++) {
		const cosine = dx * d[k * 3] + dy * d[k * 3 + 1] + dz * d[k * 3 + 2];
		if (cosine <= 0) continue;
		const lobe = k < SKY_COUNT ? cosine ** 8 * 2 : cosine ** sharpness * 4;
		out[0] += lobe * radiance[k * 3];
		out[1] += lobe * radiance[k * 3 + 1];
		out[2] += lobe * radiance[k * 3 + 2];
	}
}
