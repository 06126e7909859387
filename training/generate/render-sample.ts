import type { Dice } from "./dice.ts";
import { drawBody, FINE, type Frame, findMiddle } from "./draw-body.ts";
import type { Light } from "./light.ts";
import { createShade, encode, paintPicture } from "./shade.ts";
import type { Body } from "./sketch.ts";

/** Sides of what a sample holds, pixels. */
export const PICTURE: number = 128;
export const DEPTH: number = 64;
export const BACK: number = 32;
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
	// (2) The nearest and the farthest surface at each sample; the distance is settled by the object's size in the picture.
	const { positions: p } = body;
	let radius = 0;
	for (let v = 0; v < p.length; v += 3) {
		const x = p[v] * right[0] + p[v + 1] * right[1] + p[v + 2] * right[2];
		const y = p[v] * up[0] + p[v + 1] * up[1] + p[v + 2] * up[2];
		radius = Math.max(radius, Math.abs(x), Math.abs(y));
	}
	const pose = { right, up, back, distance: radius / hd + 0.4 };
	const { half } = drawBody(body, pose, frame, (min, max) => {
		const halfBox = Math.max(max[0] - min[0], max[1] - min[1]) / 2;
		return {
			half: halfBox * 1.1 * (1 + 0.02 * dice.normal()),
			cx: (min[0] + max[0]) / 2 + halfBox * 0.015 * dice.normal(),
			cy: (min[1] + max[1]) / 2 + halfBox * 0.015 * dice.normal(),
		};
	});
	const { near, far, farTriangle } = frame;
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

	// (3) Depths: the covered sample nearest to each cell's middle.
	const depth = new Int16Array(2 * DEPTH * DEPTH);
	const weight = new Uint8Array(DEPTH * DEPTH);
	const cell = FINE / DEPTH;
	for (let j = 0; j < DEPTH; j++)
		for (let i = 0; i < DEPTH; i++) {
			const { at, inside } = findMiddle(frame, i, j, cell);
			if (at < 0) continue;
			const z = (inverse: number): number =>
				Math.max(
					-32767,
					Math.min(32767, ((middle - 1 / inverse) / unit) * 8000),
				);
			depth[j * DEPTH + i] = z(near[at]);
			depth[DEPTH * DEPTH + j * DEPTH + i] = z(far[at]);
			weight[j * DEPTH + i] = (255 * inside) / (cell * cell);
		}

	// (4) Colours.
	const exposure = Math.exp(dice.range(-0.5, 0.45));
	const shade = createShade(body, light, pose, frame);
	const picture = paintPicture(frame, shade, PICTURE, exposure);
	const lit = new Float64Array(3);
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
				shade(at, farTriangle[at], -1, lit);
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
