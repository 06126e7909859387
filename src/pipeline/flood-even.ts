import type { Image } from "../core/image.ts";
import { borderFlood } from "../kernel/image/border-flood.ts";
import type { BorderModel } from "../kernel/image/border-model.ts";
import { connectedComponents } from "../kernel/image/connected-components.ts";
import { softShadow } from "../kernel/image/soft-shadow.ts";
import { spreadColor } from "../kernel/image/spread-color.ts";

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

/** All that stands in front of an even background: what a flood from the border does not reach. */
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
	const background = lit.slice();
	// What is seen through holes tells where the rest of the hole is.
	for (let round = 0; round < HOLE_ROUNDS; round++) {
		if (round > 0) residual = guidedResidual(scene, model, background);
		addHoles(background, residual, width, height, sigma);
	}
	const guide = spreadColor(lab, background, width, height, GUIDE_SPREAD);
	const ground = softShadow(lab, guide, background, width, height, { sigma });
	return ground.map((v) => 1 - v);
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
