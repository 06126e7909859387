import type { Checkpoint } from "../../core/run-context.ts";
import { convolve } from "../../kernel/network/convolve.ts";
import type { Layers } from "../../kernel/network/parse-layers.ts";
import { type Planes, shufflePixels } from "../../kernel/network/planes.ts";
import { layerRunner, runUNet } from "../../kernel/network/u-net.ts";

/** Front and back, and the logarithm of how far each may be off. */
export const MAPS = 4;

/**
 * What training/views_net.py says of one view, in units of the view: how far the front lies behind
 * the guess and the back before it, and the logarithm of how far each may be off.
 */
export function runViewsNetwork(
	layers: Layers,
	picture: Planes, // 4 × 128 × 128
	guess: Planes, // 21 × 64 × 64
	checkpoint: Checkpoint,
): Planes /* 4 × 64 × 64 */ {
	const runner = layerRunner(layers, checkpoint);
	const { layer, relu } = runner;
	const seen = relu(relu(picture, "stem1"), "stem2");
	const joined = relu(relu(guess, "guess1"), "guess2", seen);
	const { last } = runUNet(runner, joined);
	return shufflePixels(convolve(relu(last, "head"), layer("maps")), MAPS);
}
