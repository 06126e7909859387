import { borderFlood } from "../kernel/image/border-flood.ts";
import { fitBorderModel } from "../kernel/image/border-model.ts";
import type { PixelBox } from "../kernel/image/crop.ts";
import {
	grabCut,
	MAYBE_BACKGROUND,
	MAYBE_FOREGROUND,
	SURE_BACKGROUND,
	SURE_FOREGROUND,
} from "../kernel/image/grabcut/grabcut.ts";
import type { Scene } from "./flood-even.ts";

/** What several background colours, flooded from the border, do not reach. */
export function floodSeveral(scene: Scene, count: number): Uint8Array {
	const { lab, width, height } = scene;
	const model = fitBorderModel(lab, width, height, count);
	const background = borderFlood(lab, model.residual, width, height, {
		threshold: Math.max(5, 4 * model.sigma),
	});
	return background.map((v) => 1 - v);
}

export interface CentreCut {
	/** Radius of the disc that starts as foreground, share of the picture. */
	readonly radius: number;
	readonly smoothness: number;
	readonly components: number;
}

/** Measured on clutter: the first is best on average, the others fail on other pictures. */
export const CENTRE_CUTS: readonly CentreCut[] = [
	{ radius: 0.32, smoothness: 70, components: 8 },
	{ radius: 0.22, smoothness: 50, components: 5 },
	{ radius: 0.32, smoothness: 100, components: 5 },
];
/** Cost of foreground far from the centre, nats at the corners. */
const OFF_CENTRE_COST = 2;
/** Along the picture's border all is background, share of the shorter side. */
const RIM_SHARE = 0.02;
/** Radius of the ellipse that starts as foreground, share of a drawn box. */
const BOX_RADIUS = 0.45;
/** A cut that finds less than this has collapsed and is tried again, held at the centre. */
const COLLAPSED_SHARE = 0.01;
const HOLD_RADIUS = 0.1;

/**
 * Colour models and a minimal cut that start from a disc in the middle of the picture; or, where
 * the user drew a box, from its ellipse, and never leave it.
 */
export function cutFromCentre(
	scene: Scene,
	cut: CentreCut,
	box?: PixelBox,
): Uint8Array {
	const { lab, width, height } = scene;
	const count = width * height;
	const seeds = new Uint8Array(count);
	const bias = new Float32Array(count);
	const held: number[] = [];
	const { left, top, right, bottom } = box ?? {
		left: 0,
		top: 0,
		right: width,
		bottom: height,
	};
	const rim = box ? 0 : Math.min(width, height) * RIM_SHARE;
	const radius = box
		? BOX_RADIUS * (cut.radius / CENTRE_CUTS[0].radius)
		: cut.radius;
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const p = y * width + x;
			const u = (x + 0.5 - left) / (right - left) - 0.5;
			const v = (y + 0.5 - top) / (bottom - top) - 0.5;
			const r = Math.sqrt(u * u + v * v);
			const edge = Math.min(x - left, y - top, right - 1 - x, bottom - 1 - y);
			if (!box) bias[p] = OFF_CENTRE_COST * Math.max(0, (r - 0.3) / 0.2);
			if (edge < rim) seeds[p] = SURE_BACKGROUND;
			else seeds[p] = r < radius ? MAYBE_FOREGROUND : MAYBE_BACKGROUND;
			if (r < HOLD_RADIUS) held.push(p);
		}
	const options = { ...cut, bias };
	const found = grabCut(lab, width, height, seeds, options);
	let area = 0;
	for (const v of found) area += v;
	if (area >= count * COLLAPSED_SHARE) return found;
	for (const p of held) seeds[p] = SURE_FOREGROUND;
	return grabCut(lab, width, height, seeds, options);
}
