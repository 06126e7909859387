import type { Checkpoint } from "../../core/run-context.ts";
import { convolve } from "../../kernel/network/convolve.ts";
import type { Layers } from "../../kernel/network/parse-layers.ts";
import { type Planes, shufflePixels } from "../../kernel/network/planes.ts";
import { layerRunner, runUNet } from "../../kernel/network/u-net.ts";

/**
 * What training/views_net.py says of one view, in units of the view: how far the front lies behind
 * the guess and the back before it, and the logarithm of how far each may be off. A network that knows of
 * hollows says that of a front which is none, and then the log odds that it is one, how deep it is if
 * so, and the logarithm of how far that may be off.
 */
export function runViewsNetwork(
	layers: Layers,
	picture: Planes, // 4 × 128 × 128
	guess: Planes, // 21 × 64 × 64
	checkpoint: Checkpoint,
): Planes /* 4 or 7 × 64 × 64 */ {
	const runner = layerRunner(layers, checkpoint);
	const { layer, relu } = runner;
	const seen = relu(relu(picture, "stem1"), "stem2");
	const joined = relu(relu(guess, "guess1"), "guess2", seen);
	const { last } = runUNet(runner, joined);
	const maps = convolve(relu(last, "head"), layer("maps"));
	return shufflePixels(maps, maps.channels / 4);
}
