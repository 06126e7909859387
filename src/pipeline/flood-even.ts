import type { Image } from "../core/image.ts";
import { borderFlood } from "../kernel/image/border-flood.ts";
import type { BorderModel } from "../kernel/image/border-model.ts";
import { connectedComponents } from "../kernel/image/connected-components.ts";
import { spreadColor } from "../kernel/image/spread-color.ts";
import { chooseObject } from "./choose-object.ts";

/** A copy of the picture to work on. */
export interface Scene {
	readonly image: Image;
	readonly lab: Float32Array; // [height × width × 3]
	readonly width: number;
	readonly height: number;
}

/** Spread of the local background colour, pixels of the working copy, and turns of it. */
const GUIDE_SPREAD = 10;
const GUIDE_ROUNDS = 2;
const HOLE_ROUNDS = 3;

/** The object in front of an even background: what a flood from the border does not reach. */
export function floodEven(scene: Scene, model: BorderModel): Uint8Array {
	const { lab, width, height } = scene;
	const { sigma } = model;
	const threshold = Math.max(2, 4 * sigma);
	// The surface follows the border; further in, the background found so far is the better guide.
	let residual = model.residual;
	let lit = borderFlood(lab, residual, width, height, {
		threshold,
		throughShadow: false,
	});
	for (let round = 0; round < GUIDE_ROUNDS; round++) {
		residual = guidedResidual(scene, model, lit);
		lit = borderFlood(lab, residual, width, height, {
			threshold,
			throughShadow: false,
		});
	}
	const shaded = borderFlood(lab, residual, width, height, { threshold });
	const background = withSoftShadow(scene, lit, shaded);
	// What is seen through holes tells where the rest of the hole is.
	for (let round = 0; round < HOLE_ROUNDS; round++) {
		if (round > 0) residual = guidedResidual(scene, model, background);
		addHoles(background, residual, width, height, sigma);
	}
	const found = background.map((v) => 1 - v);
	return chooseObject(found, width, height);
}

/** Distance to the border's surface or to the local colour of the background found so far. */
function guidedResidual(
	scene: Scene,
	model: BorderModel,
	background: Uint8Array, // [height × width] 1: background
): Float32Array /* [height × width] */ {
	const { lab, width, height } = scene;
	const guide = spreadColor(lab, background, width, height, GUIDE_SPREAD);
	const out = new Float32Array(background.length);
	for (let p = 0; p < out.length; p++) {
		const d0 = lab[p * 3] - guide[p * 3];
		const d1 = lab[p * 3 + 1] - guide[p * 3 + 1];
		const d2 = lab[p * 3 + 2] - guide[p * 3 + 2];
		const d = Math.sqrt(d0 * d0 + d1 * d1 + d2 * d2);
		out[p] = Math.min(d, model.residual[p]);
	}
	return out;
}

/** Adds holes through which the background is seen: on average as close to it as the border is. */
function addHoles(
	background: Uint8Array, // [height × width] changed
	residual: Float32Array, // [height × width]
	width: number,
	height: number,
	sigma: number,
): void {
	const hole = new Uint8Array(background.length);
	for (let p = 0; p < hole.length; p++)
		if (background[p] === 0 && residual[p] < Math.max(1.2, 2.5 * sigma))
			hole[p] = 1;
	const { labels, components } = connectedComponents(hole, width, height, 4);
	const sums = new Float64Array(components.length);
	for (let p = 0; p < hole.length; p++)
		if (labels[p] >= 0) sums[labels[p]] += residual[p];
	const smallest = Math.max(12, width * height * 0.0002);
	for (let p = 0; p < hole.length; p++) {
		if (labels[p] < 0) continue;
		const { area } = components[labels[p]];
		if (area >= smallest && sums[labels[p]] / area < sigma * 1.6 + 0.5)
			background[p] = 1;
	}
}

/** Largest mean step of colour at the rim of a soft shadow, Lab units over 3 pixels. */
const SOFT_RIM = 2.5;

/**
 * The lit background and those shaded parts whose own rim is soft. A pale object on a pale
 * ground is shaded softly too, but ends at a sharp rim.
 */
function withSoftShadow(
	scene: Scene,
	lit: Uint8Array, // [height × width] 1: background without shadow
	shaded: Uint8Array, // [height × width] 1: background with shadow
): Uint8Array /* [height × width] 1: background */ {
	const { lab, width, height } = scene;
	const extra = new Uint8Array(lit.length);
	for (let p = 0; p < extra.length; p++)
		if (shaded[p] === 1 && lit[p] === 0) extra[p] = 1;
	const { labels, components } = connectedComponents(extra, width, height);
	const steps = new Float64Array(components.length);
	const counts = new Float64Array(components.length);
	const reach = [1, -1, width, -width];
	for (let y = 3; y < height - 3; y++)
		for (let x = 3; x < width - 3; x++) {
			const p = y * width + x;
			if (labels[p] < 0) continue;
			for (const step of reach) {
				if (lit[p + step] === 0) continue;
				// Three pixels: one and a half on either side of the rim.
				const a = (p - step) * 3;
				const b = (p + 2 * step) * 3;
				const d0 = lab[a] - lab[b];
				const d1 = lab[a + 1] - lab[b + 1];
				const d2 = lab[a + 2] - lab[b + 2];
				steps[labels[p]] += Math.sqrt(d0 * d0 + d1 * d1 + d2 * d2);
				counts[labels[p]]++;
			}
		}
	const out = lit.slice();
	for (let p = 0; p < out.length; p++) {
		const label = labels[p];
		if (
			label >= 0 &&
			counts[label] > 0 &&
			steps[label] <= SOFT_RIM * counts[label]
		)
			out[p] = 1;
	}
	return out;
}
